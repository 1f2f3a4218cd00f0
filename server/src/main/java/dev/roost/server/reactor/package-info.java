/** The loops that sessions live on, their channels, and the way from Helidon to them. */
@NullMarked
package dev.roost.server.reactor;

import org.jspecify.annotations.NullMarked;
