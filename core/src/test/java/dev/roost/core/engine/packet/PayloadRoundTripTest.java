package dev.roost.core.engine.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was written is read back, and no bytes at all bring out anything but a format error. */
class PayloadRoundTripTest {
    enum Codec {
        REVISION4(PollingPayload::revision4, Revision4::encode),
        REVISION3_TEXT(PollingPayload::revision3Text, Revision3::encodeText),
        REVISION3_BINARY(PollingPayload::revision3Binary, Revision3::encodeBinary);

        private final Function<byte[], PollingPayload> reader;
        private final Encoder encoder;

        Codec(Function<byte[], PollingPayload> reader, Encoder encoder) {
            this.reader = reader;
            this.encoder = encoder;
        }
    }

    private interface Encoder {
        byte[] encode(byte @Nullable [] text, List<byte[]> attachments);
    }

    @ParameterizedTest
    @EnumSource
    void randomPacketsAreReadBack(Codec codec) {
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            List<String> expected = new ArrayList<>();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                String text = text(random);
                List<byte[]> attachments = Stream.generate(() -> attachment(random))
                        .limit(random.nextInt(3))
                        .toList();
                if (codec == Codec.REVISION4 && payload.size() > 0) {
                    payload.write(Revision4.SEPARATOR);
                }
                payload.writeBytes(codec.encoder.encode(text.getBytes(UTF_8), attachments));
                expected.add("text " + text);
                attachments.forEach(a -> expected.add("binary " + HexFormat.of().formatHex(a)));
            }
            assertThat(Packets.read(codec.reader.apply(payload.toByteArray()), 1 + random.nextInt(3)))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void garbageBringsOutOnlyFormatErrors(Codec codec) {
        Random random = new Random(43);
        byte[] likely = Packets.bytes("00 01 02 04 09 ff 1e 30 31 34 36 39 3a 62 3d 41 42 e2 82 ac f0 9f 98 80 2d 0a");
        for (int i = 0; i < 50_000; i++) {
            byte[] body = new byte[random.nextInt(24)];
            for (int j = 0; j < body.length; j++) {
                body[j] = likely[random.nextInt(likely.length)];
            }
            // Anything but a PacketFormatException would fail here.
            List<String> seen = Packets.read(codec.reader.apply(body), 3);
            assertThat(seen.size()).isLessThanOrEqualTo(body.length + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedPayloadsBringOutOnlyFormatErrors(Codec codec) {
        Random random = new Random(44);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = codec.encoder.encode(text(random).getBytes(UTF_8), List.of(attachment(random)));
            body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            assertThat(Packets.read(codec.reader.apply(body), 8).size()).isLessThanOrEqualTo(body.length + 1);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("4");
        int[] points = {'a', '"', 0x7f, 0xe9, 0x20ac, 0xffff, 0x1f600, 0x10ffff};
        for (int n = random.nextInt(20); n > 0; n--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private static byte[] attachment(Random random) {
        byte[] data = new byte[random.nextInt(300)];
        random.nextBytes(data);
        return data;
    }
}
