package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.hex;
import static dev.roost.server.websocket.Frames.join;
import static dev.roost.server.websocket.Frames.ping;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.engine.OutboundMessage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate: RFC 7692, sec-H12, sec-W10, sec-W11. */
class CompressionTest {
    private static final String PLAIN = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private final Deflate deflate = new Deflate(1024, -1);
    private final RecordingSink sink = new RecordingSink();
    private final FrameReader reader = new FrameReader(FrameLimits.of(1_000_000), deflate.inflate(), sink);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
                "x-webkit-deflate-frame, permessage-deflate",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate",
                "foo; bar=\"baz\" ,\tpermessage-deflate"
            })
    void acceptableOffersAreAccepted(String offer) {
        assertThat(DeflateOffer.answer(offer)).isEqualTo(PLAIN);
    }

    @Test
    void aDemandedServerWindowIsConfirmed() {
        assertThat(DeflateOffer.answer("permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(PLAIN + "; server_max_window_bits=15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; constructor",
                "; ; ;",
                "",
                ",",
                "permessage-deflate,",
                "permessage-deflate;",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=",
                "permessage-deflate; server_max_window_bits=0",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=\"10",
                "permessage-deflate; client_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15",
                "Permessage-deflate",
                "permessage-deflate foo"
            })
    @DisplayName("sec-H12, sec-W11: other offers are declined")
    void otherOffersAreDeclined(String offer) {
        assertThat(DeflateOffer.answer(offer)).isNull();
    }

    @Test
    @DisplayName("sec-H11, sec-H12: endless headers cost nothing")
    void endlessHeadersAreDeclined() {
        String offers = "permessage-deflate; foo, ".repeat(500);
        assertThat(DeflateOffer.answer(offers)).isNull();
        assertThat(DeflateOffer.answer(" ,".repeat(16_384))).isNull();
        assertThat(DeflateOffer.answer("a" + ",a".repeat(40) + ", permessage-deflate"))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "100", "5000", "100000", "1000000"})
    void whatIsDeflatedInflatesToTheSame(int length) throws WebSocketViolation {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * i / 7);
        }
        byte[] packed = deflate.deflate(data);
        assertThat(deflate.inflate().inflate(packed, packed.length, 1_000_000)).isEqualTo(data);
    }

    @Test
    void compressedMessagesAreRead() {
        byte[] packed = deflate.deflate("4hello hello hello".getBytes(UTF_8));
        int half = packed.length / 2;
        byte[] stream = join(
                frame(0xc1, packed),
                frame(0x41, Arrays.copyOf(packed, half)),
                ping("x"),
                frame(0x80, Arrays.copyOfRange(packed, half, packed.length)),
                frame(0xc2, deflate.deflate(hex("010203"))),
                frame(0x81, "4plain".getBytes(UTF_8)));
        List<String> expected =
                List.of("text 4hello hello hello", "ping x", "text 4hello hello hello", "binary 010203", "text 4plain");
        assertThat(RecordingSink.readAll(reader, sink, stream)).isEqualTo(expected);
    }

    @Test
    @DisplayName("RFC 7692 7.2.3: the examples")
    void examplesOfTheSpecificationAreRead() {
        byte[] stream = join(
                frame(0xc1, hex("f248cdc9c90700")),
                frame(0xc1, hex("000500faff48656c6c6f00")),
                frame(0xc1, hex("f348cdc9c9070000")),
                frame(0xc1, hex("f248050000 00ffff cac9c90700")),
                frame(0xc1, hex("00")),
                frame(0xc1, new byte[0]));
        assertThat(RecordingSink.readAll(reader, sink, stream))
                .containsExactly("text Hello", "text Hello", "text Hello", "text Hello", "text ", "text ");
    }

    @Test
    @DisplayName("sec-W10: a bomb is stopped at the limit")
    void bombsStopAtTheLimit() {
        byte[] bomb = deflate.deflate(new byte[100_000_000]);
        assertThat(RecordingSink.readAll(reader, sink, frame(0xc2, bomb))).containsExactly("violation 1009");
    }

    @Test
    @DisplayName("sec-W10: exactly the limit is accepted")
    void theLimitItselfIsAccepted() {
        byte[] packed = deflate.deflate(new byte[1_000_000]);
        RecordingSink.readAll(reader, sink, frame(0xc2, packed));
        assertThat(sink.found).hasSize(1);
        assertThat(sink.found.get(0)).startsWith("binary 00").hasSize("binary ".length() + 2_000_000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "garbage stream,c1,ffffffff,1007",
        "reserved block type,c1,07,1007",
        "invalid UTF-8 inside,c1,,1007",
        "RSV1 on a control frame,c9,00,1002"
    })
    @DisplayName("sec-W11: misuse")
    void misuseIsRefused(String name, String first, String payload, int code) {
        byte[] bytes = payload == null ? deflate.deflate(hex("eda080")) : hex(payload);
        assertThat(RecordingSink.readAll(reader, sink, frame(Integer.parseInt(first, 16), bytes)))
                .containsExactly("violation " + code);
    }

    @Test
    @DisplayName("sec-W11: RSV1 on a continuation")
    void compressedContinuationsAreRefused() {
        byte[] stream = join(frame(0x01, "4a".getBytes(UTF_8)), frame(0xc0, "b".getBytes(UTF_8)));
        assertThat(RecordingSink.readAll(reader, sink, stream)).containsExactly("violation 1002");
    }

    @Test
    void onlyMessagesWorthItAreCompressed() {
        OutboundMessage small = message("4" + "a".repeat(100), true);
        OutboundMessage large = message("4" + "a".repeat(5000), true);
        OutboundMessage refused = message("4" + "a".repeat(5000), false);
        assertThat(deflate.frames(small)).isEqualTo(FrameWriter.frames(small, OutboundMessage.Form.WEBSOCKET));
        assertThat(deflate.frames(refused)).isEqualTo(FrameWriter.frames(refused, OutboundMessage.Form.WEBSOCKET));
        assertThat(deflate.frames(large)).hasSizeLessThan(100);
        assertThat(deflate.frames(large)[0]).isEqualTo((byte) 0xc1);
        assertThat(deflate.frames(large)).isSameAs(deflate.frames(large));
    }

    @Test
    void anUnknownFormIsAMistake() {
        OutboundMessage message = message("4", true);
        assertThatThrownBy(() -> FrameWriter.frames(message, OutboundMessage.Form.POLLING))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static OutboundMessage message(String text, boolean compress) {
        return OutboundMessage.of(text.getBytes(UTF_8), List.of(), false, compress);
    }
}
