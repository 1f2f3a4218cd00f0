package dev.roost.core.engine;

import dev.roost.core.engine.packet.PacketType;
import java.time.Duration;

/**
 * Runs one session's heartbeat, and the time limit of its close, on the loop's clock.
 *
 * <p>A session has one moment it waits for: its next heartbeat while it is open, the end of its patience once it is
 * closing. The moment is always set before anything is sent, since a transport that fails at it ends the session and
 * with it the timer.
 *
 * <p>Confined to the loop.
 */
final class HeartbeatTimer implements Runnable {
    private final EngineSession session;
    private final Heartbeat heartbeat;
    private final Deadline deadline;
    private boolean closing;

    HeartbeatTimer(EngineSession session, EngineConfig config, int revision, SessionLoop loop) {
        this.session = session;
        this.heartbeat = new Heartbeat(config, revision, loop.nanoTime());
        this.deadline = new Deadline(loop, this);
    }

    /** The session is about to open. */
    void start() {
        deadline.set(heartbeat.due());
    }

    /** The session is closing, and will not wait longer than that. */
    void closing(Duration limit) {
        closing = true;
        deadline.set(now() + limit.toNanos());
    }

    /** The session is over. */
    void stop() {
        deadline.clear();
    }

    /** The moment came. */
    @Override
    public void run() {
        if (closing) {
            session.closeTimedOut();
            return;
        }
        switch (heartbeat.passed(now())) {
            case PING -> {
                rearm();
                session.append(OutboundMessage.PING);
            }
            case MISSED -> session.pongMissed();
            case NONE -> rearm();
        }
    }

    /** Any packet came. */
    void packetReceived(PacketType type) {
        if (heartbeat.extensible() && type != PacketType.PONG) {
            heartbeat.packetReceived(now());
            rearm();
        }
    }

    /** The client's ping came, revision 3. */
    void pingReceived() {
        heartbeat.pingReceived(now());
        rearm();
        session.append(OutboundMessage.PONG);
    }

    /** The client's pong came, revision 4. */
    void pongReceived() {
        heartbeat.pongReceived(now());
        rearm();
    }

    /** Reading stopped for want of room, or goes on. */
    void paused(boolean on) {
        heartbeat.paused(on, now());
        rearm();
    }

    /** The session moved to another transport, which may have cost a ping. */
    void upgraded() {
        if (heartbeat.upgraded(now())) {
            rearm();
            session.append(OutboundMessage.PING);
        }
    }

    private void rearm() {
        if (!closing) {
            deadline.set(heartbeat.due());
        }
    }

    private long now() {
        return session.loop().nanoTime();
    }
}
