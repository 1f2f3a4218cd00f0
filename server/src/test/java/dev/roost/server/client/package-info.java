/** The published Socket.IO clients, run against the server as users run them. */
@NullMarked
package dev.roost.server.client;

import org.jspecify.annotations.NullMarked;
