package dev.roost.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskingTest {
    @Test
    void everyLengthOffsetAndPhaseIsMaskedLikeByteByByte() {
        Random random = new Random(7);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[random.nextInt(100) + 1];
            random.nextBytes(bytes);
            int offset = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - offset + 1);
            int key = random.nextInt();
            int phase = random.nextInt(4);
            byte[] expected = bytes.clone();
            for (int i = 0; i < length; i++) {
                expected[offset + i] ^= (byte) (key >> 8 * (i + phase & 3));
            }
            Masking.apply(bytes, offset, length, key, phase);
            assertThat(bytes).isEqualTo(expected);
        }
    }
}
