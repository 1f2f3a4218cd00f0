package dev.roost.adapter.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs frames with the cluster's secret: HMAC-SHA-256, cut to 16 bytes. Confined to one thread.
 *
 * <p>It covers the whole frame before it: origin, epoch, sequence and target, so that a frame can neither be changed
 * nor be sent on to another node; a frame sent twice is refused by its sequence.
 */
final class FrameSeal {
    static final int BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    FrameSeal(String secret) {
        // The secret also opens the internal listener; a key of its own keeps one use from serving the other.
        mac = keyed(keyed(secret.getBytes(StandardCharsets.UTF_8))
                .doFinal("roost cluster frame 1".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Appends the signature of everything written so far. */
    void seal(ByteWriter frame) {
        mac.update(frame.array(), 0, frame.size());
        frame.raw(mac.doFinal(), 0, BYTES);
    }

    /** Compares the last bytes of a frame with its signature, in constant time. */
    boolean matches(byte[] frame) {
        int signed = frame.length - BYTES;
        if (signed < 0) {
            return false;
        }
        mac.update(frame, 0, signed);
        byte[] expected = mac.doFinal();
        int difference = 0;
        for (int i = 0; i < BYTES; i++) {
            difference |= expected[i] ^ frame[signed + i];
        }
        return difference == 0;
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }
}
