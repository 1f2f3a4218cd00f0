package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.Arguments;
import dev.roost.core.packet.EncodedPacket;
import dev.roost.core.packet.Packet;
import dev.roost.core.recovery.RecoveryState;
import dev.roost.core.room.Recipient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace.
 *
 * <pre>
 *              middlewares passed    left, sent away, or connection lost
 * CONNECTING   CONNECTED             GONE, nobody is told
 * CONNECTED    -                     GONE, disconnect handlers run last
 * </pre>
 *
 * <p>Thread-safe: every public method may be called from any thread. What happens to the connection happens on the loop
 * of its session; what is registered here runs in the mailbox of the socket, one at a time, in the order of events.
 *
 * <p>Spec: socket-io 6 to 10.
 */
public final class Socket extends SocketEvents {
    private enum State {
        CONNECTING,
        CONNECTED,
        GONE
    }

    private final NamespaceRouter router;
    private final Namespace namespace;
    private final Handshake handshake;
    private final String id;
    private final Recipient<Socket, SessionLoop> recipient;
    private final Mailbox inbox;
    private final Outbound outbound;
    private volatile State state = State.CONNECTING;
    private volatile boolean dismissed;
    private final boolean recovered;
    private final @Nullable RecoveryState recoverable;
    private final AtomicReference<@Nullable Map<String, Object>> data = new AtomicReference<>();

    /**
     * Makes a socket that is about to connect.
     *
     * @param restored what its client comes back to; null if it is new
     */
    Socket(NamespaceRouter router, Namespace namespace, Handshake handshake, @Nullable RecoveryState restored) {
        SocketIoOptions options = router.io().options();
        this.router = router;
        this.namespace = namespace;
        this.handshake = handshake;
        this.recovered = restored != null;
        this.id = restored == null ? namespace.newSocketId(router.session()) : restored.socketId();
        this.recipient = new Recipient<>(id, router.loop(), this);
        this.inbox = new Mailbox(
                options.inboundPackets(),
                options.inboundBytes(),
                () -> router.loop().execute(router::reconsiderReading));
        this.outbound = new Outbound(this, router, options.maxPendingAcks());
        NamespaceRecovery recovery = namespace.recovery();
        if (restored != null) {
            this.recoverable = restored;
            data.set(restored.data());
        } else {
            this.recoverable = recovery == null || router.session().revision() == 3 ? null : recovery.newState(id);
        }
        if (recoverable != null) {
            recoverable.ownedBy(this);
        }
    }

    // ---- what it is

    /** Its public id, 20 characters; also the name of the room it alone is in. Not the session id. */
    public String id() {
        return id;
    }

    /** The namespace it is in. */
    public Namespace namespace() {
        return namespace;
    }

    /** What the client said when it connected. */
    public Handshake handshake() {
        return handshake;
    }

    /** The connection that carries it, shared by the sockets of one client. */
    public EngineSession connection() {
        return router.session();
    }

    /** True once every middleware has let it in, until it is gone. */
    public boolean connected() {
        return state == State.CONNECTED;
    }

    /**
     * True if its client came back after its connection broke: id, rooms and data are what they were, and what it
     * missed is sent again.
     */
    public boolean recovered() {
        return recovered;
    }

    /** True if an event emitted now would leave at once. */
    public boolean writable() {
        return connected() && router.session().writable();
    }

    /**
     * Free data of the application; others see it through {@code fetchSockets}.
     *
     * <p>Thread-safe; values are written as JSON when another node asks.
     */
    public Map<String, Object> data() {
        for (Map<String, Object> present = data.get(); ; present = data.get()) {
            if (present != null) {
                return present;
            }
            data.compareAndSet(null, new ConcurrentHashMap<>());
        }
    }

    // ---- rooms

    /**
     * Joins rooms. Nothing happens once the socket is gone.
     *
     * @throws IllegalArgumentException if a name is longer than {@code limits.max-room-name-length}, or, with {@code
     *     protect-id-rooms}, has the form of a socket's id; no room is joined then
     * @throws IllegalStateException if it is in {@code limits.max-rooms-per-socket} rooms already
     */
    public void join(String... rooms) {
        join(Arrays.asList(rooms));
    }

    /** Joins rooms, like {@link #join(String...)}. */
    public void join(Collection<String> rooms) {
        if (router.io().options().protectIdRooms()) {
            rooms.forEach(this::checkNotAnotherId);
        }
        NamespaceRecovery recovery = namespace.recovery();
        if (recovery != null && recoverable != null) {
            recovery.join(this, recoverable, rooms);
        } else {
            rooms.forEach(room -> namespace.rooms().join(recipient, room));
        }
    }

    /** Spec: security, sec-K27. */
    private void checkNotAnotherId(String room) {
        if (!room.equals(id) && SessionIds.nodeOf(room).isPresent()) {
            throw new IllegalArgumentException("the room " + LimitedLog.safe(room)
                    + " has the form of a socket's id, whose events are for that socket alone (protect-id-rooms)");
        }
    }

    /** Leaves a room; nothing happens if it is not in it. */
    public void leave(String room) {
        NamespaceRecovery recovery = namespace.recovery();
        if (recovery != null && recoverable != null) {
            recovery.leave(this, recoverable, room);
        } else {
            namespace.rooms().leave(recipient, room);
        }
    }

    /** The rooms it is in, its own first; a copy, empty once the socket is gone. */
    public Set<String> rooms() {
        return namespace.rooms().rooms(recipient);
    }

    // ---- to the client

    /**
     * Sends an event to the client; dropped silently if the socket is gone.
     *
     * @param arguments anything JSON can express; {@code byte[]} anywhere inside travels as binary
     * @throws IllegalArgumentException if the name is reserved, a value cannot be written as JSON, or there are more
     *     buffers than {@code limits.max-attachments}
     */
    public void emit(String event, @Nullable Object... arguments) {
        Sender.reliable(this).emit(event, arguments);
    }

    /** Sends an event whose argument's type is known to the compiler. */
    public <A> void emit(EventType<A> event, A argument) {
        Sender.reliable(this).emit(event, argument);
    }

    /** Sends the event {@code message}. */
    public void send(@Nullable Object... arguments) {
        emit("message", arguments);
    }

    /**
     * Sends an event and waits for the client to acknowledge it, {@code limits.ack-timeout} at the most.
     *
     * @return the first value of the acknowledgement
     * @throws AckException if it does not come, or does not fit the type
     */
    public <T> T emitWithAck(Class<T> type, String event, @Nullable Object... arguments) {
        return Sender.reliable(this).emitWithAck(type, event, arguments);
    }

    /** Like {@link #emitWithAck}, without waiting; the stage runs what is attached to it on a virtual thread. */
    public <T> CompletionStage<T> emitWithAckAsync(Class<T> type, String event, @Nullable Object... arguments) {
        return Sender.reliable(this).emitWithAckAsync(type, event, arguments);
    }

    /** What is sent through the result is dropped if the client is not writable at that moment. */
    public Sender asVolatile() {
        return Sender.reliable(this).asVolatile();
    }

    /** Whether what is sent through the result may be compressed. */
    public Sender compress(boolean compress) {
        return Sender.reliable(this).compress(compress);
    }

    /** How long acknowledgements asked for through the result are waited for. */
    public Sender timeout(Duration timeout) {
        return Sender.reliable(this).timeout(timeout);
    }

    // ---- to others

    /** Everyone in the namespace but this socket. */
    public Broadcast broadcast() {
        return Broadcast.to(namespace).except(id);
    }

    /** The members of rooms, without this socket. */
    public Broadcast to(String... rooms) {
        return broadcast().to(rooms);
    }

    /** The members of rooms, without this socket. */
    public Broadcast in(String... rooms) {
        return to(rooms);
    }

    /** Everyone but the members of rooms and this socket. */
    public Broadcast except(String... rooms) {
        return broadcast().except(rooms);
    }

    /** Everyone on this node but this socket. */
    public Broadcast local() {
        return broadcast().local();
    }

    // ---- the end

    /**
     * Sends the client out of the namespace; its connection stays. No handler is called with what it sent before.
     *
     * <p>Nothing happens while it is not connected: a middleware that does not want it throws {@link ConnectRefused}.
     */
    public void disconnect() {
        disconnect(false);
    }

    /**
     * Sends the client out of the namespace, like {@link #disconnect()}.
     *
     * @param close true ends its connection, and with it its sockets in other namespaces; a middleware may do so too
     */
    public void disconnect(boolean close) {
        if (state == State.CONNECTED) {
            dismissed = true;
        }
        router.loop().execute(close ? this::disconnectAllByServer : this::disconnectByServer);
    }

    /** Shows id and namespace. */
    @Override
    public String toString() {
        return "Socket[" + id + " " + namespace.name() + "]";
    }

    // ---- inside, any thread

    Recipient<Socket, SessionLoop> recipient() {
        return recipient;
    }

    /** Where it lives. */
    SessionLoop loop() {
        return router.loop();
    }

    boolean gone() {
        return state == State.GONE;
    }

    /** What its client comes back to if the connection breaks; null if it does not. */
    @Nullable
    RecoveryState recoverable() {
        return recoverable;
    }

    /** True once this server sent it away: what its client sent is of no interest any more. */
    boolean dismissed() {
        return dismissed;
    }

    /** What its handlers have to do. */
    Mailbox inbox() {
        return inbox;
    }

    /** What goes to its client. Loop only. */
    Outbound outbound() {
        return outbound;
    }

    /** The data, or an empty map that nobody keeps. */
    Map<String, Object> dataOrNone() {
        Map<String, Object> present = data.get();
        return present == null ? Map.of() : present;
    }

    /** The data, or null if nobody asked for it. */
    @Nullable
    Map<String, Object> dataIfAny() {
        return data.get();
    }

    /** Ends the connection, whose client is on another by now, and then does something; from any thread. */
    void replaced(Runnable then) {
        router.loop().execute(() -> {
            router.replaced();
            router.loop().execute(then);
        });
    }

    /** Sends an event that is encoded already. */
    void transmit(Payload event, OutboundMessage message) {
        if (state != State.GONE) {
            router.loop().execute(() -> outbound.event(event, message), message.bytes());
        }
    }

    /** Sends an event whose acknowledgement somebody waits for. */
    void transmit(Payload event, OutboundMessage message, long ackId, PendingAcks.Waiter waiter, Duration timeout) {
        router.loop().execute(() -> outbound.request(event, message, ackId, waiter, timeout), message.bytes());
    }

    /** A thread begins to wait for an acknowledgement, or does not wait any more. */
    void answerAwaited(long ackId, boolean begins) {
        router.loop().execute(() -> outbound.answerAwaited(ackId, begins));
    }

    /** The means to answer an event of the client. */
    Ack ackOf(long ackId) {
        return Ack.of(namespace::checkAttachments, array -> sendAck(ackId, array), namespace.binding());
    }

    private void sendAck(long ackId, Payload array) {
        OutboundMessage message = message(namespace.encoder().ack(namespace.name(), ackId, array), false, true);
        router.loop().execute(() -> outbound.ack(message), message.bytes());
    }

    /** Runs application code in the mailbox. */
    void later(EventDispatch.Guarded code) {
        inbox.post(() -> EventDispatch.guarded(this, code));
    }

    /** Tells the error handlers, from the mailbox. */
    void failed(Exception error) {
        inbox.post(() -> EventDispatch.failed(this, error));
    }

    // ---- inside, on the loop

    /**
     * The middlewares have let it in.
     *
     * @param returning what its client comes back to; null if it is new
     */
    void connect(NamespaceRecovery.@Nullable Returning returning) {
        if (state != State.CONNECTING) {
            return;
        }
        NamespaceRecovery recovery = namespace.recovery();
        if (recovery == null || recoverable == null) {
            enter();
        } else if (returning == null) {
            recovery.connect(this, recoverable);
        } else if (!recovery.reconnect(this, returning)) {
            // It was promised too much by now; it comes back once more, as a new one.
            router.giveUp();
            return;
        }
        router.io().socketStarted();
        router.send(namespace.connectReply(this, router.session().revision()));
        router.connected();
        router.handOff(inbox, () -> namespace.connected(this));
    }

    /** It is connected from now on. */
    void enter() {
        state = State.CONNECTED;
        namespace.enter(this);
    }

    /** It was refused. */
    void abandon() {
        close(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null);
    }

    void received(Packet.Event event) {
        router.handOff(inbox, new EventDispatch(this, event));
        if (inbox.isOver()) {
            router.reconsiderReading();
        }
    }

    void acknowledged(long ackId, Arguments arguments) {
        outbound.answered(ackId, arguments);
    }

    void disconnectByServer() {
        if (state == State.CONNECTED) {
            dismissed = true;
            router.send(namespace.encoder().disconnect(namespace.name()));
            inbox.clearPackets();
            close(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null);
        } else {
            forget();
        }
    }

    private void disconnectAllByServer() {
        forget();
        router.disconnectAll();
    }

    /** Its client does not come back to it. */
    private void forget() {
        NamespaceRecovery recovery = namespace.recovery();
        if (recovery != null && recoverable != null && state == State.GONE) {
            recovery.forget(recoverable);
        }
    }

    void close(DisconnectReason reason, @Nullable String description) {
        if (state == State.GONE) {
            return;
        }
        boolean wasConnected = state == State.CONNECTED;
        NamespaceRecovery recovery = namespace.recovery();
        if (recovery != null && recoverable != null) {
            // From this moment on whoever is gone and may come back is known to be.
            recovery.left(this, recoverable, wasConnected, reason);
        }
        state = State.GONE;
        router.remove(this);
        Set<String> left = namespace.leave(this);
        outbound.failAll();
        if (wasConnected) {
            router.handOff(inbox, () -> {
                if (recovery != null && recoverable != null) {
                    recovery.weigh(this, recoverable);
                }
                EventDispatch.disconnected(this, reason, description, left);
                router.io().socketFinished();
            });
        }
    }

    static OutboundMessage message(EncodedPacket packet, boolean isVolatile, boolean compress) {
        return OutboundMessage.of(packet.text(), packet.attachments(), isVolatile, compress);
    }
}
