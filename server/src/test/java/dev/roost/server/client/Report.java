package dev.roost.server.client;

import java.util.List;

/**
 * Something that happened in a child process. Immutable.
 *
 * @param source the name the test gave to the socket or page
 * @param event the event; what is not of the application starts with {@code $}
 * @param args its arguments: JSON values as Java has them, binary as {@code byte[]}
 */
public record Report(String source, String event, List<Object> args) {}
