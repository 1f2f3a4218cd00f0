/** What a client whose connection broke may come back to: its rooms, its secret, and the events it missed. */
@NullMarked
package dev.roost.core.recovery;

import org.jspecify.annotations.NullMarked;
