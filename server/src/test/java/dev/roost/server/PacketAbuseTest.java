package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.core.namespace.DisconnectReason;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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

/**
 * Packets no client of good will sends, each exactly as listed, over real connections: security 6.
 *
 * <p>A bystander that connected before must get its answers in time during and after each of them.
 */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class PacketAbuseTest {
    private static final Duration ATTACHMENT_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_ATTEMPTS = 20;
    private static final int MAX_ROOMS = 1000;

    private static final BlockingQueue<String> INTRUDERS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<String> LATE = new LinkedBlockingQueue<>();

    /** What the client that came last is told of: each has queues of its own. */
    private static BlockingQueue<String> errors;

    private static BlockingQueue<DisconnectReason> ends;
    private static SocketIoServer server;
    private static SocketIo io;
    private static PacketClient bystander;

    @BeforeAll
    static void start() throws IOException {
        server = SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                        .set(Settings.PROTECT_ID_ROOMS, true)
                        .set(LimitSettings.ATTACHMENT_TIMEOUT, ATTACHMENT_TIMEOUT)
                        .build())
                .host("127.0.0.1")
                .port(0)
                .application(PacketAbuseTest::configure)
                .build()
                .start();
        bystander = PacketClient.connect(server);
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.stop();
    }

    private static void configure(SocketIo served) {
        io = served;
        served.of("/admin").onConnection(socket -> INTRUDERS.add(socket.id()));
        served.of(Pattern.compile("^/(a+)+$"));
        served.of(Pattern.compile("^/n\\d+$"));
        served.onConnection(socket -> {
            socket.on("echo", (arguments, ack) -> ack.send(arguments.toList().toArray()));
            socket.on("join", String.class, (room, ack) -> {
                socket.join(room);
                ack.send("joined");
            });
            socket.on("answer twice", (arguments, ack) -> {
                Thread other = Thread.ofVirtual().start(() -> ack.send("other"));
                ack.send("one");
                ack.send("again");
                other.join();
            });
            socket.on("answer late", (arguments, ack) -> {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !socket.connected());
                ack.send("late");
                socket.join("late");
                LATE.add(socket.rooms() + " " + io.main().roomNames());
            });
        });
    }

    @AfterEach
    void bystanderIsUnharmed() throws IOException {
        bystander.check();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> {
                    assertThat(io.socketCount()).isEqualTo(1);
                    assertThat(io.namespaces()).extracting("name").containsExactlyInAnyOrder("/", "/admin");
                });
        assertThat(INTRUDERS).isEmpty();
    }

    private static PacketClient connect() throws IOException {
        PacketClient client = PacketClient.connect(server);
        Socket here = io.main().socket(client.id()).orElseThrow();
        BlockingQueue<String> itsErrors = new LinkedBlockingQueue<>();
        BlockingQueue<DisconnectReason> itsEnds = new LinkedBlockingQueue<>();
        here.onError(error -> itsErrors.add(String.valueOf(error.getMessage())));
        here.onDisconnect((reason, description) -> itsEnds.add(reason));
        errors = itsErrors;
        ends = itsEnds;
        return client;
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** The connection ends once, its socket learns the error, and the bystander nothing. */
    private static void expectEnd(PacketClient client, String error) throws Exception {
        bystander.check();
        client.expectRefusal();
        assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(DisconnectReason.FORCED_CLOSE);
        assertThat(next(errors)).contains(error);
        assertThat(ends).as("once").isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        sec-K1  | 47["a"]                     | unknown packet type
        sec-K1  | 49                          | unknown packet type
        sec-K1  | 4x                          | unknown packet type
        sec-K1  | 4                           | ``
        sec-K2  | 4511-["a"]                  | too many attachments
        sec-K2  | 45100-["a"]                 | too many attachments
        sec-K2  | 455999999999-["a"]          | attachments
        sec-K2  | 4551e3-["a"]                | attachments
        sec-K2  | 451e3-["a"]                 | attachments
        sec-K2  | 455-1-["a"]                 | ``
        sec-K2  | 45-1-["a"]                  | attachments
        sec-K2  | 4550x1-["a"]                | attachments
        sec-K2  | 450x1-["a"]                 | attachments
        sec-K2  | 455 1-["a"]                 | attachments
        sec-K2  | 45 1-["a"]                  | attachments
        sec-K2  | 45                          | attachments
        sec-K2  | 455                         | attachments
        sec-K2  | 455-                        | ``
        sec-K2  | 4551                        | attachments
        sec-K2  | 45-                         | attachments
        sec-K2  | 451                         | attachments
        sec-K2  | 451.5-                      | attachments
        sec-K6  | 450-["a",{"_placeholder":true,"num":0}]                | attachments
        sec-K6  | 451-[{"_placeholder":true,"num":0}]                    | ``
        sec-K7  | 42[{"toString":"foo"}]      | invalid payload
        sec-K7  | 42[null]                    | invalid payload
        sec-K7  | 42[[]]                      | invalid payload
        sec-K7  | 42[true]                    | invalid payload
        sec-K7  | 42[]                        | invalid payload
        sec-K7  | 42{}                        | invalid payload
        sec-K7  | 42"a"                       | invalid payload
        sec-K7  | 42                          | ``
        sec-K8  | 42["connect"]               | invalid payload
        sec-K8  | 42["connect_error"]         | invalid payload
        sec-K8  | 42["disconnect"]            | invalid payload
        sec-K8  | 42["disconnecting"]         | invalid payload
        sec-K8  | 42["newListener"]           | invalid payload
        sec-K8  | 42["removeListener"]        | invalid payload
        sec-K10 | 40[]                        | invalid payload
        sec-K10 | 40"x"                       | invalid payload
        sec-K10 | 40null                      | invalid payload
        sec-K10 | 401                         | invalid payload
        sec-K10 | 40/a,[]                     | invalid payload
        sec-K10 | 40                          | CONNECT to a namespace that is connected
        sec-K12 | 42/admin,["x"]              | packet for a namespace that is not connected
        sec-K16 | 41{}                        | invalid payload
        sec-K16 | 41["x"]                     | invalid payload
        sec-K16 | 41/never,                   | packet for a namespace that is not connected
        sec-K17 | 44{"message":"x"}           | a client does not send CONNECT_ERROR
        sec-K18 | 431{}                       | invalid payload
        sec-K18 | 433999999999999999999999[]  | ``
        sec-W19 | 4bAQID                      | unknown packet type
        """)
    @DisplayName("sec-K1, sec-K2, sec-K7, sec-K8, sec-K10, sec-K12, sec-K16, sec-K17, sec-K18: packets that end"
            + " a connection, and no other")
    void packetEndsItsConnection(String row, String packet, String error) throws Exception {
        try (PacketClient client = connect()) {
            client.send(packet);
            expectEnd(client, error);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"42[\"a\"]", "430[]", "431[\"x\"]", "41"})
    @DisplayName("sec-K11: packets before CONNECT")
    void packetBeforeConnectEndsTheConnection(String packet) throws Exception {
        try (RawWebSocket socket = PacketClient.open(server)) {
            socket.text(packet);
            bystander.check();
            socket.answerClose(1005);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"45%s-[]", "42%s[\"a\"]"})
    @DisplayName("sec-K3: numbers of 60,000 digits, as fast as they are read")
    void endlessNumberEndsTheConnection(String packet) throws Exception {
        String sent = packet.formatted("7".repeat(60_000));
        ProcessCpu cpu = ProcessCpu.measure();
        int times = 20;
        for (int i = 0; i < times; i++) {
            try (PacketClient client = connect()) {
                client.send(sent);
                expectEnd(client, "");
            }
        }
        // A reader that is quadratic in the digits takes seconds for each.
        assertThat(cpu.spent().dividedBy(times)).isLessThan(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("sec-K4: of two attachments none comes, or a text packet instead")
    void attachmentsThatNeverComeEndTheConnection(boolean text) throws Exception {
        try (PacketClient client = connect()) {
            client.send("452-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            long start = System.nanoTime();
            if (text) {
                client.send("42[\"echo\"]");
                expectEnd(client, "got plaintext data when reconstructing a packet");
            } else {
                expectEnd(client, "attachments did not arrive within limits.attachment-timeout");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(ATTACHMENT_TIMEOUT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "4x"})
    @DisplayName("sec-K5, sec-W19: a binary frame that nobody waits for")
    void binaryWithoutHeaderEndsTheConnection(String data) throws Exception {
        try (PacketClient client = connect()) {
            client.send(PacketClient.utf8(data));
            expectEnd(client, "got binary data when not reconstructing a packet");
        }
    }

    static Stream<Arguments> placeholders() {
        String nested = "{\"a\":".repeat(200) + "{\"_placeholder\":true,\"num\":0}" + "}".repeat(200);
        return Stream.concat(
                Stream.of("-1", "1.5", "\"0\"", "99", "null", "\"splice\"", "\"length\"")
                        .map(num -> arguments("num " + num, "{\"_placeholder\":true,\"num\":" + num + "}")),
                Stream.of(arguments("no num", "{\"_placeholder\":true}"), arguments("200 deep", nested)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("placeholders")
    @DisplayName("sec-K6: placeholders out of range, of no number, without one, or too deep")
    void badPlaceholderEndsTheConnection(String name, String placeholder) throws Exception {
        try (PacketClient client = connect()) {
            client.send("451-[\"echo\"," + placeholder + "]");
            try {
                client.send(new byte[] {1});
            } catch (SocketException e) {
                // refused at its header
            }
            expectEnd(client, name.equals("200 deep") ? "" : "illegal attachments");
        }
    }

    @Test
    @DisplayName("sec-K6: the same number twice is allowed, and what looks like a placeholder in a plain event is data")
    void placeholdersThatAreAllowed() throws Exception {
        String twice = "{\"_placeholder\":true,\"num\":0}";
        try (PacketClient client = connect()) {
            client.send("451-7[\"echo\"," + twice + "," + twice + "]").send(new byte[] {1, 2});
            assertThat(client.read()).isEqualTo("462-7[" + twice + ",{\"_placeholder\":true,\"num\":1}]");
            assertThat(client.socket().read().payload()).containsExactly(1, 2);
            assertThat(client.socket().read().payload()).containsExactly(1, 2);

            assertThat(client.ask("[\"echo\"," + twice + "]")).isEqualTo("[" + twice + "]");
        }
    }

    @Test
    @DisplayName("sec-K7, sec-K8, sec-K9: names that are ordinary, whatever other languages make of them")
    void ordinaryNamesAreEvents() throws Exception {
        List<String> seen = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(7);
        try (PacketClient client = connect()) {
            io.main().socket(client.id()).orElseThrow().onAny((event, arguments) -> {
                seen.add(event + arguments.toList());
                all.countDown();
            });
            client.send("42[1]")
                    .send("42[\"error\",\"nobody listens\"]")
                    .send("42[\"__proto__\",{}]")
                    .send("42[\"constructor\"]")
                    .send("42[\"hashCode\"]")
                    .send("42[\"connection\"]")
                    .send(
                            "42[\"x\",{\"__proto__\":{},\"@class\":\"java.io.File\",\"@type\":1,\"$type\":2,\"class\":3}]");
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(seen)
                    .containsExactly(
                            "1[]",
                            "error[\"nobody listens\"]",
                            "__proto__[{}]",
                            "constructor[]",
                            "hashCode[]",
                            "connection[]",
                            "x[{\"__proto__\":{},\"@class\":\"java.io.File\",\"@type\":1,\"$type\":2,\"class\":3}]");
            client.check();
        }
    }

    @Test
    @DisplayName("sec-K8: the event error with a handler is an event")
    void errorWithAHandlerIsAnEvent() throws Exception {
        try (PacketClient client = connect()) {
            io.main().socket(client.id()).orElseThrow().onRequest("error", String.class, text -> "heard " + text);
            assertThat(client.ask("[\"error\",\"boo\"]")).isEqualTo("[\"heard boo\"]");
        }
    }

    @Test
    @DisplayName("sec-K10: a megabyte that is no object, and one that is too long as well")
    void giantConnectEndsTheConnection() throws Exception {
        try (PacketClient client = connect()) {
            client.send("40/x," + "1".repeat(900_000));
            expectEnd(client, "");
        }
        try (PacketClient client = connect()) {
            client.send("40" + "x".repeat(1_000_000));
            client.socket().expectClose(1009);
            assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo(DisconnectReason.TRANSPORT_ERROR);
        }
    }

    @ParameterizedTest
    @CsvSource({"/x, 0", "/n, 63"})
    @DisplayName("sec-K13: 100,000 namespaces, unknown ones and those of a pattern, of which a client may enter a part")
    void floodOfNamespacesIsBounded(String prefix, int allowed) throws Exception {
        Thread sender;
        try (PacketClient client = connect()) {
            for (int i = 1; i <= allowed; i++) {
                client.send("40" + prefix + i + ",");
                assertThat(client.read()).startsWith("40" + prefix + i + ",{\"sid\":");
            }
            sender = Thread.ofVirtual().start(() -> flood(client.socket(), prefix, allowed + 1, 100_000));
            int refused = 0;
            RawWebSocket.Frame frame = client.socket().read();
            for (; frame.opcode() == 1; frame = client.socket().read()) {
                assertThat(frame.text())
                        .startsWith("44" + prefix)
                        .containsPattern(
                                allowed == 0 ? "Invalid namespace|Too many namespaces" : "Too many namespaces");
                refused++;
            }
            bystander.check();
            assertThat(frame.opcode()).isEqualTo(8);
            assertThat(refused).isBetween(1, MAX_ATTEMPTS + 1);
        }
        sender.join();
    }

    private static void flood(RawWebSocket socket, String prefix, int from, int count) {
        try {
            for (int first = from; first < from + count; first += 1000) {
                socket.texts(IntStream.range(first, first + 1000).mapToObj(i -> "40" + prefix + i + ","));
            }
        } catch (IOException e) {
            // the connection has been closed by the server
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a?x=1",
                "/\u0000",
                "/../admin",
                "/admin/../admin",
                "/ADMIN",
                "//admin",
                "/admin/",
                "/%61dmin",
                "/x\u202eadmin"
            })
    @DisplayName("sec-K14: names are what they are, so none of these is /admin")
    void namesAreExact(String name) throws Exception {
        try (PacketClient client = connect()) {
            client.send("40" + name + ",");
            assertThat(client.read()).isEqualTo("44" + name + ",{\"message\":\"Invalid namespace\"}");
            client.check();
        }
    }

    @Test
    @DisplayName("sec-K14: a name of 10,000 characters is refused, and one without a comma runs to the end")
    void longNamesAreRefused() throws Exception {
        try (PacketClient client = connect()) {
            client.send("40/" + "x".repeat(10_000) + ",");
            assertThat(client.read()).startsWith("44/xxx").endsWith("{\"message\":\"Invalid namespace\"}");
            client.send("40/a");
            assertThat(client.read()).startsWith("40/a,{\"sid\":");
            client.check();
        }
    }

    @Test
    @DisplayName("sec-K15: a pattern that would take for ever is given up")
    void catastrophicPatternIsGivenUp() throws Exception {
        String name = "/" + "a".repeat(28) + "!";
        try (PacketClient client = connect()) {
            ProcessCpu cpu = ProcessCpu.measure();
            client.send("40" + name + ",");
            bystander.check();
            assertThat(client.read()).isEqualTo("44" + name + ",{\"message\":\"Invalid namespace\"}");
            assertThat(cpu.spent()).isLessThan(Duration.ofSeconds(2));
            client.check();
        }
    }

    @Test
    @DisplayName("sec-K18: answers to nothing are ignored, and one question is answered once")
    void answersToNothingAreIgnored() throws Exception {
        List<String> answers = new ArrayList<>();
        try (PacketClient client = connect()) {
            client.send("431[]").send("4399[\"x\"]").send("43[]").send("435");
            client.check();
            Socket here = io.main().socket(client.id()).orElseThrow();
            here.timeout(Duration.ofSeconds(20))
                    .emitWithCallback(
                            arguments -> answers.add(arguments.get(0, String.class)),
                            failed -> answers.add("failed"),
                            "who");
            String question = client.read();
            String id = question.substring(2, question.indexOf('['));
            client.send("43" + id + "[\"first\"]").send("43" + id + "[\"second\"]");
            client.check();
            assertThat(answers).containsExactly("first");
        }
    }

    @Test
    @DisplayName("sec-K19: in a broadcast A's answer counts for A, whatever ids it names")
    void answersCountForThoseWhoGiveThem() throws Exception {
        try (PacketClient one = connect();
                PacketClient two = connect()) {
            var replies = io.in(one.id(), two.id())
                    .timeout(Duration.ofSeconds(1))
                    .emitWithAckAsync("who")
                    .toCompletableFuture();
            String asked = one.read();
            String id = asked.substring(2, asked.indexOf('['));
            assertThat(two.read()).isEqualTo(asked);
            one.send("43" + id + "[\"one\"]").send("43" + id + "[\"one for two\"]");
            one.check();

            var gathered = replies.get(30, TimeUnit.SECONDS);
            assertThat(gathered.complete()).isFalse();
            assertThat(gathered.values()).extracting(Object::toString).containsExactly("\"one\"");
        }
    }

    @Test
    @DisplayName("sec-K22: a handler that answers twice, from two threads, sends one packet")
    void handlerAnswersOnce() throws Exception {
        try (PacketClient client = connect()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.ask("[\"answer twice\"]")).isIn("[\"one\"]", "[\"other\"]");
            }
            client.check();
        }
    }

    @Test
    @DisplayName("sec-K23, sec-K24: a handler that answers, and joins, when its client is gone")
    void lateAnswersAndJoinsAreNothing() throws Exception {
        try (Warnings warnings = Warnings.listen()) {
            try (PacketClient client = connect()) {
                client.send("421[\"answer late\"]");
                bystander.check();
            }
            assertThat(next(LATE)).isEqualTo("[] []");
            assertThat(warnings.messages()).isEmpty();
        }
    }

    @Test
    @DisplayName("sec-K25: 100,000 rooms named by the client")
    void roomsOfOneSocketAreLimited() throws Exception {
        int wanted = 100_000;
        try (PacketClient client = connect()) {
            Thread sender = Thread.ofVirtual().start(() -> {
                for (int first = 0; first < wanted; first += 1000) {
                    try {
                        client.socket()
                                .texts(IntStream.range(first, first + 1000)
                                        .mapToObj(i -> "42" + i + "[\"join\",\"room " + i + "\"]"));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            });
            int joined = 0;
            for (int i = 0; i < wanted; i++) {
                String answer = client.read();
                if (answer.endsWith("[\"joined\"]")) {
                    joined++;
                } else {
                    assertThat(answer).endsWith("[{\"error\":\"Internal error\"}]");
                }
                if (i % 20_000 == 0) {
                    bystander.check();
                }
            }
            sender.join();
            assertThat(joined).isEqualTo(MAX_ROOMS);
            assertThat(io.main().roomNames()).hasSize(MAX_ROOMS);
        }
    }

    @Test
    @DisplayName("sec-K27: where ids are protected nobody joins the room of another socket")
    void roomsOfOthersAreClosed() throws Exception {
        try (PacketClient client = connect()) {
            assertThat(client.ask("[\"join\",\"" + bystander.id() + "\"]"))
                    .isEqualTo("[{\"error\":\"Internal error\"}]");
            io.to(bystander.id()).emit("private");
            assertThat(bystander.read()).isEqualTo("42[\"private\"]");
            client.check();
        }
    }
}
