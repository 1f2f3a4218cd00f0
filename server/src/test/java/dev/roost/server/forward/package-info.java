@NullMarked
package dev.roost.server.forward;

import org.jspecify.annotations.NullMarked;
