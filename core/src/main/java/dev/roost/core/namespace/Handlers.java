package dev.roost.core.namespace;

import dev.roost.core.packet.Arguments;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of event handlers, by the number of arguments that are bound for them.
 *
 * <p>A handler runs in the mailbox of its socket and may block. What it throws goes to the socket's error handlers,
 * and never ends the connection.
 */
public final class Handlers {
    private Handlers() {}

    /** Takes the arguments as they came, of any event. */
    @FunctionalInterface
    public interface Raw {
        /** Handles one event; {@code ack} does nothing if the client did not ask for an answer. */
        void handle(Arguments arguments, Ack ack) throws Exception;
    }

    /** Takes every event, whatever its name. */
    @FunctionalInterface
    public interface Any {
        /** Looks at one event. */
        void handle(String event, Arguments arguments) throws Exception;
    }

    /** Takes no argument. */
    @FunctionalInterface
    public interface None {
        /** Handles one event. */
        void handle() throws Exception;
    }

    /** Takes one argument. */
    @FunctionalInterface
    public interface One<A> {
        /** Handles one event. */
        void handle(A first) throws Exception;
    }

    /** Takes one argument and the means to answer. */
    @FunctionalInterface
    public interface OneAck<A> {
        /** Handles one event. */
        void handle(A first, Ack ack) throws Exception;
    }

    /** Takes two arguments. */
    @FunctionalInterface
    public interface Two<A, B> {
        /** Handles one event. */
        void handle(A first, B second) throws Exception;
    }

    /** Takes two arguments and the means to answer. */
    @FunctionalInterface
    public interface TwoAck<A, B> {
        /** Handles one event. */
        void handle(A first, B second, Ack ack) throws Exception;
    }

    /** Answers a request without argument. */
    @FunctionalInterface
    public interface Answer<R> {
        /** Returns the answer. */
        @Nullable
        R answer() throws Exception;
    }

    /** Answers a request with one argument. */
    @FunctionalInterface
    public interface OneAnswer<A, R> {
        /** Returns the answer. */
        @Nullable
        R answer(A first) throws Exception;
    }

    /** Answers a request with two arguments. */
    @FunctionalInterface
    public interface TwoAnswer<A, B, R> {
        /** Returns the answer. */
        @Nullable
        R answer(A first, B second) throws Exception;
    }

    /** Learns that a socket is gone. */
    @FunctionalInterface
    public interface Disconnected {
        /** The description says more, for reasons of the connection; null for others. */
        void handle(DisconnectReason reason, @Nullable String description) throws Exception;
    }

    /** Called once when a socket is gone, by those who want to know no more than why. */
    @FunctionalInterface
    public interface Gone {
        /** Handles the end. */
        void handle(DisconnectReason reason) throws Exception;
    }

    /** Learns that a socket is gone, and the rooms it was in. */
    @FunctionalInterface
    public interface Disconnecting {
        /** Handles the end of a socket. */
        void handle(DisconnectReason reason, Set<String> rooms) throws Exception;
    }

    /** Learns what went wrong for one socket: a packet that is not allowed, a handler that threw. */
    @FunctionalInterface
    public interface Failed {
        /** Handles an error. */
        void handle(Exception error) throws Exception;
    }
}
