package dev.roost.core.engine.packet;

import static dev.roost.core.engine.packet.Packets.bytes;
import static dev.roost.core.engine.packet.Packets.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("E21, E22: payloads of revision 4")
class Revision4PayloadTest {
    static Stream<Arguments> payloads() {
        return Stream.of(
                arguments("4hello", List.of("text 4hello")),
                arguments("4hello\u001e2\u001ebAQIDBA==", List.of("text 4hello", "text 2", "binary 01020304")),
                arguments("4\u20ac\u001e4\ud83d\ude00", List.of("text 4\u20ac", "text 4\ud83d\ude00")),
                arguments("b", List.of("binary ")),
                arguments("bAQIDBA", List.of("binary 01020304")),
                arguments("bAAA", List.of("binary 0000")),
                arguments("0\u001e1\u001e3\u001e5\u001e6", List.of("text 0", "text 1", "text 3", "text 5", "text 6")),
                // sec-P8
                arguments("", List.of("bad at 0")),
                arguments("\u001e", List.of("bad at 0")),
                arguments("\u001e\u001e\u001e", List.of("bad at 0")),
                arguments("4\u001e", List.of("text 4", "bad at 2")),
                arguments("\u001e4", List.of("bad at 0")),
                arguments("4a\u001e\u001e4b", List.of("text 4a", "bad at 3")),
                // sec-P10
                arguments("b!!!!", List.of("bad at 1")),
                arguments("bA", List.of("bad at 1")),
                arguments("bAA==AA", List.of("bad at 1")),
                arguments("bAA=", List.of("bad at 1")),
                arguments("4a\u001ebAAAA AAAA", List.of("text 4a", "bad at 4")),
                // the stock Java client breaks lines
                arguments("4a\u001ebAAAA\nAAAA", List.of("text 4a", "binary 000000000000")),
                // sec-P13
                arguments("9x", List.of("bad at 0")),
                arguments("7", List.of("bad at 0")),
                arguments("a", List.of("bad at 0")),
                arguments("\u0000", List.of("bad at 0")),
                arguments("4a\u001eabc\u001e4b", List.of("text 4a", "bad at 3")));
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payloadReadsAs(String payload, List<String> packets) {
        assertThat(Packets.read(PollingPayload.revision4(utf8(payload)), 1000)).isEqualTo(packets);
        assertThat(Packets.read(PollingPayload.revision4(utf8(payload)), 1))
                .as("one at a time")
                .isEqualTo(packets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"34 ff fe 80", "34 e2 82", "34 ed a0 80", "34 ed b0 80", "34 c0 80", "34 f4 90 80 80"})
    @DisplayName("sec-P11: bytes that are no UTF-8 are refused, packets before them are not")
    void invalidUtf8IsRefused(String hex) {
        assertThat(Packets.read(PollingPayload.revision4(bytes("34 61 1e " + hex)), 10))
                .containsExactly("text 4a", "bad at 4");
    }

    @Test
    void nothingFollowsABadPacket() throws PacketFormatException {
        PollingPayload payload = PollingPayload.revision4(utf8("x\u001e4a"));
        Packets packets = new Packets();
        assertThatThrownBy(() -> payload.read(10, packets))
                .isInstanceOf(PacketFormatException.class)
                .hasMessage("expected a packet type from 0 to 6 or b at byte 0");
        assertThat(payload.read(10, packets)).isFalse();
        assertThat(packets.seen).isEmpty();
    }

    @Test
    @DisplayName("sec-P9: a payload of 300,000 packets is read in pieces")
    void manyPacketsAreReadInPieces() throws PacketFormatException {
        byte[] body = utf8("4x\u001e".repeat(299_999) + "4x");
        PollingPayload payload = PollingPayload.revision4(body);
        int[] count = {0};
        PacketVisitor counter = new PacketVisitor() {
            @Override
            public void text(byte[] utf8, int offset, int length) {
                count[0] += utf8 == body ? 1 : 1_000_000;
            }

            @Override
            public void binary(byte[] data) {}
        };
        int pieces = 1;
        while (payload.read(256, counter)) {
            pieces++;
        }
        assertThat(count[0]).as("slices of the body itself").isEqualTo(300_000);
        assertThat(pieces).isEqualTo((300_000 + 255) / 256);
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                arguments("4hello", List.of(), "4hello"),
                arguments("4", List.of(), "4"),
                arguments(null, List.of("01020304"), "bAQIDBA=="),
                arguments(null, List.of(""), "b"),
                arguments("451-[]", List.of("01", "0203", "040506"), "451-[]\u001ebAQ==\u001ebAgM=\u001ebBAUG"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageIsWrittenAs(String text, List<String> attachments, String payload) {
        byte[] encoded = Revision4.encode(
                text == null ? null : utf8(text),
                attachments.stream().map(Packets::bytes).toList());
        assertThat(encoded).asString().isEqualTo(payload);
        assertThat(Packets.read(PollingPayload.revision4(encoded), 10))
                .isEqualTo(Stream.concat(
                                Stream.ofNullable(text).map(t -> "text " + t),
                                attachments.stream().map(hex -> "binary " + hex))
                        .toList());
    }

    @Test
    @DisplayName("sec-P8: a megabyte of separators is refused at its first byte")
    void megabyteOfSeparatorsIsRefusedAtOnce() {
        byte[] body = new byte[1_000_000];
        Arrays.fill(body, Revision4.SEPARATOR);
        assertThat(Packets.read(PollingPayload.revision4(body), 256)).containsExactly("bad at 0");
    }
}
