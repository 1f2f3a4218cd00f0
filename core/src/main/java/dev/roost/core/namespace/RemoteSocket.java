package dev.roost.core.namespace;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.JsonBinding;
import dev.roost.core.packet.JsonValue;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket of some node, as it was when it was asked for. Immutable: later changes do not show here.
 *
 * <p>What is said to it reaches it wherever it is.
 *
 * <p>Spec: socket-io 8, features B08 and B09.
 */
public final class RemoteSocket {
    private final SocketSnapshot snapshot;
    private final JsonValue handshake;
    private final JsonValue data;
    private final Broadcast self;

    RemoteSocket(SocketSnapshot snapshot, Broadcast self, JsonBinding binding) {
        this.snapshot = snapshot;
        this.handshake = JsonValue.of(snapshot.handshake(), binding);
        this.data = JsonValue.of(snapshot.data(), binding);
        this.self = self;
    }

    private RemoteSocket(SocketSnapshot snapshot, JsonValue handshake, JsonValue data, Broadcast self) {
        this.snapshot = snapshot;
        this.handshake = handshake;
        this.data = data;
        this.self = self;
    }

    /** Its public id. */
    public String id() {
        return snapshot.id();
    }

    /** The node that holds it. */
    public NodeId node() {
        return snapshot.node();
    }

    /** Its handshake: an object with headers, time, address, xdomain, secure, issued, url, query, auth. */
    public JsonValue handshake() {
        return handshake;
    }

    /** The rooms it was in, its own among them. */
    public Set<String> rooms() {
        return snapshot.rooms();
    }

    /** The application's data. */
    public JsonValue data() {
        return data;
    }

    /** Sends an event to its client. */
    public void emit(String event, @Nullable Object... arguments) {
        self.emit(event, arguments);
    }

    /**
     * Sends an event and waits for its client to acknowledge it, {@code limits.ack-timeout} at the most.
     *
     * @throws AckException if the acknowledgement does not come, or does not fit the type
     */
    public <T> T emitWithAck(Class<T> type, String event, @Nullable Object... arguments) {
        Replies<JsonValue> replies = self.emitWithAck(JsonValue.class, event, arguments);
        if (replies.values().isEmpty()) {
            throw new AckException(replies.complete() ? AckException.Reason.DISCONNECTED : AckException.Reason.TIMEOUT)
                    .thrownHere();
        }
        try {
            return replies.values().get(0).as(type);
        } catch (ArgumentException misfit) {
            throw new AckException(misfit);
        }
    }

    /**
     * The same socket, asked with another time-out.
     *
     * @throws IllegalArgumentException if it is not longer than nothing
     */
    public RemoteSocket timeout(Duration timeout) {
        return new RemoteSocket(snapshot, handshake, data, self.timeout(timeout));
    }

    /** Has it join rooms. */
    public void join(String... rooms) {
        self.socketsJoin(rooms);
    }

    /** Has it leave rooms. */
    public void leave(String... rooms) {
        self.socketsLeave(rooms);
    }

    /** Disconnects it; {@code close} ends its whole connection. */
    public void disconnect(boolean close) {
        self.disconnectSockets(close);
    }

    /** Shows id and node. */
    @Override
    public String toString() {
        return "RemoteSocket[" + id() + " on " + node() + "]";
    }
}
