/** Roost on Helidon: the server, its feature and its configuration. */
@NullMarked
package dev.roost.server;

import org.jspecify.annotations.NullMarked;
