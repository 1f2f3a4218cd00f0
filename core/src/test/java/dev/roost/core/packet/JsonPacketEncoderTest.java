package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.adapter.Payload;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("P01, P02, P03: what leaves")
class JsonPacketEncoderTest {
    private static final String P0 = "{\"_placeholder\":true,\"num\":0}";
    private static final PacketEncoder ENCODER = new JsonPacketParser().encoder();
    private static final JsonBinding BINDING = JsonBinding.defaults();

    static Stream<Arguments> packets() {
        byte[] buffer = {1, 2};
        return Stream.of(
                arguments(ENCODER.connect("/", json("{\"sid\":\"x\"}")), List.of("40{\"sid\":\"x\"}")),
                arguments(ENCODER.connect("/admin", json("{\"sid\":\"x\"}")), List.of("40/admin,{\"sid\":\"x\"}")),
                arguments(ENCODER.connect("/", null), List.of("40")),
                arguments(ENCODER.connect("/nsp", null), List.of("40/nsp,")),
                arguments(
                        ENCODER.connectError("/", json("{\"message\":\"Not authorized\",\"data\":{\"code\":1}}")),
                        List.of("44{\"message\":\"Not authorized\",\"data\":{\"code\":1}}")),
                arguments(ENCODER.connectError("/a", json("\"no2\"")), List.of("44/a,\"no2\"")),
                arguments(ENCODER.disconnect("/"), List.of("41")),
                arguments(ENCODER.disconnect("/admin"), List.of("41/admin,")),
                arguments(ENCODER.event("/", Packet.NO_ACK, BINDING.event("hello", 1)), List.of("42[\"hello\",1]")),
                arguments(
                        ENCODER.event("/admin", Packet.NO_ACK, BINDING.event("hello")),
                        List.of("42/admin,[\"hello\"]")),
                arguments(ENCODER.event("/", 13, BINDING.event("hello")), List.of("4213[\"hello\"]")),
                arguments(ENCODER.event("/admin", 0, BINDING.event("hello")), List.of("42/admin,0[\"hello\"]")),
                arguments(ENCODER.event("/", (1L << 53) - 1, BINDING.event("a")), List.of("429007199254740991[\"a\"]")),
                arguments(ENCODER.ack("/", 13, BINDING.array("ok")), List.of("4313[\"ok\"]")),
                arguments(ENCODER.ack("/admin", 13, BINDING.array()), List.of("43/admin,13[]")),
                arguments(
                        ENCODER.event("/", Packet.NO_ACK, BINDING.event("f", buffer, new byte[0])),
                        List.of("452-[\"f\"," + P0 + ",{\"_placeholder\":true,\"num\":1}]", "b:0102", "b:")),
                arguments(
                        ENCODER.event("/a\u20ac", 7, BINDING.event("f", (Object) buffer)),
                        List.of("451-/a\u20ac,7[\"f\"," + P0 + "]", "b:0102")),
                arguments(
                        ENCODER.ack("/", 13, BINDING.array((Object) buffer)), List.of("461-13[" + P0 + "]", "b:0102")),
                arguments(
                        ENCODER.ack("/", 100, BINDING.array(new Object[] {
                                    buffer, buffer, buffer, buffer, buffer, buffer, buffer, buffer, buffer, buffer
                                }))
                                .attachments()
                                .size(),
                        10));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packetIsWrittenAs(Object packet, Object messages) {
        assertThat(packet instanceof EncodedPacket encoded ? Wire.show(encoded) : packet)
                .isEqualTo(messages);
    }

    @Test
    void connectAndItsRefusalNeverCarryAttachments() {
        Payload payload = BINDING.value(new byte[] {1}).payload();
        assertThatThrownBy(() -> ENCODER.connect("/", payload)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ENCODER.connectError("/", payload))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a payload without attachments, got 1");
        assertThat(Wire.show(ENCODER.connectError("/", BINDING.inline(List.of(new byte[] {1, 2, 3, 4})))))
                .containsExactly("44[\"AQIDBA==\"]");
    }

    private static Payload json(String text) {
        return Payload.of(text.getBytes(UTF_8));
    }
}
