package dev.roost.server.reactor;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes accepted channels from Helidon; the only class that knows its internals.
 *
 * <p>Helidon gives an upgraded connection a virtual thread, two buffers of 8 KiB and blocking reads. A reactor needs
 * the bare channel and none of the rest. Helidon 4.5's {@code ConnectionHandler} keeps the channel in a private field,
 * and closes the connection at the end of its thread through another that is not final: with a socket in it that
 * closes nothing, the thread ends, all it held is garbage, and the channel lives on. Both fields are looked for once;
 * where they are missing connections stay with Helidon, in stream mode.
 *
 * <p>A detached connection is no longer counted by Helidon, neither for its limits nor for its shutdown.
 *
 * <p>Immutable.
 */
public final class HelidonChannels {
    private static final String HANDLER = "io.helidon.webserver.ConnectionHandler";

    private final @Nullable Fields fields;
    private final String reason;

    private HelidonChannels(@Nullable Fields fields, String reason) {
        this.fields = fields;
        this.reason = reason;
    }

    /** How WebSockets are carried. */
    public enum Mode {
        /** By a reactor. */
        DETACHED,
        /** By a virtual thread on Helidon's reader. */
        STREAM
    }

    /** The two private fields. Immutable. */
    private record Fields(Class<?> handler, VarHandle channel, VarHandle socket) {}

    /** Looks at the Helidon on the class path. */
    public static HelidonChannels detect() {
        return detect(HANDLER);
    }

    /** Channels stay with Helidon, whatever it is. */
    public static HelidonChannels streamOnly() {
        return new HelidonChannels(null, "chosen by configuration");
    }

    static HelidonChannels detect(String handlerClass) {
        try {
            Class<?> handler = Class.forName(handlerClass);
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(handler, MethodHandles.lookup());
            VarHandle channel = lookup.findVarHandle(handler, "socket", SocketChannel.class);
            VarHandle socket = lookup.findVarHandle(handler, "helidonSocket", HelidonSocket.class);
            if (!socket.isAccessModeSupported(VarHandle.AccessMode.SET)) {
                return new HelidonChannels(null, handlerClass + ".helidonSocket is final");
            }
            return new HelidonChannels(new Fields(handler, channel, socket), "fields of " + handlerClass + " found");
        } catch (ReflectiveOperationException e) {
            return new HelidonChannels(null, "this Helidon is unknown: " + e.getMessage());
        }
    }

    /** How connections without TLS are carried. */
    public Mode mode() {
        return fields == null ? Mode.STREAM : Mode.DETACHED;
    }

    /** Why {@link #mode} is so, for the line in the log. */
    public String reason() {
        return reason;
    }

    /** The channel of a connection, if it has one that could be detached; none with TLS. */
    public Optional<SocketChannel> channel(ConnectionContext context) {
        Fields found = fields;
        if (found == null || context.isSecure() || !found.handler().isInstance(context)) {
            return Optional.empty();
        }
        return Optional.ofNullable((SocketChannel) found.channel().get(context));
    }

    /** Makes the end of Helidon's connection thread leave the channel open. To be called on that thread. */
    public void detach(ConnectionContext context) {
        Fields found = fields;
        if (found == null) {
            throw new IllegalStateException("cannot detach: " + reason);
        }
        HelidonSocket socket = (HelidonSocket) found.socket().get(context);
        found.socket().set(context, DetachedSocket.insteadOf(socket));
    }
}
