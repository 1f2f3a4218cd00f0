package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.Arguments;
import dev.roost.core.packet.Packet;
import dev.roost.core.packet.PacketFormatException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through a socket's catch-all handlers, middlewares and handlers.
 *
 * <p>Runs in the socket's mailbox. Whatever application code throws is told to the socket's error handlers and ends
 * there: the connection stays, and the next event follows.
 *
 * <p>Spec: socket-io 7, features K25 to K30.
 */
final class EventDispatch implements Mailbox.Weighed {
    private static final System.Logger LOGGER = System.getLogger(EventDispatch.class.getName());
    private static final LimitedLog FAILURES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);
    private static final LimitedLog MISTAKES = new LimitedLog(LOGGER, System.Logger.Level.DEBUG);

    private final Socket socket;
    private final Packet.Event event;

    EventDispatch(Socket socket, Packet.Event event) {
        this.socket = socket;
        this.event = event;
    }

    @Override
    public long bytes() {
        return event.arguments().payload().bytes();
    }

    @Override
    public void run() {
        if (socket.dismissed()) {
            return;
        }
        Ack ack = event.ackId() == Packet.NO_ACK ? Ack.NOT_REQUESTED : socket.ackOf(event.ackId());
        Listener[] listeners = socket.listeners().all();
        boolean passes = true;
        for (Listener listener : listeners) {
            if (listener instanceof Listener.OnAny any) {
                look(any.handler, Ack.NOT_REQUESTED);
            }
        }
        for (Listener listener : listeners) {
            if (passes && listener instanceof Listener.OnUse use) {
                passes = look(use.middleware, ack);
            }
        }
        if (!passes) {
            return;
        }
        for (Listener listener : listeners) {
            if (listener instanceof Listener.OnEvent on
                    && on.event.equals(event.name())
                    && (!on.once || socket.listeners().remove(on))) {
                call(on.handler, ack);
            }
        }
    }

    private boolean look(Handlers.Any handler, Ack ack) {
        try {
            handler.handle(event.name(), event.arguments());
            return true;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            refused(e, ack);
            return false;
        }
    }

    private void call(Handlers.Raw handler, Ack ack) {
        try {
            handler.handle(event.arguments(), ack);
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            refused(e, ack);
        }
    }

    /** Tells who registered for errors, and the client if it waits for an answer. */
    private void refused(Throwable error, Ack ack) {
        if (ack.isRequested() && !ack.isSent()) {
            ack.send(Map.of("error", messageForClient(error)));
        }
        failed(socket, error instanceof Exception exception ? exception : new IllegalStateException(error));
    }

    /** Only what was written for the client, or is about its own arguments, leaves the server. */
    private static String messageForClient(Throwable error) {
        String message =
                error instanceof EventRefused || error instanceof ArgumentException ? error.getMessage() : null;
        return message == null ? "Internal error" : message;
    }

    /** Tells the error handlers; what nobody wants to know is logged. */
    static void failed(Socket socket, Exception error) {
        boolean told = false;
        for (Listener listener : socket.listeners().all()) {
            if (listener instanceof Listener.OnError on) {
                told = true;
                guarded(socket, () -> on.handler.handle(error));
            }
        }
        if (!told) {
            if (error instanceof PacketFormatException || error instanceof ArgumentException) {
                MISTAKES.log("the client of " + LimitedLog.safe(socket.toString()) + " made a mistake: "
                        + LimitedLog.safe(error.getMessage()));
            } else if (!(error instanceof EventRefused)) {
                log(socket, error);
            }
        }
    }

    /** Tells the catch-all handlers of what was sent. */
    static void sent(Socket socket, Payload payload) {
        Arguments arguments = Arguments.ofEvent(payload, socket.namespace().binding());
        String name = Objects.requireNonNullElse(arguments.eventName(), "");
        for (Listener listener : socket.listeners().all()) {
            if (listener instanceof Listener.OnAnyOutgoing any) {
                guarded(socket, () -> any.handler.handle(name, arguments));
            }
        }
    }

    /** Tells who wants to know that the socket is gone. */
    static void disconnected(Socket socket, DisconnectReason reason, @Nullable String description, Set<String> rooms) {
        Listener[] listeners = socket.listeners().all();
        for (Listener listener : listeners) {
            if (listener instanceof Listener.OnDisconnecting on) {
                guarded(socket, () -> on.handler.handle(reason, rooms));
            }
        }
        for (Listener listener : listeners) {
            if (listener instanceof Listener.OnDisconnect on) {
                guarded(socket, () -> on.handler.handle(reason, description));
            }
        }
    }

    /** Runs application code whose failure has nowhere else to go. */
    static void guarded(Object what, Guarded code) {
        try {
            code.run();
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            log(what, e);
        }
    }

    private static void log(Object what, Throwable error) {
        FAILURES.log("a handler of " + LimitedLog.safe(what.toString()) + " failed", error);
    }

    /** Application code. */
    @FunctionalInterface
    interface Guarded {
        void run() throws Exception;
    }
}
