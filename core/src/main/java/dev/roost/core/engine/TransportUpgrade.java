package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * How far one attempt to move a session from polling to another transport has come.
 *
 * <pre>
 *            2probe              5                   anything else, a failure, the timeout
 * WAITING    ANSWER, to PROBED   FAIL, to OVER       FAIL, to OVER
 * PROBED     ANSWER              SWITCH, to OVER     FAIL, to OVER
 * OVER       IGNORE              IGNORE              IGNORE
 * </pre>
 *
 * <p>Confined to the loop. Spec: engine-io 7.
 */
final class TransportUpgrade {
    /** What has to be done. */
    enum Duty {
        /** Answer the probe and begin to release polls. */
        ANSWER,
        /** Move the session to the newcomer. */
        SWITCH,
        /** Close the newcomer; the session stays where it is. */
        FAIL,
        IGNORE
    }

    private enum Phase {
        WAITING,
        PROBED,
        OVER
    }

    private static final byte[] PROBE = "2probe".getBytes(US_ASCII);
    private static final byte[] UPGRADE = "5".getBytes(US_ASCII);

    private Phase phase = Phase.WAITING;

    /** A text packet came on the newcomer. */
    Duty textReceived(byte[] utf8, int offset, int length) {
        if (phase == Phase.OVER) {
            return Duty.IGNORE;
        }
        if (is(PROBE, utf8, offset, length)) {
            phase = Phase.PROBED;
            return Duty.ANSWER;
        }
        if (phase == Phase.PROBED && is(UPGRADE, utf8, offset, length)) {
            phase = Phase.OVER;
            return Duty.SWITCH;
        }
        return failed();
    }

    /** Anything else happened to the newcomer, or its time is up. */
    Duty failed() {
        if (phase == Phase.OVER) {
            return Duty.IGNORE;
        }
        phase = Phase.OVER;
        return Duty.FAIL;
    }

    private static boolean is(byte[] packet, byte[] utf8, int offset, int length) {
        return Arrays.equals(packet, 0, packet.length, utf8, offset, offset + length);
    }
}
