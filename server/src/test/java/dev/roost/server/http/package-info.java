@NullMarked
package dev.roost.server.http;

import org.jspecify.annotations.NullMarked;
