package dev.roost.server.websocket;

import dev.roost.adapter.Scheduler;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.Transport;
import dev.roost.server.http.UserAgent;
import dev.roost.server.reactor.FrameQueue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session's WebSocket: messages in and out, pings, and the close handshake.
 *
 * <table>
 * <caption>Life</caption>
 * <tr><td>OPEN</td><td>session says ORDERLY</td><td>close frame → CLOSING; none → FINISHING for {@link UserAgent}s
 * that miss it</td></tr>
 * <tr><td>OPEN</td><td>session says DISCARD, violation</td><td>close frame after what was taken → FINISHING</td></tr>
 * <tr><td>OPEN</td><td>close frame came</td><td>same code back → FINISHING; session: transport close</td></tr>
 * <tr><td>CLOSING</td><td>close frame came</td><td>FINISHING; other frames are ignored</td></tr>
 * <tr><td>FINISHING</td><td>all written</td><td>end of stream; what comes is thrown away</td></tr>
 * <tr><td>any</td><td>carrier ended; no answer in time</td><td>ENDED</td></tr>
 * </table>
 *
 * <p>Confined to the session's loop, but for {@link #writable}.
 *
 * <p>Spec: engine-io 6; RFC 6455 section 7; security 5.
 */
final class WebSocketTransport implements Transport, FrameReader.Sink, Watchdog.Owner {
    /** Most bytes taken for one write; what a slow client's queue may hold beside its outbox. */
    private static final long BATCH_BYTES = 256 * 1024;

    /** Most bytes inflated in one turn, or a message: a read may bring a thousand times its size, and others wait. */
    private static final long INFLATED_BYTES = 256 * 1024;

    private final EngineSession session;
    private final Carrier carrier;
    private final LoopShare share;
    private final FrameReader reader;
    private final @Nullable Deflate deflate;
    private final OutboundMessage.Form form;
    private Phase phase = Phase.OPEN;
    private boolean paused;
    private boolean answered;
    /** After {@link #fill}: something is left in the outbox. */
    private boolean more;
    /** {@link Inflate#total} at which reading stops for this turn. */
    private long inflatedLimit = Long.MAX_VALUE;

    private List<byte[]> front = List.of();
    private byte @Nullable [] closeFrame;
    private @Nullable Pongs pongs;
    private @Nullable Watchdog watchdog;
    private Scheduler.@Nullable Timer closeTimer;

    /**
     * Makes the transport of a connection whose handshake was accepted.
     *
     * @param handshake whose response is the first thing to be sent
     */
    WebSocketTransport(EngineSession session, Carrier carrier, LoopShare share, WebSocketHandshake handshake) {
        this.session = session;
        this.carrier = carrier;
        this.share = share;
        this.deflate = handshake.compressed() ? share.deflate() : null;
        this.reader = new FrameReader(share.limits, deflate == null ? null : deflate.inflate(), this);
        this.form = FrameWriter.form(session.revision(), session.binarySupported());
        push(handshake.response());
    }

    private enum Phase {
        OPEN,
        CLOSING,
        FINISHING,
        ENDED
    }

    // ---- the session's side

    @Override
    public Name name() {
        return Name.WEBSOCKET;
    }

    @Override
    public boolean writable() {
        return !carrier.unsent();
    }

    @Override
    public void outboxReady() {
        carrier.flushSoon();
    }

    @Override
    public void sendControl(OutboundMessage packet) {
        push(FrameWriter.frames(packet, form));
    }

    @Override
    public void readable(boolean on) {
        if (phase == Phase.OPEN && paused == on) {
            paused = !on;
            if (watchdog != null) {
                // a message that is not read on takes as long as it takes
                watchdog.reading(on ? reader.incomplete() : null);
            }
            carrier.readable(on);
        }
    }

    @Override
    public void close(Closing how) {
        if (phase == Phase.OPEN && how == Closing.DISCARD) {
            finish(CloseCode.NONE);
        } else if (phase == Phase.OPEN
                && UserAgent.missesCloseFrames(session.handshake().header("user-agent"))) {
            leaveOpen(Phase.FINISHING);
            carrier.flushSoon();
        } else if (phase == Phase.OPEN) {
            leaveOpen(Phase.CLOSING);
            closeFrame = FrameWriter.close(CloseCode.NONE);
            carrier.flushSoon();
        } else if (phase == Phase.CLOSING && how == Closing.DISCARD) {
            abort();
        }
    }

    // ---- the carrier's side

    /** Bytes came; what is left in the buffer must be offered again once reading is resumed. */
    void received(ByteBuffer in, byte[] scratch) {
        if (phase == Phase.FINISHING || phase == Phase.ENDED) {
            in.position(in.limit());
            return;
        }
        if (deflate != null) {
            inflatedLimit = deflate.inflate().total() + INFLATED_BYTES;
        }
        try {
            reader.read(in, scratch);
            if (in.hasRemaining() && phase == Phase.OPEN && !paused) {
                readOnNextTurn();
            }
            Object incomplete = reader.incomplete();
            if (incomplete != null || watchdog != null) {
                watchdog().reading(incomplete);
            }
        } catch (WebSocketViolation violation) {
            in.position(in.limit());
            violated(violation.code(), String.valueOf(violation.getMessage()));
        }
        if (phase == Phase.FINISHING || phase == Phase.ENDED) {
            in.position(in.limit());
        }
    }

    private void readOnNextTurn() {
        carrier.readable(false);
        share.loop.execute(() -> {
            if (!paused) {
                carrier.readable(true);
            }
        });
    }

    private boolean inflatedEnough() {
        return deflate != null && deflate.inflate().total() >= inflatedLimit;
    }

    /** Puts what is due into the queue. */
    void fill(FrameQueue queue) {
        if (!front.isEmpty()) {
            front.forEach(queue::add);
            front = List.of();
        }
        if (pongs != null) {
            pongs.drainTo(queue);
        }
        List<OutboundMessage> batch = share.batch;
        batch.clear();
        int count = session.takeBatch(this, BATCH_BYTES, batch);
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                queue.add(frames(batch.get(i)));
            }
            batch.clear();
        }
        more = count > 0 && session.hasBuffered();
        if (closeFrame != null) {
            queue.add(closeFrame);
            closeFrame = null;
        }
    }

    private byte[] frames(OutboundMessage message) {
        return deflate == null ? FrameWriter.frames(message, form) : deflate.frames(message);
    }

    /**
     * All that was filled in is written.
     *
     * @param bytes how much that was
     */
    void flushed(long bytes) {
        if (watchdog != null) {
            watchdog.writing(false);
        }
        if (phase == Phase.FINISHING) {
            if (closeFrame == null) {
                carrier.finish(answered);
            }
        } else if (bytes > 0) {
            session.drained(this);
        }
        if (more) {
            carrier.flushSoon();
        }
    }

    /** The client does not take all that was filled in; {@link #flushed} is called once it has. */
    void blocked() {
        watchdog().writing(true);
    }

    /** The client is gone. */
    void ended() {
        lost(CloseReason.TRANSPORT_CLOSE, null);
    }

    /** Writing failed. */
    void failed() {
        lost(CloseReason.TRANSPORT_ERROR, "write error");
    }

    // ---- the reader's side

    @Override
    public boolean accepting() {
        return phase == Phase.OPEN ? !paused && !inflatedEnough() : phase == Phase.CLOSING;
    }

    @Override
    public void text(byte[] utf8, int offset, int length) {
        if (phase == Phase.OPEN) {
            session.receiveText(this, utf8, offset, length);
        }
    }

    @Override
    public void binary(byte[] data) {
        if (phase != Phase.OPEN) {
            return;
        }
        if (session.revision() == 4) {
            session.receiveBinary(this, data);
        } else if (data.length > 0 && data[0] == FrameWriter.MESSAGE_TYPE) {
            session.receiveBinary(this, Arrays.copyOfRange(data, 1, data.length));
        } else {
            session.transportFailed(this, CloseReason.PARSE_ERROR, "expected a binary message with type 4");
        }
    }

    @Override
    public void ping(byte[] payload) {
        if (phase == Phase.OPEN) {
            Pongs answers = pongs;
            if (answers == null) {
                answers = new Pongs(share.loop, carrier::flushSoon);
                pongs = answers;
            }
            answers.pinged(payload);
        }
    }

    @Override
    public void pong() {
        // unsolicited: this server pings in the engine's protocol
    }

    @Override
    public void close(int code) {
        answered = true;
        if (phase == Phase.CLOSING) {
            phase = Phase.FINISHING;
            carrier.flushSoon();
        } else if (phase == Phase.OPEN) {
            keepDue();
            finish(code);
            session.transportFailed(this, CloseReason.TRANSPORT_CLOSE, null);
        }
    }

    // ---- the watchdog's side

    @Override
    public void messageOverdue() {
        violated(CloseCode.POLICY, "Message took too long");
    }

    @Override
    public void writeStalled() {
        carrier.cut();
        lost(CloseReason.TRANSPORT_ERROR, "write timeout");
    }

    // ---- ending

    private void violated(int code, String description) {
        if (phase == Phase.OPEN) {
            keepDue();
            finish(code);
            session.transportFailed(this, CloseReason.TRANSPORT_ERROR, description);
        } else {
            abort();
        }
    }

    /** Has what was queued before the end sent before the close frame, a batch at most. */
    private void keepDue() {
        List<OutboundMessage> batch = new ArrayList<>();
        session.takeBatch(this, BATCH_BYTES, batch);
        List<byte[]> due = new ArrayList<>(front);
        batch.forEach(message -> due.add(frames(message)));
        front = due;
    }

    private void finish(int code) {
        leaveOpen(Phase.FINISHING);
        // what is unsent goes first, a batch at most; a client that does not take it is cut off by the timer
        closeFrame = FrameWriter.close(code);
        carrier.flushSoon();
    }

    private void leaveOpen(Phase next) {
        phase = next;
        if (pongs != null) {
            pongs.stop();
        }
        closeTimer = share.loop.schedule(this::abort, share.config.closeTimeout());
        if (paused) {
            paused = false;
            carrier.readable(true);
        }
    }

    /** Closes at once, whatever is unsent. */
    private void abort() {
        carrier.cut();
        lost(CloseReason.TRANSPORT_CLOSE, null);
    }

    private void lost(CloseReason reason, @Nullable String description) {
        Phase before = phase;
        phase = Phase.ENDED;
        if (closeTimer != null) {
            closeTimer.cancel();
            closeTimer = null;
        }
        if (watchdog != null) {
            watchdog.stop();
        }
        if (pongs != null) {
            pongs.stop();
        }
        if (before == Phase.OPEN) {
            session.transportFailed(this, reason, description);
        }
    }

    private void push(byte[] bytes) {
        List<byte[]> more = new ArrayList<>(front);
        more.add(bytes);
        front = more;
        carrier.flushSoon();
    }

    private Watchdog watchdog() {
        Watchdog present = watchdog;
        if (present == null) {
            present = new Watchdog(share, carrier, this);
            watchdog = present;
        }
        return present;
    }
}
