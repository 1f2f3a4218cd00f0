package dev.roost.server.client;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * One socket of a stock client. Thread-safe.
 *
 * <p>Values are JSON as Java has it: maps, lists, strings, numbers; binary is {@code byte[]}. What the client receives
 * is kept in order until the test asks for it. Waiting has a deadline; a test that waits in vain fails with what was
 * received instead.
 */
public interface Client {
    /** Emits without asking for an answer. */
    void emit(String event, Object... args);

    /** Emits and returns the arguments of the acknowledgement. */
    List<Object> request(String event, Object... args);

    /** Acknowledges this event from now on with the arguments it brings. */
    void answerWithWhatCame(String event);

    /** Connects to another namespace over the same connection. */
    Client of(String namespace, Map<String, ?> auth);

    /** Leaves the namespace. */
    void disconnect();

    /** Connects to another server from the next time on. JavaScript clients only. */
    default void moveTo(URI url) {
        throw new UnsupportedOperationException("not by this client: " + url);
    }

    /** Ends the connection as a network would; the client tries again by itself. JavaScript clients only. */
    default void cut() {
        throw new UnsupportedOperationException("not by this client");
    }

    /** Returns whether its last connection brought its socket back. JavaScript clients only. */
    default boolean recovered() {
        throw new UnsupportedOperationException("not by this client");
    }

    /** Returns the name of the transport of the connection now. */
    String transport();

    /** Returns the arguments of the oldest such event that was not asked for yet. */
    List<Object> await(String event);

    /** Takes the events of the application that were received and not asked for. */
    List<Report> received();

    /** Takes all that was told of it and not asked for, in order: events, connections, the ends of connections. */
    List<Report> history();

    /** Returns the public id of the socket. */
    default String awaitConnected() {
        return (String) await("$connect").getFirst();
    }

    /** Returns the reason the client gives. */
    default String awaitDisconnected() {
        return (String) await("$disconnect").getFirst();
    }
}
