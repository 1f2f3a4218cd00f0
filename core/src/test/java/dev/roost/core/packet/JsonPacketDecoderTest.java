package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("P01, P02, P03, P04, P05, P06, P11: what each packet of a client means")
class JsonPacketDecoderTest {
    private static final String P0 = "{\"_placeholder\":true,\"num\":0}";
    private static final String P1 = "{\"_placeholder\":true,\"num\":1}";

    static Stream<Arguments> packets() {
        return Stream.of(
                // socket-io 1
                arguments("0", "connect / null"),
                arguments("0{\"token\":\"x\"}", "connect / {\"token\":\"x\"}"),
                arguments("0/admin,{\"token\":\"x\"}", "connect /admin {\"token\":\"x\"}"),
                arguments("0/admin,", "connect /admin null"),
                arguments("0/admin", "connect /admin null"),
                arguments("2[\"hello\",1]", "event / -1 hello (1)"),
                arguments("2/admin,[\"hello\"]", "event /admin -1 hello ()"),
                arguments("213[\"hello\"]", "event / 13 hello ()"),
                arguments("2/admin,13[\"hello\"]", "event /admin 13 hello ()"),
                arguments("313[\"ok\"]", "ack / 13 (\"ok\")"),
                arguments("3/admin,13[]", "ack /admin 13 ()"),
                arguments("1", "disconnect /"),
                arguments("1/admin,", "disconnect /admin"),
                arguments("1/admin", "disconnect /admin"),
                arguments("20[\"a\"]", "event / 0 a ()"),
                arguments("29007199254740991[\"a\"]", "event / 9007199254740991 a ()"),
                arguments(
                        "2[\"a\", null ,true,-1.5e3, [1,[2]] ,{\"b\" : {}}\t]", //
                        "event / -1 a (null, true, -1.5e3, [1,[2]], {\"b\" : {}})"),
                // socket-io 2
                arguments("2[1]", "event / -1 1 ()"),
                arguments("2[-1.50,2]", "event / -1 -1.50 (2)"),
                arguments("2[\"error\",\"boo\"]", "event / -1 error (\"boo\")"),
                arguments("2[\"connection\"]", "event / -1 connection ()"),
                arguments("2[\"x\"] ", "event / -1 x ()"),
                arguments("2[\"x\"]\r\n\t ", "event / -1 x ()"),
                arguments("0{} ", "connect / {}"),
                arguments("3[]", "ack / -1 ()"),
                arguments("35", "ack / 5 ()"),
                arguments("3", "ack / -1 ()"),
                arguments("399[]", "ack / 99 ()"),
                arguments("31[]", "ack / 1 ()"),
                arguments("4{\"message\":\"x\"}", "error / {\"message\":\"x\"}"),
                arguments("4/a,\"no\"", "error /a \"no\""),
                arguments("4", "error / null"),
                // namespaces are taken as they come
                arguments("0/a?x=1,", "connect /a?x=1 null"),
                arguments("0/../admin", "connect /../admin null"),
                arguments("0//admin,", "connect //admin null"),
                arguments("0/\u20ac\u0000,{}", "connect /\u20ac\u0000 {}"),
                // sec-K9
                arguments("2[\"__proto__\",{}]", "event / -1 __proto__ ({})"),
                arguments("2[\"constructor\"]", "event / -1 constructor ()"),
                arguments("2[\"hashCode\"]", "event / -1 hashCode ()"),
                arguments("2[\"\"]", "event / -1  ()"),
                arguments("2[\"a\\\"b\\u20ac\\ud83d\\ude00\\n\"]", "event / -1 a\"b\u20ac\ud83d\ude00\n ()"),
                // sec-K6: a placeholder of a plain event is ordinary data
                arguments("2[\"a\"," + P0 + "]", "event / -1 a (" + P0 + ")"),
                arguments(
                        "2[\"a\",{\"_placeholder\":true,\"num\":-1}]", //
                        "event / -1 a ({\"_placeholder\":true,\"num\":-1})"));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packetReadsAs(String message, String packet) {
        assertThat(Wire.decode(message)).containsExactly(packet);
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                // sec-K1
                arguments("", "empty packet"),
                arguments("7[\"a\"]", "unknown packet type 7"),
                arguments("8", "unknown packet type 8"),
                arguments("9", "unknown packet type 9"),
                arguments("x", "unknown packet type NaN"),
                arguments(" ", "unknown packet type NaN"),
                arguments("/", "unknown packet type NaN"),
                arguments(":", "unknown packet type NaN"),
                // sec-K2
                arguments("511-[\"a\"]", "too many attachments"),
                arguments("5999999999-[\"a\"]", "too many attachments"),
                arguments("599999999999999999999999-[\"a\"]", "too many attachments"),
                arguments("611-1[\"a\"]", "too many attachments"),
                arguments("50-[\"a\"]", "Illegal attachments"),
                arguments("51e3-[\"a\"]", "Illegal attachments"),
                arguments("5-1-[\"a\"]", "Illegal attachments"),
                arguments("50x1-[\"a\"]", "Illegal attachments"),
                arguments("5 1-[\"a\"]", "Illegal attachments"),
                arguments("5", "Illegal attachments"),
                arguments("5-", "Illegal attachments"),
                arguments("51", "Illegal attachments"),
                arguments("51.5-[\"a\"]", "Illegal attachments"),
                arguments("51[\"b\"]", "Illegal attachments"),
                arguments("5[\"b\"]", "Illegal attachments"),
                arguments("51-", "invalid payload"),
                arguments("61-5", "invalid payload"),
                arguments("51-{}", "invalid payload"),
                // sec-K5
                arguments("b:01", "got binary data when not reconstructing a packet"),
                // sec-K6
                arguments("51-[" + P0 + "]", "invalid payload"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":-1}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":1}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":1.5}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":0.5}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":99}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":1e400}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":4294967296}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":null}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":[0]}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":\"splice\"}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":\"length\"}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_placeholder\":true,\"num\":0,\"num\":1}]", "illegal attachments"),
                arguments("51-[\"a\",{\"_pl\\u0061ceholder\":true,\"num\":1}]", "illegal attachments"),
                arguments("51-[\"a\"," + "[".repeat(100) + P1 + "]".repeat(100) + "]", "illegal attachments"),
                arguments("61-1[" + P1 + "]", "illegal attachments"),
                // sec-K7
                arguments("2[{\"toString\":\"foo\"}]", "invalid payload"),
                arguments("2[null]", "invalid payload"),
                arguments("2[[]]", "invalid payload"),
                arguments("2[true]", "invalid payload"),
                arguments("2[]", "invalid payload"),
                arguments("2[ ]", "invalid payload"),
                arguments("2{}", "invalid payload"),
                arguments("2\"a\"", "invalid payload"),
                arguments("2", "invalid payload"),
                arguments("2/a,", "invalid payload"),
                arguments("25", "invalid payload"),
                // sec-K8
                arguments("2[\"connect\"]", "invalid payload"),
                arguments("2[\"connect_error\"]", "invalid payload"),
                arguments("2[\"disconnect\"]", "invalid payload"),
                arguments("2[\"disconnecting\"]", "invalid payload"),
                arguments("2[\"newListener\"]", "invalid payload"),
                arguments("2[\"removeListener\",1]", "invalid payload"),
                arguments("2[\"conn\\u0065ct\"]", "invalid payload"),
                arguments("51-[\"disconnect\"," + P0 + "]", "invalid payload"),
                // sec-K10
                arguments("0[]", "invalid payload"),
                arguments("0\"x\"", "invalid payload"),
                arguments("0null", "invalid payload"),
                arguments("0,", "invalid payload"),
                arguments("01", "invalid payload"),
                arguments("01{}", "invalid payload"),
                arguments("0/a,[]", "invalid payload"),
                arguments("0 {}", "invalid payload"),
                // sec-K16, K18
                arguments("1{}", "invalid payload"),
                arguments("1[\"x\"]", "invalid payload"),
                arguments("1 ", "invalid payload"),
                arguments("15", "invalid payload"),
                arguments("35{}", "invalid payload"),
                arguments("31{}", "invalid payload"),
                arguments("31null", "invalid payload"),
                arguments("3999999999999999999999[]", "ack id above 9007199254740991"),
                arguments("29007199254740992[\"a\"]", "ack id above 9007199254740991"),
                arguments("4[]", "invalid payload"),
                arguments("4null", "invalid payload"),
                // socket-io 2
                arguments("2[\"x\"", "invalid payload"),
                arguments("2 [\"x\"]", "invalid payload"),
                arguments("2\n[\"x\"]", "invalid payload"),
                arguments("213 [\"x\"]", "invalid payload"),
                // sec-D3
                arguments("2[\"a\"]x", "invalid payload"),
                arguments("2[\"a\"][\"b\"]", "invalid payload"),
                arguments("2[\"a\"],", "invalid payload"),
                arguments("2[\"a\",]", "invalid payload"),
                arguments("2[\"a\"]\u00a0", "invalid payload"),
                arguments("0{}}", "invalid payload"));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationIsNamed(String message, String text) {
        assertThat(Wire.decode(message)).containsExactly("!" + text);
    }

    static Stream<Arguments> binary() {
        return Stream.of(
                arguments(
                        List.of("52-[\"f\"," + P0 + "," + P1 + "]", "b:01", "b:0203"), //
                        "event / -1 f (" + P0 + " <01>, " + P0 + " <0203>)"),
                arguments(List.of("61-13[" + P0 + "]", "b:"), "ack / 13 (" + P0 + " <>)"),
                arguments(
                        List.of("51-/admin,7[\"f\",{\"a\":[" + P0 + "]}]", "b:01"), //
                        "event /admin 7 f ({\"a\":[" + P0 + "]} <01>)"),
                arguments(List.of("61-[" + P0 + "]", "b:01"), "ack / -1 (" + P0 + " <01>)"),
                arguments(List.of("501-[\"f\"," + P0 + "]", "b:01"), "event / -1 f (" + P0 + " <01>)"),
                // the same number twice is one buffer
                arguments(
                        List.of("52-[\"f\",[" + P1 + "," + P0 + "," + P1 + "]]", "b:01", "b:02"),
                        "event / -1 f ([" + P0 + "," + P1 + "," + P0 + "] <02> <01>)"),
                // buffers nobody refers to
                arguments(List.of("52-[\"f\",1]", "b:01", "b:02"), "event / -1 f (1)"),
                // what else the object holds does not matter, nor its order and form
                arguments(
                        List.of(
                                "51-[\"f\",{ \"num\" :0.0, \"x\":[{\"_placeholder\":true}], \"_placeholder\":true"
                                        + " } ]", //
                                "b:01"),
                        "event / -1 f (" + P0 + " <01>)"),
                arguments(
                        List.of("51-[\"f\",{\"_pl\\u0061ceholder\":true,\"n\\u0075m\":-0}]", "b:01"), //
                        "event / -1 f (" + P0 + " <01>)"),
                // the last of equal members counts
                arguments(
                        List.of("51-[\"f\",{\"_placeholder\":true,\"num\":9,\"num\":0}]", "b:01"), //
                        "event / -1 f (" + P0 + " <01>)"),
                arguments(
                        List.of("51-[\"f\",{\"_placeholder\":true,\"num\":9,\"_placeholder\":false}]", "b:01"), //
                        "event / -1 f ({\"_placeholder\":true,\"num\":9,\"_placeholder\":false})"),
                // only true itself marks one
                arguments(
                        List.of("51-[\"f\",{\"_placeholder\":\"true\",\"num\":9},{\"_placeholder\":1}]", "b:01"),
                        "event / -1 f ({\"_placeholder\":\"true\",\"num\":9}, {\"_placeholder\":1})"),
                arguments(
                        List.of("51-[\"f\",\"_placeholder\",{\"a\":{\"num\":9},\"_placeholder\":null}]", "b:01"),
                        "event / -1 f (\"_placeholder\", {\"a\":{\"num\":9},\"_placeholder\":null})"));
    }

    @ParameterizedTest
    @MethodSource("binary")
    void buffersComeAtTheirPlaces(List<String> messages, String packet) {
        assertThat(Wire.decode(messages.toArray(String[]::new))).containsExactly(packet);
    }

    @Test
    @DisplayName("sec-K4: text while attachments are due")
    void textWhileAttachmentsAreDueIsRefused() {
        assertThat(Wire.decode("52-[\"a\"," + P0 + "," + P1 + "]", "b:01", "2[\"x\"]"))
                .containsExactly("!got plaintext data when reconstructing a packet");
    }

    @Test
    void attachmentsAreDueUntilTheLastCame() throws PacketFormatException {
        PacketDecoder decoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, JsonBinding.defaults());
        assertThat(decoder.attachmentsDue()).isFalse();
        byte[] header = ("52-[\"a\"," + P0 + "," + P1 + "]").getBytes(UTF_8);
        assertThat(decoder.text(header, 0, header.length)).isNull();
        assertThat(decoder.attachmentsDue()).isTrue();
        assertThat(decoder.binary(new byte[] {1})).isNull();
        assertThat(decoder.attachmentsDue()).isTrue();
        assertThat(decoder.binary(new byte[] {2})).isNotNull();
        assertThat(decoder.attachmentsDue()).isFalse();
    }

    @Test
    void packetsFollowEachOther() {
        assertThat(Wire.decode("0", "51-[\"a\"," + P0 + "]", "b:01", "2[\"b\"]", "1"))
                .containsExactly("connect / null", "event / -1 a (" + P0 + " <01>)", "event / -1 b ()", "disconnect /");
    }

    @Test
    void tenAttachmentsAreAllowed() {
        String[] messages = new String[11];
        messages[0] = "510-[\"a\",{\"_placeholder\":true,\"num\":9}]";
        for (int i = 1; i <= 10; i++) {
            messages[i] = "b:0" + (i - 1);
        }
        assertThat(Wire.decode(messages)).containsExactly("event / -1 a (" + P0 + " <09>)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5%s-[]", "2%s[\"a\"]", "3%s[]"})
    @DisplayName("sec-K3: a number of 60,000 digits is refused")
    void endlessNumberIsRefused(String form) {
        assertThat(Wire.decode(form.formatted("9".repeat(60_000))).getFirst()).startsWith("!");
    }
}
