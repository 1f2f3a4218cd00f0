package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.hex;
import static dev.roost.server.websocket.Frames.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.Settings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
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

/** Compression over real sockets. Spec: engine-io 6 (E41); security H12, W10, W11, X8 (12.x and 13.x). */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(EngineEcho.Wire.class)
final class WebSocketDeflateTest {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    private static final int MAX = 1_000_000;
    private static final int COMPRESSED_TEXT = 0xc1;
    private static final int COMPRESSED_BINARY = 0xc2;

    private static EngineEcho server;
    private static Bystander bystander;

    private final Deflate codec = new Deflate(0, -1);

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        server = EngineEcho.start(
                EngineEcho.settings()
                        .set(Settings.PER_MESSAGE_DEFLATE_ENABLED, true)
                        .build(),
                wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static RawWebSocket open() throws IOException {
        RawWebSocket socket = RawWebSocket.open(server, RawWebSocket.TARGET, OFFER);
        assertThat(socket.handshake().header("sec-websocket-extensions"))
                .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
        return socket;
    }

    private byte[] inflated(RawWebSocket.Frame frame) throws WebSocketViolation {
        return (frame.first() & 0x40) == 0
                ? frame.payload()
                : codec.inflate().inflate(frame.payload(), frame.payload().length, 16 << 20);
    }

    private static byte[] json(int size) {
        byte[] payload = "4[{\"name\":\"value\",\"count\":12345,\"list\":[1,2,3]},"
                .repeat(size / 40 + 1)
                .getBytes(UTF_8);
        return Arrays.copyOf(payload, size);
    }

    static IntStream sizes() {
        return IntStream.of(16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    @DisplayName("12.x, 13.x: compressed messages of many sizes, whole and in fragments")
    void compressedMessagesComeBack(int size) throws Exception {
        byte[] text = json(size);
        byte[] packed = codec.deflate(text);
        try (RawWebSocket socket = open()) {
            for (int i = 0; i < 50; i++) {
                int cut = packed.length * i / 50;
                socket.send(
                        frame(0x41, Arrays.copyOf(packed, cut)),
                        frame(0x80, Arrays.copyOfRange(packed, cut, packed.length)));
                RawWebSocket.Frame echo = socket.read();
                assertThat(echo.first()).isEqualTo(size < 1024 ? 0x81 : COMPRESSED_TEXT);
                assertThat(inflated(echo)).isEqualTo(text);
            }
            byte[] noise = new byte[size];
            new Random(size).nextBytes(noise);
            socket.send(frame(COMPRESSED_BINARY, codec.deflate(noise)));
            assertThat(inflated(socket.read())).isEqualTo(noise);
        }
    }

    @Test
    @DisplayName("sec-W10: exactly max-payload after inflation comes back, one byte more does not")
    void limitHoldsAfterInflation() throws Exception {
        try (RawWebSocket socket = open()) {
            socket.send(frame(COMPRESSED_BINARY, codec.deflate(new byte[MAX])));
            assertThat(inflated(socket.read())).hasSize(MAX);

            socket.send(frame(COMPRESSED_BINARY, codec.deflate(new byte[MAX + 1])));
            socket.expectClose(1009);
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W10: 10 KB that inflate to 10 MB, and 100 KB that inflate to 100 MB")
    void bombsAreTooBig() throws Exception {
        for (int size : new int[] {10_000_000, 100_000_000}) {
            byte[] bomb = codec.deflate(new byte[size]);
            try (RawWebSocket socket = open()) {
                socket.send(frame(COMPRESSED_BINARY, bomb));
                bystander.check();

                socket.expectClose(1009);

                EngineEcho.Closed closed = server.awaitClosed(socket.sid());
                assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
                assertThat(closed.description()).isEqualTo("Max payload size exceeded");
            }
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W10: a megabyte of empty blocks, open and final ones")
    void emptyBlocksDoNotHoldTheLoop() throws Exception {
        byte[] stored = new byte[MAX - MAX % 5];
        for (int i = 3; i < stored.length; i += 5) {
            stored[i] = (byte) 0xff;
            stored[i + 1] = (byte) 0xff;
        }
        byte[] last = new byte[MAX];
        for (int i = 0; i < last.length; i += 2) {
            last[i] = 3;
        }
        try (RawWebSocket socket = open()) {
            socket.send(frame(COMPRESSED_BINARY, stored));
            bystander.check();
            assertThat(socket.read().payload()).isEmpty();
            socket.send(frame(COMPRESSED_BINARY, last));
            bystander.check();
            assertThat(socket.read().payload()).isEmpty();
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W10: a thousand frames that inflate to the limit each")
    void manyFullMessagesLeaveOthersAlone() throws Exception {
        byte[] nearly = frame(COMPRESSED_BINARY, codec.deflate(new byte[MAX - 1]));
        RawWebSocket socket = open();
        Thread reader = Thread.ofVirtual().start(() -> readToTheEnd(socket));
        try {
            for (int i = 0; i < 20; i++) {
                byte[][] fifty = new byte[50][];
                Arrays.fill(fifty, nearly);
                try {
                    socket.send(fifty);
                } catch (IOException e) {
                    // closed by the bound of the echo's queue, which is as good
                    break;
                }
                bystander.check();
            }
        } finally {
            socket.close();
            reader.join();
        }
        bystander.check();
    }

    private static void readToTheEnd(RawWebSocket socket) {
        try {
            while (socket.read().opcode() != Opcode.CLOSE) {
                // what counts is that the server is not kept waiting
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // the end
        }
    }

    static Stream<Arguments> misuse() {
        return Stream.of(
                arguments("garbage", frame(COMPRESSED_TEXT, hex("ffffffff")), 1007),
                arguments("reserved block type", frame(COMPRESSED_TEXT, hex("07")), 1007),
                arguments(
                        "bad UTF-8 inside", frame(COMPRESSED_TEXT, new Deflate(0, -1).deflate(hex("34eda080"))), 1007),
                arguments("RSV1 on a ping", frame(0xc9, hex("00")), 1002),
                arguments("RSV1 on a close", frame(0xc8, hex("")), 1002),
                arguments("RSV1 on a continuation", join(frame(1, hex("34")), frame(0xc0, hex("00"))), 1002),
                arguments("RSV2", frame(0xa1, hex("34")), 1002));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuse")
    @DisplayName("sec-W11: misuse")
    void misuseEndsTheConnection(String name, byte[] bytes, int code) throws Exception {
        try (RawWebSocket socket = open()) {
            socket.send(bytes);

            socket.expectClose(code);
        }
        bystander.check();
    }

    @Test
    @DisplayName("what does not fit into one write follows by itself, however small it becomes")
    void everythingQueuedInOneTurnLeaves() throws Exception {
        try (RawWebSocket socket = open()) {
            EngineSession session = Objects.requireNonNull(server.session(socket.sid()));
            EngineEcho.onLoop(session.loop(), () -> {
                for (int i = 0; i < 10; i++) {
                    session.append(OutboundMessage.of(null, List.of(new byte[200_000]), false, true));
                }
                return true;
            });
            for (int i = 0; i < 10; i++) {
                assertThat(inflated(socket.read())).hasSize(200_000);
            }
        }
    }

    @Test
    @DisplayName("sec-W11: an empty compressed message is an empty message")
    void emptyCompressedMessageIsEmpty() throws Exception {
        try (RawWebSocket socket = open()) {
            socket.send(frame(COMPRESSED_BINARY, hex("00")));
            assertThat(socket.read().payload()).isEmpty();
            socket.send(frame(COMPRESSED_BINARY, new byte[0]));
            assertThat(socket.read().payload()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; constructor",
                "; ; ;",
                "permessage-deflate; server_max_window_bits=",
                "permessage-deflate; server_max_window_bits=0",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=16",
                "x-webkit-deflate-frame"
            })
    @DisplayName("sec-H12, sec-W11: what cannot be met is declined, and the connection is usable")
    void otherOffersAreDeclined(String offer) throws Exception {
        try (RawWebSocket socket =
                RawWebSocket.open(server, RawWebSocket.TARGET, "Sec-WebSocket-Extensions: " + offer + "\r\n")) {
            assertThat(socket.handshake().headers()).doesNotContainKey("sec-websocket-extensions");
            byte[] text = json(5000);
            socket.send(frame(0x81, text));
            assertThat(socket.read().first()).isEqualTo(0x81);
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W11: an offer of context takeover is answered with none, and offers in two headers are one list")
    void contextTakeoverIsAnsweredWithNone() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(
                server,
                RawWebSocket.TARGET,
                "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")) {
            assertThat(socket.handshake().header("sec-websocket-extensions"))
                    .contains("server_no_context_takeover")
                    .contains("client_no_context_takeover");
        }
    }

    @Test
    @DisplayName("E41: messages under the threshold are not compressed, and a client that offers nothing gets none")
    void shortMessagesAreNotCompressed() throws Exception {
        try (RawWebSocket socket = open();
                RawWebSocket plain = RawWebSocket.open(server)) {
            socket.send(frame(0x81, json(1023)), frame(0x81, json(1024)));
            assertThat(socket.read().first()).isEqualTo(0x81);
            assertThat(socket.read().first()).isEqualTo(COMPRESSED_TEXT);
            plain.send(frame(0x81, json(5000)));
            assertThat(plain.read().first()).isEqualTo(0x81);
        }
    }
}
