package dev.roost.core.engine;

import dev.roost.core.engine.SessionState.Phase;
import dev.roost.core.engine.Transport.Closing;
import dev.roost.core.engine.packet.PacketFormatException;
import dev.roost.core.engine.packet.PacketType;
import dev.roost.core.engine.packet.Revision3;
import dev.roost.core.engine.packet.Revision4;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, whatever carries it.
 *
 * <p>Everything about it happens on its home loop: what comes in, what is appended, its timers, its end. What other
 * threads look at, because a poll is answered by the thread of its GET, is in the {@link Outbox}.
 *
 * <p>Confined to the loop, but for the methods that say "from any thread".
 *
 * <p>Spec: engine-io 4 and 7 to 9.
 */
public final class EngineSession {
    /** How long an orderly close waits for the client. */
    static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private static final SessionListener NOBODY = new SessionListener() {
        @Override
        public void text(byte[] utf8, int offset, int length) {}

        @Override
        public void binary(byte[] data) {}

        @Override
        public void closed(CloseReason reason, @Nullable String description) {}
    };

    private final Engine engine;
    private final String id;
    private final Handshake handshake;
    private final SessionLoop loop;
    private final boolean revision3;
    private final boolean binarySupported;

    private final Outbox outbox = new Outbox();

    // Confined to the loop.
    private final HeartbeatTimer heartbeat;
    private SessionListener listener = NOBODY;
    private @Nullable UpgradeAttempt upgrade;
    private CloseReason requested = CloseReason.FORCED_CLOSE;
    private boolean readingPaused;

    /** Written once, before a poll can be answered. */
    private volatile boolean drainWatched = true;

    EngineSession(
            Engine engine,
            String id,
            Handshake handshake,
            int revision,
            boolean binarySupported,
            SessionLoop loop,
            Function<EngineSession, Transport> transport) {
        if (revision != 3 && revision != 4) {
            throw new IllegalArgumentException("revision must be 3 or 4, got " + revision);
        }
        this.engine = engine;
        this.id = id;
        this.handshake = handshake;
        this.revision3 = revision == 3;
        this.binarySupported = binarySupported;
        this.loop = loop;
        this.heartbeat = new HeartbeatTimer(this, engine.config(), revision, loop);
        outbox.moveTo(transport.apply(this));
    }

    /** Queues the first packets, starts the heartbeat and hands the session to the layer above. Loop only. */
    void start(OpenPackets first, SessionHandler handler) {
        enqueue(first.open(id, outbox.transport().name()), null);
        OutboundMessage initial = first.initial();
        if (initial != null) {
            enqueue(initial, null);
        }
        heartbeat.start();
        boolean taken = false;
        try {
            listener = handler.opened(this);
            drainWatched = listener.watchesDrain() || engine.observer().watchesDrain();
            taken = true;
        } finally {
            outbox.opened();
            if (!taken) {
                end(CloseReason.FORCED_CLOSE, null, Closing.DISCARD);
            }
        }
    }

    /** Gives up a session that was never registered. */
    void refused() {
        outbox.transport().close(Closing.DISCARD);
    }

    /** The session id, a secret between client and server. */
    public String id() {
        return id;
    }

    /** The first request of the session. */
    public Handshake handshake() {
        return handshake;
    }

    /** Protocol revision, 3 or 4. */
    public int revision() {
        return revision3 ? 3 : 4;
    }

    /** False if the client asked for base64 instead of binary. */
    public boolean binarySupported() {
        return binarySupported;
    }

    /** The loop the session lives on. */
    public SessionLoop loop() {
        return loop;
    }

    /** What carries the session at present. From any thread. */
    public Transport.Name transport() {
        return outbox.transport().name();
    }

    /** What carries the session at present, the object itself. From any thread. */
    public Transport carrier() {
        return outbox.transport();
    }

    /** True if a message sent now would leave at once. From any thread. */
    public boolean writable() {
        return outbox.accepts() && outbox.transport().writable();
    }

    /** True while messages are accepted. From any thread. */
    public boolean open() {
        return outbox.accepts();
    }

    /** Bytes that wait to be taken by the transport. From any thread. */
    public long bufferedBytes() {
        return outbox.bytes();
    }

    /** Bytes that may still be appended before there are too many. From any thread. */
    public long outboxRoom() {
        return Math.max(0, engine.config().outboxMaxBytes() - outbox.bytes());
    }

    /** True if messages wait to be taken by the transport; they may have no bytes. From any thread. */
    public boolean hasBuffered() {
        return !outbox.isEmpty();
    }

    // ---- the application's side

    /**
     * Sends a message after everything sent before by this thread. From any thread.
     *
     * <p>Silently dropped if the session is closing or closed, or if it is volatile and the client is not writable.
     */
    public void send(OutboundMessage message) {
        if (loop.inLoop()) {
            append(message);
        } else {
            loop.execute(() -> append(message), message.bytes());
        }
    }

    /**
     * As {@link #send(OutboundMessage)}, with a task to run on the loop once the message has been written.
     *
     * <p>Tasks run in the order of their messages; that of a message which was dropped never runs.
     */
    public void send(OutboundMessage message, Runnable whenWritten) {
        if (loop.inLoop()) {
            enqueue(message, whenWritten);
        } else {
            loop.execute(() -> enqueue(message, whenWritten), message.bytes());
        }
    }

    /** Appends a message to the outbox; returns false if it was dropped. Loop only. */
    public boolean append(OutboundMessage message) {
        return enqueue(message, null);
    }

    /**
     * Ends the session once everything sent before has been written. From any thread.
     *
     * <p>Limited to 30 seconds. A client that polls and has no GET waiting learns it by the next one.
     */
    public void close(CloseReason reason) {
        if (!loop.inLoop() || outbox.phase() == Phase.OPENING) {
            loop.execute(() -> close(reason));
            return;
        }
        if (!outbox.closeRequested()) {
            return;
        }
        requested = reason;
        if (outbox.isEmpty() && outbox.transport().writable()) {
            end(reason, null, Closing.ORDERLY);
        } else {
            heartbeat.closing(CLOSE_LIMIT);
        }
    }

    /** Ends the session at once; what has not been written is lost. From any thread. */
    public void discard(CloseReason reason, @Nullable String description) {
        if (loop.inLoop()) {
            end(reason, description, Closing.DISCARD);
        } else {
            loop.execute(() -> end(reason, description, Closing.DISCARD));
        }
    }

    /** Stops or resumes reading from the client; its heartbeat is not held against it meanwhile. Loop only. */
    public void pauseReading(boolean pause) {
        if (readingPaused == pause || outbox.phase() == Phase.CLOSED) {
            return;
        }
        readingPaused = pause;
        heartbeat.paused(pause);
        outbox.transport().readable(!pause);
    }

    // ---- the transports' side

    /**
     * One packet in text form came. Loop only.
     *
     * @param utf8 valid UTF-8; read during the call only
     * @param offset position of the type digit
     * @param length bytes of the packet, the digit included
     */
    public void receiveText(Transport from, byte[] utf8, int offset, int length) {
        if (from != outbox.transport()) {
            UpgradeAttempt attempt = attemptBy(from);
            if (attempt != null) {
                attempt.textReceived(utf8, offset, length);
            }
            return;
        }
        byte first = length == 0 ? 0 : utf8[offset];
        if (outbox.phase() != Phase.OPEN) {
            if (outbox.phase() == Phase.CLOSING && first == '1' && from.name() == Transport.Name.POLLING) {
                end(requested, null, Closing.UPGRADED);
            }
        } else if (first == 'b') {
            receiveBase64(utf8, offset, length);
        } else if (PacketType.isDigit(first)) {
            receive(PacketType.ofDigit(first), utf8, offset, length);
        } else {
            end(CloseReason.PARSE_ERROR, "expected a packet type from 0 to 6 or b", Closing.DISCARD);
        }
    }

    /**
     * A binary message came. Loop only.
     *
     * @param data without the type byte of revision 3; belongs to the session from now on
     */
    public void receiveBinary(Transport from, byte[] data) {
        if (from != outbox.transport()) {
            UpgradeAttempt attempt = attemptBy(from);
            if (attempt != null) {
                attempt.failed();
            }
        } else if (outbox.phase() == Phase.OPEN) {
            received(PacketType.MESSAGE, data.length);
            listener.binary(data);
        }
    }

    /**
     * The transport cannot go on. Loop only.
     *
     * <p>If it only probes, the session stays where it is; if it is an old one, nothing happens.
     *
     * @param reason {@link CloseReason#TRANSPORT_CLOSE}, {@link CloseReason#TRANSPORT_ERROR} or
     *     {@link CloseReason#PARSE_ERROR}
     */
    public void transportFailed(Transport from, CloseReason reason, @Nullable String description) {
        if (from != outbox.transport()) {
            UpgradeAttempt attempt = attemptBy(from);
            if (attempt != null) {
                attempt.failed();
            }
        } else if (outbox.phase() == Phase.CLOSING) {
            end(requested, null, Closing.DISCARD);
        } else {
            end(reason, description, Closing.DISCARD);
        }
    }

    /**
     * Everything that was taken has been written. Loop only, after every flush that leaves nothing unsent.
     *
     * <p>Nothing else ends a graceful close or runs the tasks of {@link #send(OutboundMessage, Runnable)}.
     */
    public void drained(Transport from) {
        if (from != outbox.transport()) {
            return;
        }
        outbox.takeWritten().forEach(Runnable::run);
        switch (outbox.phase()) {
            case OPEN -> {
                engine.observer().drained(this);
                listener.drained();
            }
            case CLOSING -> {
                if (outbox.allTaken()) {
                    end(requested, null, Closing.ORDERLY);
                }
            }
            case OPENING, CLOSED -> {}
        }
    }

    /**
     * False if nothing would come of {@link #drained}: nobody waits for it and nobody watches. From any thread.
     *
     * <p>A poll that was answered asks this first: telling the loop means to wake it.
     */
    public boolean awaitsDrain() {
        return drainWatched || outbox.awaitsDrain();
    }

    /**
     * Takes what is due on a transport, oldest first. From any thread.
     *
     * <p>When the session is closing and nothing is left, the next batch of polling is {@link OutboundMessage#NOOP} and
     * {@link OutboundMessage#CLOSE}: a poll adds no such packet itself. Messages go ahead in an answer of their own,
     * since stock clients close as soon as they read of it, before the application has seen what came along.
     *
     * @param maxBytes no more than that, but at least one message if there is any
     * @param into gets the messages
     * @return how many; 0 if there is nothing, or {@code from} is not the present transport
     */
    public int takeBatch(Transport from, long maxBytes, Collection<? super OutboundMessage> into) {
        int taken = outbox.take(from, maxBytes, into);
        if (taken > 0) {
            engine.observer().flushed(this, taken);
        }
        return taken;
    }

    /**
     * A second transport connected with this session's id and wants to take over. Loop only.
     *
     * @return false if the newcomer must be closed: the session is not open, does not poll, has an attempt under way
     *     already, or may not move
     */
    public boolean startUpgrade(Transport probe) {
        if (!engine.config().allowUpgrades()
                || outbox.phase() != Phase.OPEN
                || upgrade != null
                || outbox.transport().name() != Transport.Name.POLLING
                || probe.name() == Transport.Name.POLLING) {
            return false;
        }
        upgrade = new UpgradeAttempt(this, probe, engine.config().upgradeTimeout());
        return true;
    }

    // ---- receiving

    private void receive(PacketType type, byte[] utf8, int offset, int length) {
        received(type, length);
        switch (type) {
            case MESSAGE -> listener.text(utf8, offset + 1, length - 1);
            case PING, PONG -> heartbeatReceived(type);
            case CLOSE -> {
                if (outbox.transport().name() == Transport.Name.POLLING) {
                    end(CloseReason.TRANSPORT_CLOSE, null, Closing.UPGRADED);
                }
            }
            case OPEN, UPGRADE, NOOP -> {
                // The reference ignores them on an open session.
            }
        }
    }

    private void receiveBase64(byte[] utf8, int offset, int length) {
        byte[] data;
        try {
            data = revision3
                    ? Revision3.base64Message(utf8, offset, length)
                    : Revision4.binaryMessage(utf8, offset, length);
        } catch (PacketFormatException e) {
            end(CloseReason.PARSE_ERROR, e.reason(), Closing.DISCARD);
            return;
        }
        received(PacketType.MESSAGE, length);
        listener.binary(data);
    }

    private void received(PacketType type, int bytes) {
        engine.observer().packetReceived(this, type, bytes);
        heartbeat.packetReceived(type);
    }

    private void heartbeatReceived(PacketType type) {
        if ((type == PacketType.PING) != revision3) {
            end(CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction", Closing.DISCARD);
            return;
        }
        engine.observer().heartbeat(this);
        if (revision3) {
            heartbeat.pingReceived();
        } else {
            heartbeat.pongReceived();
        }
    }

    /** The client missed its heartbeat. */
    void pongMissed() {
        end(CloseReason.PING_TIMEOUT, null, Closing.DISCARD);
    }

    /** An orderly close took too long. */
    void closeTimedOut() {
        end(requested, null, Closing.DISCARD);
    }

    // ---- sending

    private boolean enqueue(OutboundMessage message, @Nullable Runnable whenWritten) {
        if (message.isVolatile() && !outbox.transport().writable()) {
            return false;
        }
        return switch (outbox.offer(message, whenWritten, engine.config().outboxMaxBytes())) {
            case ACCEPTED -> {
                engine.observer().packetCreated(this, message);
                outbox.transport().outboxReady();
                yield true;
            }
            case FULL -> overflowed(message, whenWritten);
            case REFUSED -> false;
        };
    }

    private boolean overflowed(OutboundMessage message, @Nullable Runnable whenWritten) {
        EngineConfig config = engine.config();
        if (config.outboxOverflow() == OverflowPolicy.CLOSE) {
            closeOverflowed(message);
            return false;
        }
        // Only the loop appends, so the room made stays.
        List<OutboundMessage> dropped = outbox.makeRoom(message.bytes(), config.outboxMaxBytes());
        dropped.forEach(oldest -> engine.observer().dropped(this, oldest));
        return !dropped.isEmpty() && enqueue(message, whenWritten);
    }

    /** Ends the session in a task of its own: the sender may be in the middle of telling many sessions something. */
    private void closeOverflowed(OutboundMessage message) {
        String description = "outbox.max-bytes is " + engine.config().outboxMaxBytes() + ", "
                + (outbox.bytes() + message.bytes()) + " would wait";
        boolean mine = outbox.closeRequested();
        if (mine || outbox.phase() == Phase.OPENING) {
            engine.observer().overflowed(this);
            requested = CloseReason.TRANSPORT_ERROR;
            loop.execute(() -> end(CloseReason.TRANSPORT_ERROR, description, Closing.DISCARD));
        }
    }

    // ---- upgrading

    private @Nullable UpgradeAttempt attemptBy(Transport from) {
        UpgradeAttempt attempt = upgrade;
        return attempt != null && attempt.isBy(from) ? attempt : null;
    }

    /** The newcomer answered the probe. */
    void probed(Transport newcomer) {
        engine.observer().upgrading(this, newcomer.name());
    }

    /** The newcomer will not carry the session. */
    void upgradeFailed() {
        upgrade = null;
    }

    /** Answers a waiting poll, so that the client can stop polling. */
    void releasePoll() {
        if (outbox.transport().writable()) {
            enqueue(OutboundMessage.NOOP, null);
        }
    }

    /** Moves to the newcomer. */
    void upgraded(Transport newcomer) {
        upgrade = null;
        Transport old = outbox.transport();
        boolean waiting = outbox.moveTo(newcomer);
        old.close(Closing.UPGRADED);
        if (readingPaused) {
            newcomer.readable(false);
        }
        engine.observer().upgraded(this, newcomer.name());
        listener.upgraded(newcomer.name());
        switch (outbox.phase()) {
            case OPEN -> {
                if (waiting) {
                    newcomer.outboxReady();
                }
                heartbeat.upgraded();
            }
            case CLOSING -> {
                if (waiting) {
                    newcomer.outboxReady();
                } else {
                    end(requested, null, Closing.ORDERLY);
                }
            }
            case OPENING, CLOSED -> {}
        }
    }

    // ---- ending

    private void end(CloseReason reason, @Nullable String description, Closing how) {
        if (outbox.phase() == Phase.OPENING) {
            // The layer above must know the session before it can learn of its end.
            loop.execute(() -> end(reason, description, how));
            return;
        }
        if (!outbox.ended()) {
            return;
        }
        heartbeat.stop();
        if (upgrade != null) {
            upgrade.failed();
        }
        engine.remove(this);
        outbox.transport().close(how);
        engine.observer().closed(this, reason, description);
        listener.closed(reason, description);
    }
}
