package dev.roost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.core.namespace.DisconnectReason;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.core.packet.MsgpackPacketParser;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON and msgpack that is meant to hurt, over real connections, with a bystander each: security 7. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class DecodingAbuseTest {
    private static final int DEPTH = 128;
    /** The beginning of a hash map. */
    private static final String JAVA_OBJECT = "aced0005737200116a6176612e7574696c2e486173684d6170";

    /** How the client that came last ends: each has a queue of its own. */
    private static final AtomicReference<BlockingQueue<DisconnectReason>> LATEST = new AtomicReference<>();

    private static final AtomicReference<SocketIo> PLAIN = new AtomicReference<>();
    private static final AtomicReference<SocketIo> PACKED = new AtomicReference<>();

    private static SocketIoServer server;
    private static SocketIoServer msgpack;
    private static PacketClient bystander;
    private static RawWebSocket packed;

    @BeforeAll
    static void start() throws IOException {
        server = server().application(io -> configure(io, PLAIN)).build().start();
        msgpack = server().options(options -> options.parser(new MsgpackPacketParser()))
                .application(io -> configure(io, PACKED))
                .build()
                .start();
        bystander = PacketClient.connect(server);
        packed = packed();
    }

    private static SocketIoServer.Builder server() {
        return SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                        // 60,000 names of one hash code need that much
                        .set(Settings.MAX_HTTP_BUFFER_SIZE, 3_000_000L)
                        .build())
                .host("127.0.0.1")
                .port(0);
    }

    private static void configure(SocketIo io, AtomicReference<SocketIo> here) {
        here.set(io);
        io.onConnection(socket -> {
            BlockingQueue<DisconnectReason> ends = new LinkedBlockingQueue<>();
            LATEST.set(ends);
            socket.onDisconnect((reason, description) -> ends.add(reason));
            socket.on("echo", (arguments, ack) -> ack.send(arguments.toList().toArray()));
            socket.onRequest("long", long.class, value -> value);
            socket.onRequest("double", double.class, value -> Double.toString(value));
            socket.onRequest("size", Map.class, map -> map.size());
        });
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        packed.close();
        server.stop();
        msgpack.stop();
    }

    @AfterEach
    void bystandersAreUnharmed() throws IOException {
        bystander.check();
        check(packed);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> {
                    assertThat(PLAIN.get().socketCount()).isEqualTo(1);
                    assertThat(PACKED.get().socketCount()).isEqualTo(1);
                });
    }

    private static void expectEnd(RawWebSocket socket, BlockingQueue<DisconnectReason> ends) throws Exception {
        bystander.check();
        socket.answerClose(1005);
        assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(DisconnectReason.FORCED_CLOSE);
        assertThat(ends).as("once").isEmpty();
    }

    private static void refused(String packet) throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            client.check();
            BlockingQueue<DisconnectReason> ends = LATEST.get();
            client.send(packet);
            expectEnd(client.socket(), ends);
        }
    }

    private static Socket socket(PacketClient client) {
        return PLAIN.get().main().socket(client.id()).orElseThrow();
    }

    // ---- JSON

    static Stream<Arguments> tooDeep() {
        int most = 100_000;
        return Stream.of(
                arguments("100,000 arrays", "[".repeat(most) + "]".repeat(most)),
                arguments("100,000 objects", "{\"a\":".repeat(most) + "1" + "}".repeat(most)),
                arguments("arrays never closed", "[".repeat(most)),
                arguments("one more than allowed", "[".repeat(DEPTH) + "]".repeat(DEPTH)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooDeep")
    @DisplayName("sec-D1: nesting beyond 128 levels, the array of the event among them")
    void deepNestingEndsTheConnection(String name, String nested) throws Exception {
        refused("42[\"a\"," + nested + "]");
    }

    @Test
    @DisplayName("sec-D1: 128 levels are data")
    void nestingUpToTheLimitIsData() throws Exception {
        String nested = "[".repeat(DEPTH - 1) + "]".repeat(DEPTH - 1);
        try (PacketClient client = PacketClient.connect(server)) {
            assertThat(client.ask("[\"echo\"," + nested + "]")).isEqualTo("[" + nested + "]");
        }
    }

    @Test
    @DisplayName("sec-D2: a number of 900,000 digits")
    void hugeNumberEndsTheConnection() throws Exception {
        refused("42[\"a\"," + "9".repeat(900_000) + "]");
    }

    @ParameterizedTest
    @CsvSource({
        "double, 1e400, \"Infinity\"",
        "double, -1e-400, \"-0.0\"",
        "double, 1e999999999, \"Infinity\"",
        "long, 9007199254740993, 9007199254740993",
        "echo, 1e999999999, 1e999999999"
    })
    @DisplayName("sec-D2: exponents are not expanded, and 2^53 + 1 is exact as a long")
    void numbersAreWhatTheyAre(String event, String number, String answer) throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            assertThat(client.ask("[\"" + event + "\"," + number + "]")).isEqualTo("[" + answer + "]");
            client.check();
        }
    }

    @Test
    @DisplayName("sec-D2: an exponent that fits no whole number refuses the event, and that alone")
    void exponentThatFitsNoLongRefusesTheEvent() throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            ProcessCpu cpu = ProcessCpu.measure();
            assertThat(client.ask("[\"long\",1e999999999]")).startsWith("[{\"error\":");
            assertThat(cpu.spent()).isLessThan(Duration.ofSeconds(2));
            client.check();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"42[\"a\"]x", "42[\"a\"][\"b\"]", "42[\"a\"],"})
    @DisplayName("sec-D3: what follows the JSON")
    void trailingGarbageEndsTheConnection(String packet) throws Exception {
        refused(packet);
    }

    @Test
    @DisplayName("sec-D4: of two members of one name the last is it")
    void lastOfTwoMembersWins() throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            socket(client).onRequest("x", Map.class, map -> map.get("x"));
            assertThat(client.ask("[\"x\",{\"x\":1,\"x\":2}]")).isEqualTo("[2]");
        }
    }

    @Test
    @DisplayName("sec-D5: 60,000 members whose names have one hash code")
    void collidingNamesCostWhatOthersCost() throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            assertThat(client.ask(withMembers(2000))).isEqualTo("[2000]");
            ProcessCpu cpu = ProcessCpu.measure();
            assertThat(client.ask(withMembers(60_000))).isEqualTo("[60000]");
            // In a table of lists it takes minutes.
            assertThat(cpu.spent()).isLessThan(Duration.ofSeconds(5));
            client.check();
        }
    }

    private static String withMembers(int count) {
        StringBuilder json = new StringBuilder("[\"size\",{");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "\"" : ",\"");
            // Aa and BB have one hash code, and so have all texts of sixteen such pairs.
            for (int bit = 0; bit < 16; bit++) {
                json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            json.append("\":1");
        }
        return json.append("}]").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00\\ud800", "\\u0000", "\\u2028\\u2029", "\u2028"})
    @DisplayName("sec-D7: strings that are odd, echoed as they came and bound to a String")
    void oddStringsAreStrings(String escaped) throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            socket(client).onRequest("length", String.class, String::length);
            assertThat(client.ask("[\"echo\",\"" + escaped + "\"]")).isEqualTo("[\"" + escaped + "\"]");
            assertThat(client.ask("[\"length\",\"" + escaped + "\"]"))
                    .isEqualTo("[" + (escaped.startsWith("\\") ? escaped.length() / 6 : 1) + "]");
        }
    }

    @Test
    @DisplayName("sec-D7: a string of nearly a megabyte")
    void longStringIsAString() throws Exception {
        String text = "x".repeat(999_900);
        try (PacketClient client = PacketClient.connect(server)) {
            assertThat(client.ask("[\"echo\",\"" + text + "\"]")).isEqualTo("[\"" + text + "\"]");
        }
    }

    @Test
    @DisplayName("sec-D12: the bytes of a Java object are data to whoever wants bytes")
    void javaObjectsAreBytes() throws Exception {
        byte[] object = hex(JAVA_OBJECT);
        try (PacketClient client = PacketClient.connect(server)) {
            client.send("451-1[\"echo\",{\"_placeholder\":true,\"num\":0}]").send(object);
            assertThat(client.read()).isEqualTo("461-1[{\"_placeholder\":true,\"num\":0}]");
            assertThat(client.socket().read().payload()).isEqualTo(object);
        }
    }

    // ---- msgpack

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** A client of the server that speaks msgpack, in the main namespace. */
    private static RawWebSocket packed() throws IOException {
        RawWebSocket socket = PacketClient.open(msgpack);
        socket.binary(hex("82 a474797065 00 a36e7370 a12f"));
        assertThat(new String(socket.read().payload(), ISO_8859_1)).contains("\u00a3sid\u00b4");
        return socket;
    }

    /** An event {@code echo} with ack id 5 and one argument. */
    private static byte[] event(String argument) {
        return hex("84 a474797065 02 a36e7370 a12f a464617461 92 a46563686f " + argument + " a26964 05");
    }

    private static void check(RawWebSocket client) throws IOException {
        client.binary(event("01"));
        RawWebSocket.Frame answer = client.read();
        while (answer.opcode() == 1) {
            client.text("3");
            answer = client.read();
        }
        assertThat(HexFormat.of().formatHex(answer.payload()))
                .contains("a474797065" + "03")
                .contains("9101");
    }

    static Stream<Arguments> packedRefusals() {
        String nested = "91".repeat(100_000);
        return Stream.of(
                arguments("sec-D8 array of 2^32-1", event("dd ffffffff")),
                arguments("sec-D8 map of 2^32-1", event("df ffffffff")),
                arguments("sec-D8 binary of 2^32-1", event("c6 ffffffff")),
                arguments("sec-D8 text of 2^32-1", event("db ffffffff")),
                arguments("sec-D8 array of 2^32-1 alone", hex("dd ffffffff")),
                arguments("sec-D8 map of 2^32-1 alone", hex("df ffffffff")),
                arguments("sec-D8 binary of 2^32-1 alone", hex("c6 ffffffff")),
                arguments("sec-D8 text of 2^32-1 alone", hex("db ffffffff")),
                arguments("sec-D9 100,000 arrays", event(nested + "01")),
                arguments("sec-D12 a Java object", hex(JAVA_OBJECT)),
                arguments("sec-D10 c1", event("c1")),
                arguments("sec-D10 truncated float", hex("82 a474797065 02 a464617461 92 a161 cb 3ff0")),
                arguments("sec-D10 trailing bytes", hex("82 a474797065 00 a36e7370 a12f 00")),
                arguments("sec-D11 type 9", hex("82 a474797065 09 a36e7370 a12f")),
                arguments("sec-D11 nsp a number", hex("83 a474797065 02 a36e7370 01 a464617461 91 a161")),
                arguments("sec-D11 data a string", hex("83 a474797065 02 a36e7370 a12f a464617461 a161")),
                arguments("sec-D11 id negative", hex("84 a474797065 02 a36e7370 a12f a464617461 91 a161 a26964 ff")),
                arguments("sec-D11 nothing", hex("80")),
                arguments("sec-D11 no type", hex("82 a36e7370 a12f a464617461 91 a161")),
                arguments("sec-D11 no data", hex("82 a474797065 02 a36e7370 a12f")),
                arguments("sec-D11 no map", hex("91 01")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packedRefusals")
    @DisplayName("sec-D8, sec-D9, sec-D10, sec-D11, sec-D12: lengths that lie, depth, unknown types, and shapes")
    void badMsgpackEndsTheConnection(String name, byte[] packet) throws Exception {
        try (RawWebSocket client = packed()) {
            check(client);
            BlockingQueue<DisconnectReason> ends = LATEST.get();
            client.binary(packet);
            expectEnd(client, ends);
        }
    }

    static Stream<String> extensions() {
        return Stream.concat(
                IntStream.of(-128, -2, -1, 0, 1, 127).mapToObj(type -> "d4 %02x 00".formatted(type & 0xff)),
                Stream.of("c7 05 ff 0000000000", "81 01 02"));
    }

    @ParameterizedTest
    @MethodSource("extensions")
    @DisplayName("sec-D10: extensions of any type, times of a wrong size and maps with other keys: data or an error")
    void extensionsAreOpaqueOrAnError(String argument) throws Exception {
        try (RawWebSocket client = packed()) {
            client.binary(event(argument));
            RawWebSocket.Frame answer = client.read();
            assertThat(answer.opcode()).isIn(2, 8);
            bystander.check();
        }
    }
}
