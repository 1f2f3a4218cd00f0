package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static dev.roost.server.websocket.Frames.close;
import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.header;
import static dev.roost.server.websocket.Frames.hex;
import static dev.roost.server.websocket.Frames.join;
import static dev.roost.server.websocket.Frames.ping;
import static dev.roost.server.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final int MAX = 1_000_000;

    private final RecordingSink sink = new RecordingSink();
    private final FrameReader reader = new FrameReader(FrameLimits.of(MAX), null, sink);

    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("1.1.1 empty text", text(""), List.of("text ")),
                arguments("1.1.2 text", text("4hello"), List.of("text 4hello")),
                arguments("1.2.1 empty binary", binary(), List.of("binary ")),
                arguments("1.2.2 binary", binary((byte) 1, (byte) -1), List.of("binary 01ff")),
                arguments("2.1 empty ping", ping(""), List.of("ping ")),
                arguments("2.4 ping of 125", ping("p".repeat(125)), List.of("ping " + "p".repeat(125))),
                arguments("2.7 unsolicited pong", frame(0x8a, hex("0102")), List.of("pong")),
                arguments(
                        "5.3 two fragments", join(frame(1, utf8("ab")), frame(0x80, utf8("cd"))), List.of("text abcd")),
                arguments(
                        "5.6 ping between fragments",
                        join(frame(1, utf8("ab")), ping("x"), frame(0x80, utf8("cd"))),
                        List.of("ping x", "text abcd")),
                arguments(
                        "6.1.2 empty fragments",
                        join(frame(1, utf8("")), frame(0, utf8("")), frame(0x80, utf8(""))),
                        List.of("text ")),
                arguments(
                        "binary in fragments",
                        join(frame(2, hex("01")), frame(0, hex("02")), frame(0x80, hex("03"))),
                        List.of("binary 010203")),
                arguments("7.1.1 close without code", frame(0x88, new byte[0]), List.of("close 1005")),
                arguments("7.7.1 close 1000", close(1000), List.of("close 1000")),
                arguments("7.7 close 4999", close(4999), List.of("close 4999")),
                arguments("close with a reason", frame(0x88, join(hex("03e8"), utf8("bye €"))), List.of("close 1000")),
                arguments(
                        "sec-W20 data after close",
                        join(close(1001), text("4late"), ping("late")),
                        List.of("close 1001")),
                arguments(
                        "sec-W9 character split over frames",
                        join(frame(1, hex("e282")), frame(0x80, hex("ac"))),
                        List.of("text €")),
                arguments(
                        "6.2 all planes",
                        text("κόσμε \uD83D\uDE00 \u0000"),
                        List.of("text κόσμε \uD83D\uDE00 \u0000")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void acceptsWhatTheProtocolAllows(String name, byte[] bytes, List<String> expected) {
        assertThat(RecordingSink.readAll(reader, sink, bytes)).isEqualTo(expected);
        assertThat(sink.accepting ? reader.incomplete() : null).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void findsTheSameByteByByte(String name, byte[] bytes, List<String> expected) {
        assertThat(RecordingSink.readInPieces(reader, sink, bytes, 1)).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("sec-W1 unmasked", hex("81023478"), 1002),
                arguments("sec-W1 unmasked, header alone", hex("8102"), 1002),
                arguments("sec-W2 RSV1 without extension", frame(0xc1, utf8("4x")), 1002),
                arguments("sec-W2 RSV2", frame(0xa1, utf8("4x")), 1002),
                arguments("sec-W2 RSV3", frame(0x91, utf8("4x")), 1002),
                arguments("sec-W2 RSV1 on ping", frame(0xc9, utf8("")), 1002),
                arguments("sec-W3 ping of 126", frame(0x89, new byte[126]), 1002),
                arguments("sec-W3 fragmented ping", frame(0x09, utf8("x")), 1002),
                arguments("sec-W3 close of 1 byte", frame(0x88, hex("03")), 1002),
                arguments("sec-W3 bad UTF-8 in the reason", frame(0x88, hex("03e8 ff")), 1007),
                arguments("sec-W4 2^63-1", header(0x82, Long.MAX_VALUE), 1009),
                arguments("sec-W4 2^63", header(0x82, Long.MIN_VALUE), 1009),
                arguments("sec-W4 2^32", header(0x82, 1L << 32), 1009),
                arguments("sec-W4 one too many", header(0x82, MAX + 1), 1009),
                arguments("sec-W8 continuation first", frame(0x80, utf8("x")), 1002),
                arguments("sec-W8 text inside text", join(frame(1, utf8("a")), text("b")), 1002),
                arguments("sec-W8 binary inside text", join(frame(1, utf8("a")), binary()), 1002),
                arguments("5.18 continuation after the end", join(text("4a"), frame(0x80, utf8("b"))), 1002),
                arguments("length not in shortest form, 126", hex("82fe 0001 00000000 ff"), 1002),
                arguments("length not in shortest form, 127", hex("82ff 0000000000000001 00000000 ff"), 1002),
                arguments("sec-W9 broken sequence", frame(0x81, hex("e228a1")), 1007),
                arguments("sec-W9 surrogate", frame(0x81, hex("eda080")), 1007),
                arguments("sec-W9 overlong", frame(0x81, hex("c0af")), 1007),
                arguments("sec-W9 five bytes", frame(0x81, hex("f888808080")), 1007),
                arguments("above U+10FFFF", frame(0x81, hex("f4908080")), 1007),
                arguments("text ends inside a character", frame(0x81, hex("34 e282")), 1007),
                arguments(
                        "text ends inside a character, in fragments",
                        join(frame(1, hex("34")), frame(0x80, hex("e282"))),
                        1007),
                arguments(
                        "6.4 fails at once, not at the end",
                        join(frame(1, hex("cebae1bdb9cf83cebcceb5")), frame(0, hex("f490"))),
                        1007));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatTheProtocolForbids(String name, byte[] bytes, int code) {
        assertThat(RecordingSink.readAll(reader, sink, bytes)).last().isEqualTo("violation " + code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesTheSameByteByByte(String name, byte[] bytes, int code) {
        assertThat(RecordingSink.readInPieces(reader, sink, bytes, 1)).last().isEqualTo("violation " + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    @DisplayName("sec-W2: reserved opcodes")
    void reservedOpcodesAreRefused(int opcode) {
        assertThat(RecordingSink.readAll(reader, sink, frame(0x80 | opcode, utf8("x"))))
                .containsExactly("violation 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    @DisplayName("sec-W3: close codes nobody may send")
    void badCloseCodesAreRefused(int code) {
        assertThat(RecordingSink.readAll(reader, sink, close(code))).containsExactly("violation 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000})
    void goodCloseCodesAreAccepted(int code) {
        assertThat(RecordingSink.readAll(reader, sink, close(code))).containsExactly("close " + code);
    }

    @Test
    @DisplayName("sec-W5: the limit counts over fragments and is checked at the header")
    void fragmentsTogetherMayNotPassTheLimit() {
        byte[] bytes = join(frame(2, new byte[600_000]), header(0x80, 600_000));
        assertThat(RecordingSink.readAll(reader, sink, bytes)).containsExactly("violation 1009");
    }

    @Test
    void aMessageOfExactlyTheLimitIsAccepted() {
        byte[] bytes = join(frame(1, filled(400_000)), frame(0x80, filled(600_000)));
        assertThat(RecordingSink.readInPieces(reader, sink, bytes, 65_536)).hasSize(1);
        assertThat(sink.found.get(0)).hasSize("text ".length() + MAX);
    }

    @Test
    @DisplayName("sec-W6: tiny fragments")
    void tinyFragmentsEndAtTheirCount() {
        List<byte[]> frames = new ArrayList<>(List.of(frame(1, utf8("4"))));
        int allowed = FrameLimits.of(MAX).maxFragments();
        for (int i = 1; i < allowed; i++) {
            frames.add(frame(0, i % 2 == 0 ? new byte[0] : utf8("x")));
        }
        assertThat(RecordingSink.readAll(reader, sink, join(frames.toArray(byte[][]::new))))
                .isEmpty();
        assertThat(RecordingSink.readAll(reader, sink, frame(0, new byte[0]))).containsExactly("violation 1008");
        assertThat(allowed).isEqualTo(244);
    }

    @Test
    @DisplayName("sec-W4: an announcement allocates nothing")
    void announcedBytesAreNotAllocated() {
        long before = allocated();
        for (int i = 0; i < 1000; i++) {
            RecordingSink none = new RecordingSink();
            FrameReader waiting = new FrameReader(FrameLimits.of(MAX), null, none);
            RecordingSink.readAll(waiting, none, join(header(0x82, MAX), new byte[10]));
        }
        assertThat((allocated() - before) / 1000).isLessThan(10_000);
    }

    @Test
    void whatIsNotAcceptedStaysInTheBuffer() throws Exception {
        RecordingSink once = new RecordingSink() {
            @Override
            public void text(byte[] utf8, int offset, int length) {
                super.text(utf8, offset, length);
                accepting = false;
            }
        };
        FrameReader pausing = new FrameReader(FrameLimits.of(MAX), null, once);
        ByteBuffer in = ByteBuffer.wrap(join(text("4a"), text("4b")));
        pausing.read(in, new byte[100]);
        assertThat(once.found).containsExactly("text 4a");
        once.accepting = true;
        pausing.read(in, new byte[100]);
        assertThat(once.found).containsExactly("text 4a", "text 4b");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anySplitOfAStreamGivesTheSameMessages(long seed) {
        Random random = new Random(seed);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(200)];
            random.nextBytes(data);
            int cut = random.nextInt(data.length + 1);
            switch (random.nextInt(4)) {
                case 0 -> frames.add(frame(0x82, data));
                case 1 -> frames.add(frame(0x81, utf8("é€".repeat(data.length / 8))));
                case 2 -> {
                    frames.add(frame(2, java.util.Arrays.copyOf(data, cut)));
                    frames.add(ping("p" + i));
                    frames.add(frame(0x80, java.util.Arrays.copyOfRange(data, cut, data.length)));
                }
                default -> frames.add(ping("p" + i));
            }
        }
        byte[] stream = join(frames.toArray(byte[][]::new));
        List<String> whole = RecordingSink.readInPieces(reader, sink, stream, stream.length);
        RecordingSink other = new RecordingSink();
        FrameReader second = new FrameReader(FrameLimits.of(MAX), null, other);
        assertThat(RecordingSink.readInRandomPieces(second, other, stream, random))
                .isEqualTo(whole);
    }

    @Test
    @DisplayName("sec-X6: random bytes end in a violation or nothing, never in an exception")
    void randomBytesNeverBreakTheReader() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            RecordingSink any = new RecordingSink();
            RecordingSink.readAll(new FrameReader(FrameLimits.of(100), new Inflate(), any), any, bytes);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
