/** The timer wheel of a loop. */
@NullMarked
package dev.roost.server.timer;

import org.jspecify.annotations.NullMarked;
