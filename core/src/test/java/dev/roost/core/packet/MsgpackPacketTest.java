package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import dev.roost.adapter.Payload;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("P09: packets of socket.io-msgpack-parser")
class MsgpackPacketTest {
    private static final JsonBinding BINDING = JsonBinding.defaults();
    private static final PacketParser PARSER = new MsgpackPacketParser();
    private static final PacketEncoder ENCODER = PARSER.encoder();
    private static final String P0 = "{\"_placeholder\":true,\"num\":0}";

    // Pieces of packets, in hexadecimal.
    private static final String TYPE = "a474797065";
    private static final String NSP = "a36e7370";
    private static final String DATA = "a464617461";
    private static final String ID = "a26964";

    static Stream<org.junit.jupiter.params.provider.Arguments> packets() {
        return Stream.of(
                // socket-io 16
                arguments("82" + TYPE + "00" + NSP + "a12f", "connect / null"),
                arguments(
                        "84" + TYPE + "02" + NSP + "a62f61646d696e" + DATA + "93a568656c6c6f01c4020102" + ID + "05",
                        "event /admin 5 hello (1, " + P0 + " <0102>)"),
                arguments("83" + TYPE + "00" + DATA + "d40000" + NSP + "a12f", "connect / null"),
                arguments("84" + DATA + "80" + NSP + "a12f" + TYPE + "00a76f7074696f6e7381a161c3", "connect / {}"),
                arguments("82" + NSP + "a12f" + TYPE + "01", "disconnect /"),
                arguments("83" + NSP + "a12f" + TYPE + "01" + DATA + "d40000", "disconnect /"),
                arguments("84" + TYPE + "03" + NSP + "a12f" + DATA + "90" + ID + "cd0400", "ack / 1024 ()"),
                arguments("83" + TYPE + "03" + NSP + "a12f" + DATA + "91a161", "ack / -1 (\"a\")"),
                arguments("83" + TYPE + "04" + NSP + "a12f" + DATA + "a16e", "error / \"n\""),
                // made by socket.io-msgpack-parser 3.0.2
                arguments(
                        "84a47479706502a4646174619ca1650100cb3ff8000000000000d0dfce00011170cf0020000000000000"
                                + "d3ffffffff7fffffffd70000000000000003e8d4000082a161d40000a162c70300000000c40101"
                                + "a2696405a36e7370a22f61",
                        "event /a 5 e (1, 0, 1.5, -33, 70000, 9007199254740992, -2147483649, "
                                + "\"1970-01-01T00:00:01.000Z\", null, {\"b\":" + P0 + "} <000000>, " + P0 + " <01>)"),
                arguments(event("d40000"), "event / -1 e (null)"),
                arguments(event("82a161d40000a16201"), "event / -1 e ({\"b\":1})"),
                arguments(event("d70000000000000003e8"), "event / -1 e (\"1970-01-01T00:00:01.000Z\")"),
                arguments(event("d700ffffffffffffffff"), "event / -1 e (\"1969-12-31T23:59:59.999Z\")"),
                arguments(event("c70300010203"), "event / -1 e (" + P0 + " <010203>)"),
                arguments(event("c70100ff"), "event / -1 e (" + P0 + " <ff>)"),
                arguments(event("c8000200abcd"), "event / -1 e (" + P0 + " <abcd>)"),
                arguments(event("c90000000000"), "event / -1 e (" + P0 + " <>)"),
                arguments(event("d5000102"), "event / -1 e (" + P0 + " <0102>)"),
                arguments(event("d40507"), "event / -1 e ([5," + P0 + "] <07>)"),
                arguments(event("d6ff00000001"), "event / -1 e ([-1," + P0 + "] <00000001>)"),
                arguments(event("c50001aa"), "event / -1 e (" + P0 + " <aa>)"),
                arguments(event("c600000001aa"), "event / -1 e (" + P0 + " <aa>)"),
                arguments(event("c0"), "event / -1 e (null)"),
                arguments(event("92c2c3"), "event / -1 e ([false,true])"),
                arguments(event("ca3fc00000"), "event / -1 e (1.5)"),
                arguments(event("cb3ff8000000000000"), "event / -1 e (1.5)"),
                arguments(event("cb7ff8000000000000"), "event / -1 e (null)"),
                arguments(event("ccff"), "event / -1 e (255)"),
                arguments(event("cdffff"), "event / -1 e (65535)"),
                arguments(event("ceffffffff"), "event / -1 e (4294967295)"),
                arguments(event("cfffffffffffffffff"), "event / -1 e (18446744073709551615)"),
                arguments(event("e0"), "event / -1 e (-32)"),
                arguments(event("d080"), "event / -1 e (-128)"),
                arguments(event("d18000"), "event / -1 e (-32768)"),
                arguments(event("d280000000"), "event / -1 e (-2147483648)"),
                arguments(event("d38000000000000000"), "event / -1 e (-9223372036854775808)"),
                arguments(event("d90161"), "event / -1 e (\"a\")"),
                arguments(event("da000161"), "event / -1 e (\"a\")"),
                arguments(event("db00000002220a"), "event / -1 e (\"\\\"\\n\")"),
                arguments(event("a3e282ac"), "event / -1 e (\"\u20ac\")"),
                arguments(event("dc000101"), "event / -1 e ([1])"),
                arguments(event("dd0000000101"), "event / -1 e ([1])"),
                arguments(event("de0001a16101"), "event / -1 e ({\"a\":1})"),
                arguments(event("df00000001a16101"), "event / -1 e ({\"a\":1})"),
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "9107", "event / -1 7 ()"));
    }

    /** An event "e" with one argument. */
    private static String event(String argument) {
        return "83" + TYPE + "02" + NSP + "a12f" + DATA + "92a165" + argument;
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packetReadsAs(String hex, String packet) {
        assertThat(decode(PacketLimits.DEFAULT, HexFormat.of().parseHex(hex))).isEqualTo(packet);
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> violations() {
        return Stream.of(
                // sec-D8
                arguments(event("ddffffffff"), "invalid msgpack"),
                arguments(event("dfffffffff"), "invalid msgpack"),
                arguments(event("c6ffffffff"), "invalid msgpack"),
                arguments(event("dbffffffff"), "invalid msgpack"),
                arguments(event("c9ffffffff00"), "invalid msgpack"),
                arguments(event("dcffff"), "invalid msgpack"),
                arguments(event("d9ff61"), "invalid msgpack"),
                arguments("dfffffffff", "invalid msgpack"),
                arguments("", "invalid msgpack"),
                // sec-D9
                arguments(event("91".repeat(100_000)), "more than 128 levels of nesting"),
                arguments(event("81a161".repeat(100_000)), "more than 128 levels of nesting"),
                arguments("82a161" + "91".repeat(100_000), "more than 128 levels of nesting"),
                // sec-D10
                arguments(event("c1"), "invalid msgpack"),
                arguments(event("810101"), "invalid msgpack"),
                arguments(event("81c001"), "invalid msgpack"),
                arguments(event("01") + "00", "invalid msgpack"),
                arguments(event("ca3fc000"), "invalid msgpack"),
                arguments(event("cb3ff80000000000"), "invalid msgpack"),
                arguments(event("d7000000"), "invalid msgpack"),
                arguments(event("d4"), "invalid msgpack"),
                // beside a buffer nobody could tell this one from a placeholder
                arguments(event("92c4010182ac5f706c616365686f6c646572c3a36e756d00"), "illegal attachments"),
                arguments(event("a2c328"), "invalid msgpack"),
                arguments(event("a3eda080"), "invalid msgpack"),
                arguments(event(""), "invalid msgpack"),
                arguments("90", "invalid msgpack"),
                arguments("05", "invalid msgpack"),
                arguments("82" + TYPE + "00" + TYPE + "00", "invalid msgpack"),
                // sec-D11
                arguments("82" + TYPE + "09" + NSP + "a12f", "invalid packet type"),
                arguments("82" + TYPE + "05" + NSP + "a12f", "invalid packet type"),
                arguments("82" + TYPE + "ff" + NSP + "a12f", "invalid packet type"),
                arguments("82" + TYPE + "a130" + NSP + "a12f", "invalid packet type"),
                arguments("82" + TYPE + "c0" + NSP + "a12f", "invalid packet type"),
                arguments("82" + TYPE + "c40100" + NSP + "a12f", "invalid packet type"),
                arguments("81" + NSP + "a12f", "invalid packet type"),
                arguments("80", "invalid packet type"),
                arguments("82" + TYPE + "00" + NSP + "05", "invalid namespace"),
                arguments("82" + TYPE + "00" + NSP + "c4012f", "invalid namespace"),
                arguments("81" + TYPE + "00", "invalid namespace"),
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "a165", "invalid payload"),
                arguments("82" + TYPE + "02" + NSP + "a12f", "invalid payload"),
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "90", "invalid payload"),
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "91c0", "invalid payload"),
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "91c40165", "invalid payload"),
                arguments("83" + TYPE + "03" + NSP + "a12f" + DATA + "80", "invalid payload"),
                arguments("82" + TYPE + "03" + NSP + "a12f", "invalid payload"),
                arguments("83" + TYPE + "00" + NSP + "a12f" + DATA + "90", "invalid payload"),
                arguments("83" + TYPE + "00" + NSP + "a12f" + DATA + "c0", "invalid payload"),
                arguments("83" + TYPE + "01" + NSP + "a12f" + DATA + "80", "invalid payload"),
                arguments("82" + TYPE + "04" + NSP + "a12f", "invalid payload"),
                arguments("84" + TYPE + "02" + NSP + "a12f" + DATA + "91a165" + ID + "ff", "invalid packet id"),
                arguments("84" + TYPE + "02" + NSP + "a12f" + DATA + "91a165" + ID + "a131", "invalid packet id"),
                arguments("84" + TYPE + "02" + NSP + "a12f" + DATA + "91a165" + ID + "c0", "invalid packet id"),
                arguments(
                        "84" + TYPE + "02" + NSP + "a12f" + DATA + "91a165" + ID + "cf0020000000000000", //
                        "invalid packet id"),
                // sec-K8: the reference lets these in
                arguments("83" + TYPE + "02" + NSP + "a12f" + DATA + "91aa646973636f6e6e656374", "invalid payload"));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void violationIsNamed(String hex, String text) {
        assertThat(decode(PacketLimits.DEFAULT, HexFormat.of().parseHex(hex))).isEqualTo("!" + text);
    }

    @Test
    void textIsRefused() {
        PacketDecoder decoder = PARSER.decoder(PacketLimits.DEFAULT, BINDING);
        assertThatThrownBy(() -> decoder.text("0".getBytes(UTF_8), 0, 1)).isInstanceOf(PacketFormatException.class);
        assertThat(decoder.attachmentsDue()).isFalse();
    }

    @Test
    void limitsHoldAsForTheStandardFormat() {
        PacketLimits limits = new PacketLimits(2, 3, 3, 20, 16, 4);
        assertThat(decode(limits, HexFormat.of().parseHex(event("92c40101c4020203"))))
                .startsWith("event");
        assertThat(decode(limits, HexFormat.of().parseHex(event("93c400c400c400"))))
                .isEqualTo("!too many attachments");
        assertThat(decode(limits, HexFormat.of().parseHex(event("c40401020304"))))
                .isEqualTo("!more than 3 bytes of attachments");
        assertThat(decode(limits, HexFormat.of().parseHex(event("919101")))).startsWith("event");
        assertThat(decode(limits, HexFormat.of().parseHex(event("91919101"))))
                .isEqualTo("!more than 3 levels of nesting");
        assertThat(decode(limits, HexFormat.of().parseHex(event("81b1" + "61".repeat(17) + "01"))))
                .isEqualTo("!member name of more than 16 characters");
        assertThat(decode(limits, HexFormat.of().parseHex("83" + TYPE + "02" + NSP + "a12f" + DATA + "91a56161616161")))
                .isEqualTo("!event name of more than 4 characters");
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> written() {
        byte[] data = {1, 2};
        return Stream.of(
                arguments(ENCODER.connect("/", null), "82" + TYPE + "00" + NSP + "a12f"),
                arguments(
                        ENCODER.connect("/", json("{\"sid\":\"x\"}")),
                        "83" + TYPE + "00" + DATA + "81a3736964a178" + NSP + "a12f"),
                arguments(
                        ENCODER.connectError("/", json("{\"message\":\"no\"}")),
                        "83" + TYPE + "04" + DATA + "81a76d657373616765a26e6f" + NSP + "a12f"),
                arguments(ENCODER.disconnect("/admin"), "82" + TYPE + "01" + NSP + "a62f61646d696e"),
                arguments(
                        ENCODER.ack("/", 13, BINDING.array()),
                        "84" + TYPE + "03" + DATA + "90" + ID + "0d" + NSP + "a12f"),
                arguments(
                        ENCODER.event("/", 5, BINDING.event("hello", 1, data)),
                        "84" + TYPE + "02" + DATA + "93a568656c6c6f01c4020102" + ID + "05" + NSP + "a12f"));
    }

    @ParameterizedTest
    @MethodSource("written")
    void packetIsWrittenAs(EncodedPacket packet, String hex) {
        assertThat(Wire.show(packet)).containsExactly("b:" + hex);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        null|c0
        true|c3
        false|c2
        0|00
        -0|00
        127|7f
        128|cc80
        255|ccff
        256|cd0100
        65535|cdffff
        65536|ce00010000
        4294967295|ceffffffff
        4294967296|cf0000000100000000
        9007199254740992|cf0020000000000000
        -1|ff
        -32|e0
        -33|d0df
        -128|d080
        -129|d1ff7f
        -32768|d18000
        -32769|d2ffff7fff
        -2147483648|d280000000
        -2147483649|d3ffffffff7fffffff
        1.0|01
        1e3|cd03e8
        -1.5|cbbff8000000000000
        1e300|cb7e37e43c8800759c
        1e400|c0
        [ ]|90
        { }|80
        [1,[ ],{ "a" : [ [] ] } , 2]|94019081a161919002
        "a\\u0041"|a26141
        "\\ud800"|a3efbfbd
        "€"|a3e282ac
        """)
    void jsonIsWrittenInTheShortestForm(String json, String hex) {
        EncodedPacket packet = ENCODER.event("/", Packet.NO_ACK, json("[\"e\"," + json + "]"));
        assertThat(Wire.show(packet)).containsExactly("b:83" + TYPE + "02" + DATA + "92a165" + hex + NSP + "a12f");
    }

    @ParameterizedTest
    @CsvSource({"31, bf", "32, d920", "255, d9ff", "256, da0100", "65535, daffff", "65536, db00010000"})
    void lengthsOfTextAreWrittenInTheShortestForm(int length, String header) {
        assertThat(hex(BINDING.array("a".repeat(length)))).contains("91" + header + "61");
    }

    @ParameterizedTest
    @CsvSource({"0, c400", "255, c4ff", "256, c50100", "65535, c5ffff", "65536, c600010000"})
    void lengthsOfBuffersAreWrittenInTheShortestForm(int length, String header) {
        assertThat(hex(BINDING.array((Object) new byte[length]))).contains("91" + header);
    }

    @ParameterizedTest
    @CsvSource({"15, 9f", "16, dc0010", "65535, dcffff", "65536, dd00010000"})
    void lengthsOfArraysAreWrittenInTheShortestForm(int length, String header) {
        assertThat(hex(BINDING.array((Object) new int[length]))).contains("91" + header);
    }

    @Test
    void lengthsOfMapsAreWrittenInTheShortestForm() {
        for (int length : new int[] {15, 16, 65_536}) {
            StringBuilder json = new StringBuilder("{\"k\":0");
            for (int i = 1; i < length; i++) {
                json.append(",\"\":0");
            }
            String header = length == 15 ? "8f" : length == 16 ? "de0010" : "df00010000";
            assertThat(hex(BINDING.array(JsonValue.parse(json + "}")))).contains("91" + header + "a16b");
        }
    }

    @Test
    void whatIsWrittenReadsAsTheSame() {
        JsonDocuments documents = new JsonDocuments(new Random(11));
        for (int i = 0; i < 5_000; i++) {
            JsonValue value = JsonValue.parse(documents.next());
            if (value.toString().replaceAll("\\s", "").contains("_placeholder\":true")) {
                continue;
            }
            Object mixed = List.of(value, new byte[] {(byte) i}, Map.of("x", List.of(new byte[0])));
            Payload payload = BINDING.event("e", mixed, value);
            byte[] message = ENCODER.event("/", 1, payload).attachments().getFirst();
            Packet.Event event = (Packet.Event) read(message);
            // Numbers may change their form, as they would in a browser, but only once.
            byte[] again = ENCODER.event("/", 1, event.arguments().payload())
                    .attachments()
                    .getFirst();
            assertThat(again).isEqualTo(message);
            assertThat(event.arguments().payload().attachments())
                    .usingRecursiveComparison()
                    .isEqualTo(payload.attachments());
        }
    }

    @Test
    @DisplayName("sec-X6: hostile msgpack")
    void nothingButAFormatExceptionComesOut() {
        Random random = new Random(99);
        byte[][] seeds = packets()
                .map(row -> HexFormat.of().parseHex((String) row.get()[0]))
                .toArray(byte[][]::new);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int good = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] message = seeds[random.nextInt(seeds.length)].clone();
            for (int j = random.nextInt(4); j > 0; j--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            byte[] tried =
                    random.nextInt(4) == 0 ? Arrays.copyOf(message, random.nextInt(message.length + 2)) : message;
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                String shown = decode(PacketLimits.DEFAULT, tried);
                good += shown.startsWith("!") ? 0 : 1;
            } catch (RuntimeException | StackOverflowError e) {
                fail("for " + HexFormat.of().formatHex(tried), e);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for %s", HexFormat.of().formatHex(tried))
                    .isLessThan(1_000_000);
        }
        assertThat(good).isGreaterThan(10_000);
    }

    private static String hex(Payload array) {
        return Wire.show(ENCODER.ack("/", 0, array)).getFirst();
    }

    private static Payload json(String text) {
        return Payload.of(text.getBytes(UTF_8));
    }

    private static Packet read(byte[] message) {
        try {
            Packet packet = PARSER.decoder(PacketLimits.DEFAULT, BINDING).binary(message);
            assertThat(packet).isNotNull();
            return packet;
        } catch (PacketFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static String decode(PacketLimits limits, byte[] message) {
        try {
            Packet packet = PARSER.decoder(limits, BINDING).binary(message);
            return packet == null ? "nothing" : Wire.show(packet);
        } catch (PacketFormatException e) {
            return "!" + e.getMessage();
        }
    }
}
