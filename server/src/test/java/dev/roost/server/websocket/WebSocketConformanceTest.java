package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.close;
import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.hex;
import static dev.roost.server.websocket.Frames.join;
import static dev.roost.server.websocket.Frames.ping;
import static dev.roost.server.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server's side of the public list of WebSocket conformance cases, by their numbers.
 *
 * <p>The echo takes messages of the engine only, so each text begins with its type digit.
 *
 * <p>Spec: security X8.
 */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(EngineEcho.Wire.class)
final class WebSocketConformanceTest {
    private static final long MAX = 16L << 20;
    private static final int WHOLE = Integer.MAX_VALUE;

    private static EngineEcho server;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) {
        server = EngineEcho.start(
                EngineEcho.settings()
                        .set(Settings.MAX_HTTP_BUFFER_SIZE, MAX)
                        .set(Settings.OUTBOX_MAX_BYTES, 4 * MAX)
                        .build(),
                wire);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    /**
     * One case.
     *
     * @param input what the client sends, in writes of {@code piece} bytes
     * @param echoes frames that must come back, in order
     * @param close code of the close frame then, or 0 if the connection must still serve
     */
    record Case(String name, byte[] input, int piece, List<byte[]> echoes, int close) {
        @Override
        public String toString() {
            return name;
        }

        Case inPieces(int bytes) {
            return new Case(name + ", " + bytes + " bytes a write", input, bytes, echoes, close);
        }
    }

    private static Case works(String name, byte[] input, byte[]... echoes) {
        return new Case(name, input, WHOLE, List.of(echoes), 0);
    }

    private static Case fails(String name, int code, byte[] input, byte[]... echoes) {
        return new Case(name, input, WHOLE, List.of(echoes), code);
    }

    /** A frame of the server. */
    private static byte[] sent(int first, byte[] payload) {
        return join(new byte[] {(byte) first}, payload);
    }

    private static byte[] sentText(String text) {
        return sent(0x81, text.getBytes(UTF_8));
    }

    private static byte[] fragments(int opcode, byte[] payload, int size) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < payload.length; at += size) {
            int end = Math.min(payload.length, at + size);
            frames.add(frame(
                    (at == 0 ? opcode : 0) | (end == payload.length ? 0x80 : 0), Arrays.copyOfRange(payload, at, end)));
        }
        return join(frames.toArray(byte[][]::new));
    }

    private static byte[] letters(int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) '*');
        bytes[0] = '4';
        return bytes;
    }

    static Stream<Case> framing() {
        List<Case> cases = new ArrayList<>();
        for (int size : new int[] {1, 125, 126, 127, 128, 65_535, 65_536}) {
            byte[] payload = letters(size);
            cases.add(works("1.1 text of " + size, frame(0x81, payload), sent(0x81, payload)));
            cases.add(works("1.2 binary of " + size, frame(0x82, payload), sent(0x82, payload)));
        }
        cases.add(works("1.2.1 empty binary", frame(0x82, new byte[0]), sent(0x82, new byte[0])));
        cases.add(works("1.1.8", frame(0x81, letters(65_536)), sent(0x81, letters(65_536)))
                .inPieces(997));
        cases.add(works("1.2.8", frame(0x82, letters(65_536)), sent(0x82, letters(65_536)))
                .inPieces(997));
        return cases.stream();
    }

    static Stream<Case> pings() {
        byte[] ten =
                join(IntStream.range(0, 10).mapToObj(i -> ping("payload-" + i)).toArray(byte[][]::new));
        byte[][] pongs = IntStream.range(0, 10)
                .mapToObj(i -> sent(0x8a, ("payload-" + i).getBytes(UTF_8)))
                .toArray(byte[][]::new);
        return Stream.of(
                works("2.1 empty ping", ping(""), sent(0x8a, new byte[0])),
                works("2.2 ping", ping("Hello"), sent(0x8a, "Hello".getBytes(UTF_8))),
                works("2.3 binary ping", frame(0x89, hex("00fffefdfcfb00ff")), sent(0x8a, hex("00fffefdfcfb00ff"))),
                works("2.4 ping of 125", frame(0x89, letters(125)), sent(0x8a, letters(125))),
                fails("2.5 ping of 126", 1002, frame(0x89, letters(126))),
                works("2.6 ping of 125", frame(0x89, letters(125)), sent(0x8a, letters(125)))
                        .inPieces(1),
                works("2.7 unsolicited pong", frame(0x8a, new byte[0])),
                works("2.8 unsolicited pong with payload", frame(0x8a, letters(20))),
                works("2.9 pong, then ping", join(frame(0x8a, letters(20)), ping("x")), sent(0x8a, new byte[] {'x'})),
                works("2.10 ten pings", ten, pongs),
                works("2.11 ten pings", ten, pongs).inPieces(1));
    }

    static Stream<Case> reserved() {
        byte[] hello = "4hello".getBytes(UTF_8);
        List<Case> cases = new ArrayList<>(List.of(
                fails("3.1 RSV 1", 1002, frame(0x81 | 0x10, hello)),
                fails(
                        "3.2 RSV 2 after text",
                        1002,
                        join(text("4a"), frame(0x81 | 0x20, hello), ping("")),
                        sentText("4a")),
                fails(
                        "3.3 RSV 3 after text",
                        1002,
                        join(text("4a"), frame(0x81 | 0x30, hello), ping("")),
                        sentText("4a")),
                fails(
                                "3.4 RSV 4 after text",
                                1002,
                                join(text("4a"), frame(0x81 | 0x40, hello), ping("")),
                                sentText("4a"))
                        .inPieces(1),
                fails("3.5 RSV 5, binary", 1002, frame(0x82 | 0x50, hello)),
                fails("3.6 RSV 6, ping", 1002, frame(0x89 | 0x60, hello)),
                fails("3.7 RSV 7, close", 1002, frame(0x88 | 0x70, new byte[0]))));
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            cases.add(fails("4 opcode " + opcode, 1002, frame(0x80 | opcode, new byte[0])));
            cases.add(fails(
                    "4 opcode " + opcode + " after text",
                    1002,
                    join(text("4a"), frame(0x80 | opcode, hello), ping("")),
                    sentText("4a")));
        }
        return cases.stream();
    }

    static Stream<Case> fragmentation() {
        byte[] a = "4fragment1".getBytes(UTF_8);
        byte[] b = "fragment2".getBytes(UTF_8);
        byte[] first = frame(1, a);
        byte[] last = frame(0x80, b);
        byte[] both = sent(0x81, join(a, b));
        byte[] pong = sent(0x8a, new byte[] {'p'});
        byte[] lone = frame(0x80, b);
        return Stream.of(
                fails("5.1 ping in two", 1002, join(frame(9, a), last)),
                fails("5.2 pong in two", 1002, join(frame(10, a), last)),
                works("5.3 text in two", join(first, last), both),
                works("5.5 text in two", join(first, last), both).inPieces(1),
                works("5.6 ping between", join(first, ping("p"), last), pong, both),
                works("5.8 ping between", join(first, ping("p"), last), pong, both)
                        .inPieces(1),
                fails("5.9 continuation alone", 1002, join(lone, text("4a"))),
                fails("5.11 continuation alone", 1002, join(lone, text("4a"))).inPieces(1),
                fails("5.12 open continuation alone", 1002, join(frame(0, b), text("4a"))),
                fails("5.14 open continuation alone", 1002, join(frame(0, b), text("4a")))
                        .inPieces(1),
                fails(
                        "5.15 text, then open continuation, then text",
                        1002,
                        join(first, last, frame(0, b), text("4a")),
                        both),
                fails("5.16 open continuations and texts", 1002, join(frame(0, b), first, last)),
                fails("5.17 continuations and texts", 1002, join(lone, first, last)),
                fails("5.18 text inside text", 1002, join(first, frame(0x81, b))),
                works(
                        "5.19 pings between five",
                        join(first, frame(0, b), ping("p"), frame(0, b), frame(0, b), ping("p"), last),
                        pong,
                        pong,
                        sent(0x81, join(a, b, b, b, b))),
                works(
                                "5.20 pings between five",
                                join(first, frame(0, b), ping("p"), frame(0, b), frame(0, b), ping("p"), last),
                                pong,
                                pong,
                                sent(0x81, join(a, b, b, b, b)))
                        .inPieces(1));
    }

    /** Valid after the type digit: 6.2 and 6.5 to 6.23. */
    private static final List<String> GOOD_UTF8 = List.of(
            "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
            "cebae1bdb9cf83cebcceb5",
            "00",
            "c280",
            "e0a080",
            "f0908080",
            "7f",
            "dfbf",
            "efbfbf",
            "f48fbfbf",
            "ed9fbf",
            "ee8080",
            "efbfbd",
            "efbfbe",
            "f09fbfbe f09fbfbf f0afbfbe f0afbfbf f0bfbfbe f0bfbfbf f18fbfbe f18fbfbf f19fbfbe f19fbfbf");

    /** Not valid: 6.3 and 6.6 to 6.21. */
    private static final List<String> BAD_UTF8 = List.of(
            "cebae1bdb9cf83cebcceb5eda080656469746564",
            "ce",
            "cebae1",
            "cebae1bd",
            "cebae1bdb9cf",
            "cebae1bdb9cf83ce",
            "cebae1bdb9cf83cebcce",
            "f8888080 80",
            "fc8480808080",
            "f7bfbfbf",
            "fbbfbfbfbf",
            "fdbfbfbfbfbf",
            "f4908080",
            "80",
            "bf",
            "80bf",
            "80bf80bf80bf",
            "c020c120c220",
            "e020e120e220",
            "f020f120",
            "f820f920",
            "fc20",
            "c0",
            "e080",
            "f08080",
            "f8808080",
            "fc80808080",
            "df",
            "efbf",
            "f7bfbf",
            "fbbfbfbf",
            "fe",
            "ff",
            "fefeffff",
            "c0af",
            "e080af",
            "f08080af",
            "f8808080af",
            "fc8080808 0af".replace(" ", ""),
            "c1bf",
            "e09fbf",
            "f08fbfbf",
            "f887bfbfbf",
            "fc83bfbfbfbf",
            "c080",
            "e08080",
            "f0808080",
            "eda080",
            "edadbf",
            "edae80",
            "edafbf",
            "edb080",
            "edbe80",
            "edbfbf",
            "eda080edb080",
            "edafbfedbfbf");

    static Stream<Case> utf8() {
        List<Case> cases = new ArrayList<>(List.of(
                works(
                        "6.1.2 empty fragments around",
                        join(frame(1, new byte[0]), frame(0, letters(3)), frame(0x80, new byte[0])),
                        sent(0x81, letters(3))),
                fails(
                        "6.4.1 fails at the frame, before the message is whole",
                        1007,
                        join(frame(1, hex("34cebae1bdb9cf83cebcceb5")), frame(0, hex("f4908080")))),
                fails(
                        "6.4.3 fails inside a frame",
                        1007,
                        Arrays.copyOf(frame(0x81, hex("34cebaf4908080656469746564")), 6 + 8)),
                fails(
                                "6.4.4 fails inside a frame",
                                1007,
                                Arrays.copyOf(frame(0x81, hex("34cebaf4908080656469746564")), 6 + 8))
                        .inPieces(1)));
        for (String good : GOOD_UTF8) {
            byte[] payload = hex("34" + good);
            cases.add(works("6 valid " + good, frame(0x81, payload), sent(0x81, payload)));
            cases.add(works("6 valid, a byte a frame " + good, fragments(1, payload, 1), sent(0x81, payload)));
        }
        for (String bad : BAD_UTF8) {
            byte[] payload = hex("34" + bad);
            cases.add(fails("6 invalid " + bad, 1007, frame(0x81, payload)));
            cases.add(fails("6 invalid, a byte a frame " + bad, 1007, fragments(1, payload, 1)));
        }
        return cases.stream();
    }

    static Stream<Case> closes() {
        byte[] ok = close(1000);
        List<Case> cases = new ArrayList<>(List.of(
                fails("7.1.1 text, then close", 1000, join(text("4a"), ok), sentText("4a")),
                fails("7.1.2 two closes", 1000, join(ok, ok)),
                fails("7.1.3 ping after close", 1000, join(ok, ping(""))),
                fails("7.1.4 text after close", 1000, join(ok, text("4a"))),
                fails("7.1.5 close inside a message", 1000, join(frame(1, letters(3)), ok, frame(0x80, letters(3)))),
                fails("7.3.1 close without payload", CloseCode.NONE, frame(0x88, new byte[0])),
                fails("7.3.2 close with one byte", 1002, frame(0x88, new byte[] {'a'})),
                fails("7.3.3 close with a code", 1000, ok),
                fails("7.3.4 close with a reason", 1000, frame(0x88, join(hex("03e8"), letters(10)))),
                fails("7.3.5 close of 125", 1000, frame(0x88, join(hex("03e8"), letters(123)))),
                fails("7.3.6 close of 126", 1002, frame(0x88, join(hex("03e8"), letters(124)))),
                fails("7.5.1 close with bad UTF-8", 1007, frame(0x88, hex("03e8cebae1bdb9cf83cebcceb5eda080656469")))));
        for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
            cases.add(fails("7.7 close " + code, code, close(code)));
        }
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535}) {
            cases.add(fails("7.9 close " + code, 1002, close(code)));
        }
        return cases.stream();
    }

    static Stream<Case> large() {
        List<Case> cases = new ArrayList<>();
        for (int size : new int[] {64 << 10, 256 << 10, 1 << 20, 4 << 20, 8 << 20, 16 << 20}) {
            byte[] payload = letters(size);
            cases.add(works("9.1 text of " + size, frame(0x81, payload), sent(0x81, payload)));
            cases.add(works("9.2 binary of " + size, frame(0x82, payload), sent(0x82, payload)));
        }
        byte[] four = letters(4 << 20);
        for (int size : new int[] {16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20}) {
            cases.add(works("9.3 text of 4 MiB in frames of " + size, fragments(1, four, size), sent(0x81, four)));
            cases.add(works("9.4 binary of 4 MiB in frames of " + size, fragments(2, four, size), sent(0x82, four)));
        }
        byte[] one = letters(1 << 20);
        for (int piece : new int[] {64, 256, 1024, 2048}) {
            cases.add(works("9.5 text of 1 MiB", frame(0x81, one), sent(0x81, one))
                    .inPieces(piece));
            cases.add(works("9.6 binary of 1 MiB", frame(0x82, one), sent(0x82, one))
                    .inPieces(piece));
        }
        cases.add(works(
                "10.1.1 65536 bytes in frames of 1300",
                fragments(1, letters(65_536), 1300),
                sent(0x81, letters(65_536))));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource({"framing", "pings", "reserved", "fragmentation", "utf8", "closes", "large"})
    void caseOfTheListPasses(Case one) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            Thread sender = Thread.ofVirtual().start(() -> send(socket, one));
            for (byte[] echo : one.echoes()) {
                RawWebSocket.Frame frame = socket.read();
                assertThat(frame.first()).as(frame::toString).isEqualTo(echo[0] & 0xff);
                assertThat(Arrays.equals(echo, 1, echo.length, frame.payload(), 0, frame.payload().length))
                        .as(frame::toString)
                        .isTrue();
            }
            if (one.close() == 0) {
                sender.join();
                socket.echo("still here");
            } else {
                RawWebSocket.Frame frame = socket.read();
                assertThat(frame.code()).isEqualTo(one.close());
                if (wire != EngineEcho.Wire.REACTOR) {
                    // The server would wait a moment for it, and there are many cases.
                    socket.endOutput();
                }
                socket.expectEnd();
                sender.join();
            }
        }
    }

    /** 9.7 and 9.8: a thousand messages one after the other. */
    @ParameterizedTest
    @MethodSource("sizes")
    void thousandMessagesComeBack(int size) throws Exception {
        byte[] payload = letters(size);
        byte[] frame = frame(0x81, payload);
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            for (int i = 0; i < 1000; i++) {
                socket.send(frame);
                assertThat(socket.read().payload()).isEqualTo(payload);
            }
        }
    }

    static IntStream sizes() {
        return IntStream.of(1, 16, 64, 256, 1024, 4096);
    }

    private static void send(RawWebSocket socket, Case one) {
        try {
            byte[] input = one.input();
            for (int at = 0; at < input.length; at += Math.min(one.piece(), input.length)) {
                socket.http().send(Arrays.copyOfRange(input, at, (int)
                        Math.min(input.length, (long) at + one.piece())));
            }
        } catch (IOException e) {
            // the server need not wait for the rest of what it refuses
            assertThat(one.close()).as(e.toString()).isNotZero();
        }
    }
}
