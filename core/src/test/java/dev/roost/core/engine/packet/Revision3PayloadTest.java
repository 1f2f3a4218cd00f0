package dev.roost.core.engine.packet;

import static dev.roost.core.engine.packet.Packets.bytes;
import static dev.roost.core.engine.packet.Packets.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("E67, E68, E69: payloads of revision 3")
class Revision3PayloadTest {
    static Stream<Arguments> textPayloads() {
        return Stream.of(
                arguments("2:406:4hello", List.of("text 40", "text 4hello")),
                arguments("10:b4AQIDBA==", List.of("binary 01020304")),
                arguments("2:b4", List.of("binary ")),
                // The euro sign is one UTF-16 unit, the face two.
                arguments("2:4\u20ac3:4\ud83d\ude001:2", List.of("text 4\u20ac", "text 4\ud83d\ude00", "text 2")),
                arguments("0:", List.of()),
                arguments("0:1:2", List.of("text 2")),
                arguments("", List.of("bad at 0")),
                // sec-P14
                arguments("5:4abc", List.of("bad at 6")),
                arguments("3:4abcd", List.of("text 4ab", "bad at 5")),
                arguments("99999999999:4", List.of("bad at 0")),
                arguments("9999999999:4", List.of("bad at 12")),
                arguments("-1:4", List.of("bad at 0")),
                arguments("4hello", List.of("bad at 0")),
                arguments("1", List.of("bad at 0")),
                arguments(":4", List.of("bad at 0")),
                arguments("1:41:91:4", List.of("text 4", "bad at 5")),
                arguments("2:4\ud83d\ude00", List.of("bad at 0")),
                arguments("3:bAA", List.of("bad at 2")),
                arguments("4:b4!!", List.of("bad at 4")));
    }

    @ParameterizedTest
    @MethodSource("textPayloads")
    void textPayloadReadsAs(String payload, List<String> packets) {
        assertThat(Packets.read(PollingPayload.revision3Text(utf8(payload)), 1000))
                .isEqualTo(packets);
        assertThat(Packets.read(PollingPayload.revision3Text(utf8(payload)), 1))
                .as("one at a time")
                .isEqualTo(packets);
    }

    static Stream<Arguments> binaryPayloads() {
        return Stream.of(
                arguments("00 02 ff 34 30  01 04 ff 04 01 02 03", List.of("text 40", "binary 010203")),
                arguments("01 01 ff 04", List.of("binary ")),
                arguments("00 01 00 ff 34 61 62 63 64 65 66 67 68 69", List.of("text 4abcdefghi")),
                arguments("00 04 ff 34 e2 82 ac", List.of("text 4\u20ac")),
                arguments("00 06 ff 62 34 41 51 3d 3d", List.of("binary 01")),
                arguments("", List.of("bad at 0")),
                arguments("02 01 ff 34", List.of("bad at 0")),
                arguments("00 ff 34", List.of("bad at 1")),
                arguments("00 01", List.of("bad at 1")),
                arguments("00 00 ff", List.of("bad at 3")),
                arguments("00 02 ff 34", List.of("bad at 1")),
                arguments("00 01 ff 39", List.of("bad at 3")),
                arguments("00 02 ff 34 ff", List.of("bad at 4")),
                arguments("01 00 ff", List.of("bad at 3")),
                arguments("01 01 ff 03", List.of("bad at 3")),
                arguments("00 09 09 09 09 09 09 09 09 09 09 ff 34", List.of("bad at 1")),
                arguments("00 01 01 01 01 01 01 01 01 01 01 01 01 01", List.of("bad at 1")));
    }

    @ParameterizedTest
    @MethodSource("binaryPayloads")
    void binaryPayloadReadsAs(String hex, List<String> packets) {
        assertThat(Packets.read(PollingPayload.revision3Binary(bytes(hex)), 1000))
                .isEqualTo(packets);
        assertThat(Packets.read(PollingPayload.revision3Binary(bytes(hex)), 1))
                .as("one at a time")
                .isEqualTo(packets);
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                arguments("40", List.of(), "2:40", "00 02 ff 34 30"),
                arguments("4\u20ac", List.of(), "2:4\u20ac", "00 04 ff 34 e2 82 ac"),
                arguments("4\ud83d\ude00", List.of(), "3:4\ud83d\ude00", "00 05 ff 34 f0 9f 98 80"),
                arguments(null, List.of("01020304"), "10:b4AQIDBA==", "01 05 ff 04 01 02 03 04"),
                arguments("451-", List.of("010203"), "4:451-6:b4AQID", "00 04 ff 34 35 31 2d 01 04 ff 04 01 02 03"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageIsWrittenAs(String text, List<String> attachments, String asText, String asBinary) {
        byte[] utf8 = text == null ? null : utf8(text);
        List<byte[]> binaries = attachments.stream().map(Packets::bytes).toList();
        assertThat(Revision3.encodeText(utf8, binaries)).asString().isEqualTo(asText);
        assertThat(Revision3.encodeBinary(utf8, binaries)).isEqualTo(bytes(asBinary));
    }

    @Test
    void webSocketMessageLosesItsTypeByte() throws PacketFormatException {
        assertThat(Revision3.binaryMessage(bytes("ee 04 01 02 03 ee"), 1, 4)).isEqualTo(bytes("010203"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02", "03 01", "34 01"})
    void webSocketMessageOfAnotherTypeIsRefused(String hex) {
        byte[] packet = bytes(hex);
        assertThatThrownBy(() -> Revision3.binaryMessage(packet, 0, packet.length))
                .isInstanceOf(PacketFormatException.class);
    }
}
