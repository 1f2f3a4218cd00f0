package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.adapter.Scheduler;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionListener;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.engine.Transport;
import dev.roost.core.packet.EncodedPacket;
import dev.roost.core.packet.JsonValue;
import dev.roost.core.packet.Packet;
import dev.roost.core.packet.PacketDecoder;
import dev.roost.core.packet.PacketFormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes each packet to the socket of its namespace, and knows the sockets it has.
 *
 * <p>Confined to the loop of its session. Spec: socket-io 2, 3 and 9.
 */
final class NamespaceRouter implements SessionListener {
    private static final Socket[] NONE = {};

    private final SocketIo io;
    private final EngineSession session;
    private final Handoff handoff;
    private final PacketDecoder decoder;
    private final Scheduler.Timer connectTimer;
    private Scheduler.@Nullable Timer attachmentTimer;

    /** Connected and connecting ones; hardly ever more than two, so they are searched in a row. */
    private Socket[] sockets = NONE;

    private @Nullable NamespaceEntry entry;
    private final ReadingGate reading;
    private int refusals;

    /** Nothing that comes counts any more. */
    private boolean closed;

    NamespaceRouter(SocketIo io, EngineSession session) {
        this.io = io;
        this.session = session;
        this.handoff = io.handoff(session.loop());
        this.reading = new ReadingGate(session, io.options());
        this.decoder = io.options()
                .parser()
                .decoder(io.options().packetLimits(), io.options().binding());
        this.connectTimer =
                session.loop().schedule(this::connectTimedOut, io.options().connectTimeout());
    }

    /** A client of protocol 4 is in the main namespace without asking. */
    void opened() {
        if (session.revision() == 3) {
            enter(Namespace.MAIN, JsonValue.parse("{}"));
        }
    }

    SocketIo io() {
        return io;
    }

    EngineSession session() {
        return session;
    }

    SessionLoop loop() {
        return session.loop();
    }

    /** Has a mailbox run a task from the end of this turn on. Loop only. */
    void handOff(Mailbox mailbox, Runnable task) {
        handoff.post(mailbox, task);
    }

    // ---- what the session says

    @Override
    public void text(byte[] utf8, int offset, int length) {
        if (closed) {
            return;
        }
        try {
            route(decoder.text(utf8, offset, length));
        } catch (PacketFormatException e) {
            violated(e);
        }
    }

    @Override
    public void binary(byte[] data) {
        if (closed) {
            return;
        }
        try {
            route(decoder.binary(data));
        } catch (PacketFormatException e) {
            violated(e);
        }
    }

    @Override
    public void closed(CloseReason reason, @Nullable String description) {
        ended(DisconnectReason.of(reason), description);
    }

    private void ended(DisconnectReason reason, @Nullable String description) {
        closed = true;
        io.closed(this);
        connectTimer.cancel();
        stopAttachmentTimer();
        entryOver();
        for (Socket socket : sockets) {
            socket.close(reason, description);
        }
    }

    // ---- packets

    private void route(@Nullable Packet packet) {
        if (packet == null) {
            awaitAttachments();
            return;
        }
        stopAttachmentTimer();
        switch (packet) {
            case Packet.Event event -> {
                Socket socket = connected(event.namespace());
                if (socket != null) {
                    socket.received(event);
                }
            }
            case Packet.Ack ack -> {
                Socket socket = connected(ack.namespace());
                if (socket != null) {
                    socket.acknowledged(ack.ackId(), ack.arguments());
                }
            }
            case Packet.Connect connect -> connect(connect);
            case Packet.Disconnect disconnect -> {
                Socket socket = connected(disconnect.namespace());
                if (socket != null) {
                    socket.close(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, null);
                }
            }
            case Packet.ConnectError error -> violated("a client does not send CONNECT_ERROR");
        }
    }

    /** The connected socket of a namespace; without one the packet is a violation, and null is returned. */
    private @Nullable Socket connected(String namespace) {
        Socket socket = find(namespace);
        if (socket == null || !socket.connected()) {
            violated("packet for a namespace that is not connected");
            return null;
        }
        return socket;
    }

    private void connect(Packet.Connect packet) {
        String name = packet.namespace();
        JsonValue auth = packet.auth();
        if (session.revision() == 3) {
            int query = name.indexOf('?');
            if (query >= 0) {
                auth = io.options().binding().value(QueryString.parse(name.substring(query + 1)));
                name = name.substring(0, query);
            }
            if (name.equals(Namespace.MAIN)) {
                // It is there already; old clients may say so again.
                return;
            }
        }
        if (find(name) != null || entry != null && entry.isFor(name)) {
            violated("CONNECT to a namespace that is connected or connecting");
        } else {
            enter(name, auth == null ? JsonValue.parse("{}") : auth);
        }
    }

    private void enter(String name, JsonValue auth) {
        SocketIoOptions options = io.options();
        if (name.length() > options.maxNamespaceLength()) {
            refuse(name, Refusals.body("Invalid namespace", options.binding()));
        } else if (sockets.length + NamespaceEntry.searching(entry) >= options.maxNamespacesPerConnection()) {
            refuse(name, Refusals.body("Too many namespaces", options.binding()));
        } else {
            NamespaceEntry next = new NamespaceEntry(this, name, auth, entry);
            entry = next;
            next.start();
        }
    }

    // ---- sockets

    /** Takes a socket that is about to connect. Loop only. */
    void add(Socket socket) {
        sockets = Arrays.copyOf(sockets, sockets.length + 1);
        sockets[sockets.length - 1] = socket;
    }

    /** Forgets a socket. Loop only. */
    void remove(Socket socket) {
        int at = Arrays.asList(sockets).indexOf(socket);
        if (at < 0) {
            return;
        }
        Socket[] left = sockets.length == 1 ? NONE : new Socket[sockets.length - 1];
        System.arraycopy(sockets, 0, left, 0, at);
        System.arraycopy(sockets, at + 1, left, at, left.length - at);
        sockets = left;
        reading.reconsiderIfPaused(sockets);
    }

    /** An attempt to enter a namespace is over, one way or the other. Loop only. */
    void entryOver(NamespaceEntry over) {
        entry = NamespaceEntry.without(entry, over);
    }

    private void entryOver() {
        for (NamespaceEntry pending = entry; pending != null; pending = pending.next()) {
            pending.abandon();
        }
        entry = null;
    }

    /** The first namespace is connected. Loop only. */
    void connected() {
        connectTimer.cancel();
    }

    /** Says no to a client that wants to enter a namespace. Loop only. */
    void refuse(String namespace, Payload body) {
        send(io.encoder().connectError(namespace, body));
        if (++refusals >= io.options().maxConnectAttempts()) {
            violated("limits.max-connect-attempts is " + io.options().maxConnectAttempts() + ", all of them refused");
        }
    }

    /** Sends a packet the protocol cannot do without. Loop only. */
    void send(EncodedPacket packet) {
        byte[] text = packet.text();
        session.append(
                text != null && packet.attachments().isEmpty()
                        ? OutboundMessage.control(text)
                        : OutboundMessage.of(text, packet.attachments(), false, true));
    }

    private @Nullable Socket find(String namespace) {
        for (Socket socket : sockets) {
            if (socket.namespace().name().equals(namespace)) {
                return socket;
            }
        }
        return null;
    }

    // ---- the end

    /** Disconnects every socket of this connection and then ends it. Loop only. */
    void disconnectAll() {
        for (Socket socket : sockets) {
            socket.disconnectByServer();
        }
        end();
    }

    /** The process stops: no packet says so, hence clients come back by themselves. Loop only. */
    void shutDown() {
        ended(DisconnectReason.SERVER_SHUTTING_DOWN, null);
        session.close(CloseReason.SERVER_SHUTTING_DOWN);
    }

    /** The client is on another connection by now, and left this one without a word. Loop only. */
    void replaced() {
        session.discard(CloseReason.FORCED_CLOSE, "the client is back on another connection");
    }

    /** Something was promised to the client that cannot be kept. Loop only. */
    void giveUp() {
        end();
    }

    private void violated(String what) {
        violated(new PacketFormatException(what));
    }

    private void violated(PacketFormatException violation) {
        if (closed) {
            return;
        }
        for (Socket socket : sockets) {
            if (socket.connected()) {
                socket.failed(violation);
            }
        }
        end();
    }

    private void connectTimedOut() {
        end();
    }

    /** Ends the connection. A client that cannot be told yet is out of its namespaces all the same. */
    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        session.close(CloseReason.FORCED_CLOSE);
        boolean polling = session.transport() == Transport.Name.POLLING;
        ended(polling ? DisconnectReason.FORCED_SERVER_CLOSE : DisconnectReason.FORCED_CLOSE, null);
    }

    // ---- limits

    private void awaitAttachments() {
        if (attachmentTimer == null && decoder.attachmentsDue()) {
            attachmentTimer = loop().schedule(
                            () -> violated("attachments did not arrive within limits.attachment-timeout"),
                            io.options().attachmentTimeout());
        }
    }

    private void stopAttachmentTimer() {
        if (attachmentTimer != null) {
            attachmentTimer.cancel();
            attachmentTimer = null;
        }
    }

    /** Too much waits for the handlers of a socket, or no longer. Loop only. */
    void reconsiderReading() {
        reading.reconsider(sockets);
    }

    /** A thread waits for an answer of this client. Loop only. */
    void answersAwaited() {
        reading.reconsiderIfPaused(sockets);
    }
}
