package dev.roost.core.engine.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("sec-P11: strict UTF-8")
class Utf8Test {
    @ParameterizedTest
    @CsvSource({
        "'', -1",
        "7f, -1",
        "c2 80, -1",
        "df bf, -1",
        "e0 a0 80, -1",
        "ed 9f bf, -1",
        "ee 80 80, -1",
        "f0 90 80 80, -1",
        "f4 8f bf bf, -1",
        "80, 0",
        "c0 80, 0",
        "c1 bf, 0",
        "c2, 0",
        "c2 41, 0",
        "e0 9f bf, 0",
        "ed a0 80, 0",
        "ed bf bf, 0",
        "e2 82, 0",
        "e2 82 41, 0",
        "f0 8f bf bf, 0",
        "f4 90 80 80, 0",
        "f5 80 80 80, 0",
        "ff, 0",
        "61 61 61 61 61 61 61 61 61 61 ff, 10",
        "61 61 61 61 61 61 61 61 e2 82 ac 61 c2, 12",
    })
    void firstInvalidByteIsFound(String hex, int at) {
        byte[] bytes = Packets.bytes(hex);
        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(at);
    }

    @Test
    void agreesWithTheDecoderOfTheJdkOnRandomBytes() {
        Random random = new Random(4711);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = randomBytes(random);
            if (Utf8.firstInvalid(bytes, 0, bytes.length) < 0 != decodes(bytes)) {
                fail("disagrees about " + HexFormat.of().formatHex(bytes));
            }
        }
    }

    @Test
    void lengthIsCountedInUtf16Units() {
        String text = "a\u00e9\u20ac\ud83d\ude00z";
        byte[] utf8 = text.getBytes(UTF_8);
        assertThat(Utf8.utf16Length(utf8, 0, utf8.length)).isEqualTo(text.length());
    }

    /** Mostly bytes that matter: leads and continuations at the edges of their ranges. */
    private static byte[] randomBytes(Random random) {
        int[] edges = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4};
        byte[] bytes = new byte[random.nextInt(12)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : edges[random.nextInt(edges.length)]);
        }
        return bytes;
    }

    private static boolean decodes(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
