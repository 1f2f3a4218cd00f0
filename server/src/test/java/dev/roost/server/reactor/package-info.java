@NullMarked
package dev.roost.server.reactor;

import org.jspecify.annotations.NullMarked;
