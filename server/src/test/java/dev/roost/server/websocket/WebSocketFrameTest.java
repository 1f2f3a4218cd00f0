package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static dev.roost.server.websocket.Frames.close;
import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.hex;
import static dev.roost.server.websocket.Frames.join;
import static dev.roost.server.websocket.Frames.ping;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.roost.core.engine.CloseReason;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: security W1 to W9, W12, W15, W19, W20; engine-io 6. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(EngineEcho.Wire.class)
final class WebSocketFrameTest {
    private static final int MAX = 1_000_000;

    private static EngineEcho server;
    private static Bystander bystander;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        server = EngineEcho.start(EngineEcho.settings().build(), wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    /** Sends what breaks the rules; the code, the end and the session's reason must be right. */
    private static void refused(byte[] bytes, int code) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(bytes);
            bystander.check();

            socket.expectCloseAndEnd(code);

            EngineEcho.Closed closed = server.awaitClosed(socket.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).isNotBlank();
        }
        bystander.check();
    }

    static Stream<Arguments> refused() {
        return FrameReaderTest.refused();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @DisplayName("sec-W1, sec-W2, sec-W3, sec-W4, sec-W5, sec-W8, sec-W9: what the protocol forbids")
    void whatTheProtocolForbidsEndsTheConnection(String name, byte[] bytes, int code) throws Exception {
        refused(bytes, code);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    @DisplayName("sec-W2: reserved opcodes")
    void reservedOpcodesAreRefused(int opcode) throws Exception {
        refused(frame(0x80 | opcode, new byte[] {'x'}), 1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 2999, 65535})
    @DisplayName("sec-W3: close codes nobody may send")
    void badCloseCodesAreRefused(int code) throws Exception {
        refused(close(code), 1002);
    }

    @Test
    @DisplayName("sec-W5, E29: a message that is too long in two fragments")
    void giantByFragmentsIsTooBig() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(frame(2, new byte[600_000]), frame(0x80, new byte[600_000]));

            socket.expectClose(1009);

            assertThat(server.awaitClosed(socket.sid()).description()).isEqualTo("Max payload size exceeded");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W6: tiny fragments without end")
    void tinyFragmentsAreAgainstPolicy() throws Exception {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            frames.add(frame(0, i % 2 == 0 ? new byte[0] : new byte[] {'x'}));
        }
        byte[] thousand = join(frames.toArray(byte[][]::new));
        long before = allocatedByLoops();
        int attempts = 20;
        for (int attempt = 0; attempt < attempts; attempt++) {
            try (RawWebSocket socket = RawWebSocket.open(server)) {
                socket.send(frame(1, new byte[] {'4'}));
                sendWhileItLasts(socket, thousand, 130);

                socket.expectCloseAndEnd(1008);

                assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            }
        }
        if (wire == EngineEcho.Wire.REACTOR) {
            assertThat((allocatedByLoops() - before) / attempts)
                    .as("bytes for an attempt, with its connection and session")
                    .isLessThan(64 * 1024);
        }
        bystander.check();
    }

    private static void sendWhileItLasts(RawWebSocket socket, byte[] frames, int times) {
        try {
            for (int i = 0; i < times; i++) {
                socket.send(frames);
            }
        } catch (IOException e) {
            // the server need not wait for the rest of what it refuses
        }
    }

    /** What the loops have ever allocated. */
    private static long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("roost-loop"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    @Test
    @DisplayName("sec-W9: a character split over two frames")
    void characterSplitOverFramesIsWhole() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(frame(1, hex("34e282")), frame(0x80, hex("ac")));

            assertThat(socket.read().text()).isEqualTo("4€");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W12: the bytes on the wire are those given, whatever the size")
    void bytesComeBackAsTheyWere() throws Exception {
        Random random = new Random(7);
        int[] sizes = {0, 1, 125, 126, 127, 1000, 16_383, 65_535, 65_536, 65_537, 200_000, MAX};
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            for (int size : sizes) {
                byte[] data = new byte[size];
                random.nextBytes(data);
                socket.send(binary(data));

                RawWebSocket.Frame echo = socket.read();

                assertThat(echo.first()).isEqualTo(0x82);
                assertThat(Arrays.equals(echo.payload(), data))
                        .as("%d bytes", size)
                        .isTrue();
            }
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W15: a flood of pings is answered at most 100 times a second, the newest at last")
    void floodOfPingsIsAnsweredSparsely() throws Exception {
        List<byte[]> pings = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            pings.add(ping(Integer.toString(i)));
        }
        long start = System.nanoTime();
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(pings.toArray(byte[][]::new));
            bystander.check();
            int answers = 0;
            String newest = "";
            while (!newest.equals("49999")) {
                RawWebSocket.Frame pong = socket.read();
                assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
                newest = pong.text();
                answers++;
            }
            long seconds = (System.nanoTime() - start) / 1_000_000_000L;
            assertThat((long) answers).isLessThanOrEqualTo(100 * (seconds + 1));
            socket.echo("still here");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W19: binary and text that hold each other's packets are both messages")
    void binaryAndTextFramesMayHoldTheSame() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(binary(hex("3478"))).text("bAQID");

            RawWebSocket.Frame first = socket.read();
            assertThat(first.first()).isEqualTo(0x82);
            assertThat(first.payload()).isEqualTo(hex("3478"));
            RawWebSocket.Frame second = socket.read();
            assertThat(second.first()).isEqualTo(0x82);
            assertThat(second.payload()).isEqualTo(hex("010203"));
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9x", "x", "b!!!!", "7"})
    @DisplayName("E51: a text frame that is no packet")
    void undecodablePacketsEndTheSession(String packet) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.text(packet);

            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
            socket.expectClose(CloseCode.NONE);
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "5", "6", "6x"})
    @DisplayName("engine-io 1: packets that mean nothing on an open WebSocket are ignored")
    void packetsWithoutMeaningAreIgnored(String packet) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.text(packet);

            socket.echo("still here");
        }
    }

    @Test
    @DisplayName("E50, sec-P17: a client's ping")
    void pingPacketOfAClientEndsTheSession() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.text("2");

            EngineEcho.Closed closed = server.awaitClosed(socket.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).isEqualTo("invalid heartbeat direction");
            socket.expectClose(CloseCode.NONE);
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-P16: unsolicited pongs of the engine's protocol")
    void floodOfPongPacketsCostsNoTimers() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.echo("begin");
            long timers = server.holdings().get("timers");
            byte[][] pongs = new byte[1000][];
            Arrays.fill(pongs, Frames.text("3"));
            for (int i = 0; i < 100; i++) {
                socket.send(pongs);
            }
            bystander.check();
            socket.echo("end");

            assertThat(server.holdings().get("timers")).isCloseTo(timers, within(1L));
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W20: what follows a close frame is ignored, in both directions")
    void framesAfterCloseAreIgnored() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(close(4001), Frames.text("4late"), ping("late"), hex("ffff"));

            RawWebSocket.Frame answer = socket.read();
            assertThat(answer.code()).isEqualTo(4001);
            socket.expectEnd();
            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
        }
        bystander.check();
    }

    @Test
    void frameSentWithTheHandshakeIsRead() throws Exception {
        byte[] request = RawWebSocket.request(RawWebSocket.TARGET, "").getBytes(UTF_8);
        try (RawWebSocket socket = RawWebSocket.open(server, join(request, Frames.text("4early")))) {
            assertThat(socket.read().text()).isEqualTo("4early");
        }
    }

    @Test
    void violationSentWithTheHandshakeGetsItsCode() throws Exception {
        byte[] request = RawWebSocket.request(RawWebSocket.TARGET, "").getBytes(UTF_8);
        for (int i = 0; i < 5; i++) {
            try (RawWebSocket socket = RawWebSocket.connect(server, join(request, frame(0x83, new byte[0])))) {
                socket.expectClose(1002);
            }
        }
    }

    @Test
    void violationWhileMuchIsUnsentGetsItsCode() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            for (int i = 0; i < 3; i++) {
                socket.send(binary(new byte[MAX]));
            }
            socket.send(frame(0x83, new byte[0]));

            socket.expectClose(1002);
        }
        bystander.check();
    }
}
