package dev.roost.core.engine;

import dev.roost.core.engine.Transport.Closing;
import java.time.Duration;

/**
 * One newcomer that wants to carry a session: its timers, its answers, its end.
 *
 * <p>Made when the newcomer connects and dropped when the attempt is over, so a session that does not move pays
 * nothing for it. While it lasts, waiting polls are released every 100 ms: the client moves only when its poll is
 * answered.
 *
 * <p>Confined to the loop. Spec: engine-io 7.
 */
final class UpgradeAttempt {
    /** Between two looks for a poll to release. */
    static final Duration RELEASE_INTERVAL = Duration.ofMillis(100);

    private final TransportUpgrade progress = new TransportUpgrade();
    private final EngineSession session;
    private final Transport newcomer;
    private final Deadline timeout;
    private final Deadline release;

    /** Starts the attempt and its time limit. */
    UpgradeAttempt(EngineSession session, Transport newcomer, Duration limit) {
        this.session = session;
        this.newcomer = newcomer;
        this.timeout = new Deadline(session.loop(), this::failed);
        this.release = new Deadline(session.loop(), this::releasePoll);
        timeout.set(session.loop().nanoTime() + limit.toNanos());
    }

    boolean isBy(Transport transport) {
        return newcomer == transport;
    }

    /** A text packet came on the newcomer. */
    void textReceived(byte[] utf8, int offset, int length) {
        perform(progress.textReceived(utf8, offset, length));
    }

    /** The newcomer failed, misbehaved or took too long, or the session is over. */
    void failed() {
        perform(progress.failed());
    }

    private void perform(TransportUpgrade.Duty duty) {
        switch (duty) {
            case ANSWER -> {
                // Armed first: a newcomer that fails at its answer ends the attempt, and the timers with it.
                armRelease();
                newcomer.sendControl(OutboundMessage.PROBE_PONG);
                session.probed(newcomer);
            }
            case SWITCH -> {
                clear();
                session.upgraded(newcomer);
            }
            case FAIL -> {
                clear();
                session.upgradeFailed();
                newcomer.close(Closing.ORDERLY);
            }
            case IGNORE -> {}
        }
    }

    private void releasePoll() {
        armRelease();
        session.releasePoll();
    }

    private void armRelease() {
        release.set(session.loop().nanoTime() + RELEASE_INTERVAL.toNanos());
    }

    private void clear() {
        timeout.clear();
        release.clear();
    }
}
