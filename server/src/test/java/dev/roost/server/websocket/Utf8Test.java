package dev.roost.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void everySequenceUpToThreeBytesIsJudgedAsByTheJdk() {
        byte[] bytes = new byte[3];
        for (int i = 0x80_0000; i < 0x100_0000; i += i < 0xE0_0000 ? 251 : 7) {
            bytes[0] = (byte) (i >> 16);
            bytes[1] = (byte) (i >> 8);
            bytes[2] = (byte) i;
            assertThat(Utf8.isValid(bytes, 0, 3)).as("%06x", i).isEqualTo(jdkAccepts(bytes));
        }
    }

    @Test
    void randomTextSplitAnywhereIsJudgedAsByTheJdk() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.appendCodePoint(random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x80));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int cut = random.nextInt(bytes.length + 1);
            int state = Utf8.check(Utf8.check(Utf8.START, bytes, 0, cut), bytes, cut, bytes.length - cut);
            assertThat(state == Utf8.START).isEqualTo(jdkAccepts(bytes));
        }
    }

    private static boolean jdkAccepts(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
