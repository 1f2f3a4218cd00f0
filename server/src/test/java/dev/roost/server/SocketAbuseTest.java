package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.namespace.DisconnectReason;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.server.websocket.RawWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What clients may try with namespaces, events and rooms, over real connections: security 3, 5 and 6. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class SocketAbuseTest {
    private static final String POLLING = "/socket.io/?EIO=4&transport=polling";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EVENTS = 1_000_000;
    private static final String SECRET = "SELECT secret FROM users";

    private static final ConcurrentMap<String, BlockingQueue<DisconnectReason>> ENDS = new ConcurrentHashMap<>();

    private static SocketIoServer server;
    private static SocketIo io;

    @BeforeAll
    static void start() {
        server = SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(Settings.CONNECT_TIMEOUT, CONNECT_TIMEOUT)
                        .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                        .set(LimitSettings.MAX_PENDING_ACKS, 10)
                        .build())
                .host("127.0.0.1")
                .port(0)
                .application(SocketAbuseTest::configure)
                .build()
                .start();
    }

    private static void configure(SocketIo served) {
        io = served;
        served.of("/failing").use(socket -> {
            throw new IllegalStateException(SECRET);
        });
        served.of("/silent").use(socket -> {
            throw new IllegalStateException((String) null);
        });
        served.onConnection(socket -> {
            socket.onDisconnect((reason, description) -> ends(socket).add(reason));
            socket.on("echo", (arguments, ack) -> ack.send(arguments.toList().toArray()));
            socket.on("join", String.class, (room, ack) -> {
                socket.join(room);
                ack.send();
            });
            socket.on("fail", String.class, (message, ack) -> {
                throw new IllegalStateException(message.isEmpty() ? null : message);
            });
            socket.on("leave me", () -> socket.disconnect(true));
        });
        served.of("/n0");
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    private static Socket here(PacketClient client) {
        return io.main().socket(client.id()).orElseThrow();
    }

    private static BlockingQueue<DisconnectReason> ends(Socket socket) {
        return ENDS.computeIfAbsent(socket.id(), any -> new LinkedBlockingQueue<>());
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    @DisplayName("sec-S2: session id and socket id are unrelated, and the public one opens nothing")
    void publicIdsOpenNothing() throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            String id = client.id();
            assertThat(id).hasSize(20).isNotEqualTo(client.socket().sid());
            assertThat(id.substring(6)).isNotEqualTo(client.socket().sid().substring(6));

            for (String target : List.of(POLLING, PacketClient.TARGET)) {
                String request = target.equals(POLLING)
                        ? RawHttp.get(target + "&sid=" + id, "")
                        : RawWebSocket.request(target + "&sid=" + id, "");
                RawHttp.Response response = RawHttp.once(server.port(), request);
                assertThat(response.status()).isEqualTo(400);
                assertThat(response.text()).contains("Session ID unknown");
            }
            assertThat(client.ask("[\"echo\",1]")).isEqualTo("[1]");
        }
    }

    @Test
    @DisplayName("sec-S11: a connection that joins no namespace is closed at the connect timeout")
    void connectionsWithoutNamespaceAreClosed() throws Exception {
        try (PacketClient bystander = PacketClient.connect(server);
                RawWebSocket idle = PacketClient.open(server)) {
            PollingClient polling = PollingClient.open(server.port(), POLLING);
            long start = System.nanoTime();

            idle.patience(Duration.ofSeconds(30)).answerClose(1005);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(CONNECT_TIMEOUT.dividedBy(2));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(polling.poll().text()).contains("Session ID unknown"));
            assertThat(bystander.ask("[\"echo\",1]")).isEqualTo("[1]");
        }
    }

    @Test
    @DisplayName("sec-S17: auth of the usual size stays, and one byte over max-payload ends the connection")
    void usualAuthIsKept() throws Exception {
        try (PacketClient client = PacketClient.connect(server, "{\"token\":\"" + "x".repeat(8_000) + "\"}")) {
            Socket here = here(client);
            assertThat(client.ask("[\"echo\",1]")).isEqualTo("[1]");
            assertThat(here.handshake().auth().get("token")).asString().hasSize(8_000);

            client.socket().text("40/n0," + "{\"token\":\"" + "x".repeat(1_000_000) + "\"}");
            client.socket().expectClose(1009);
            assertThat(next(ends(here))).isEqualTo(DisconnectReason.TRANSPORT_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRET, ""})
    @DisplayName("sec-W21: what a handler throws is told to nobody, not even that it had no message")
    void failuresOfHandlersAreNotTold(String message) throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            assertThat(client.ask("[\"fail\",\"" + message + "\"]")).isEqualTo("[{\"error\":\"Internal error\"}]");
            assertThat(client.ask("[\"echo\",1]")).isEqualTo("[1]");

            client.socket().text("42[\"fail\",\"" + message + "\"]").text("42[\"leave me\"]");
            RawWebSocket.Frame frame = client.socket().read();
            while (frame.opcode() == 1) {
                assertThat(frame.text()).isEqualTo("41");
                frame = client.socket().read();
            }
            assertThat(frame.opcode()).isEqualTo(8);
            assertThat(frame.payload()).as("a code at the most, never a text").hasSizeLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/failing", "/silent"})
    @DisplayName("sec-W21: what a middleware throws is not told either")
    void failuresOfMiddlewaresAreNotTold(String namespace) throws Exception {
        try (PacketClient client = PacketClient.connect(server)) {
            client.socket().text("40" + namespace + ",");

            assertThat(client.socket().read().text())
                    .startsWith("44" + namespace + ",{\"message\":")
                    .doesNotContain("SELECT", "IllegalState", "null");
            assertThat(client.ask("[\"echo\",1]")).isEqualTo("[1]");
        }
    }

    @Test
    @DisplayName("sec-K20: ids of events that are never answered cost nothing and count against nothing")
    void unansweredEventsCostNothing() throws Exception {
        try (PacketClient bystander = PacketClient.connect(server);
                PacketClient client = PacketClient.connect(server)) {
            here(client).on("forget", (arguments, ack) -> {});
            for (int round = 0; round < EVENTS / 1000; round++) {
                int first = 1000 * round;
                client.socket().texts(IntStream.range(first, first + 1000).mapToObj(id -> "42" + id + "[\"forget\"]"));
                if (round % 100 == 0) {
                    bystander.check();
                }
            }
            assertThat(bystander.ask("[\"echo\",1]")).isEqualTo("[1]");
            client.askFrom(EVENTS);
            assertThat(client.ask("[\"echo\",\"after all of them\"]")).isEqualTo("[\"after all of them\"]");

            // The table of answers that the client owes has ten places, and all are free.
            CompletableFuture<String> answer =
                    here(client).emitWithAckAsync(String.class, "question").toCompletableFuture();
            assertThat(client.socket().read().text()).isEqualTo("420[\"question\"]");
            client.socket().text("430[\"here\"]");
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("here");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "*",
                "a#b#",
                "chat#evil#",
                "a:b",
                "{tag}",
                "line\nbreak",
                "nul\u0000",
                "[a-z]?",
                "",
                "../x",
                "LONG"
            })
    @DisplayName("sec-K26: a room is its name, whatever the characters, and no other room or namespace")
    void roomNamesAreTakenAsTheyAre(String name) throws Exception {
        String room = name.equals("LONG") ? "x".repeat(512) : name;
        try (PacketClient inside = PacketClient.connect(server);
                PacketClient outside = PacketClient.connect(server)) {
            assertThat(inside.ask("[\"join\"," + JSON.writeValueAsString(room) + "]"))
                    .isEqualTo("[]");
            for (String other : List.of("chat", "a", "b", "abc", "tag", "evil", "x")) {
                assertThat(outside.ask("[\"join\",\"" + other + "\"]")).isEqualTo("[]");
            }
            io.of("/n0").to(room).emit("told", "other namespace");
            io.to(room).emit("told", Map.of());
            io.emit("told", "end");

            assertThat(inside.socket().read().text()).isEqualTo("42[\"told\",{}]");
            assertThat(inside.socket().read().text()).isEqualTo("42[\"told\",\"end\"]");
            assertThat(outside.socket().read().text()).isEqualTo("42[\"told\",\"end\"]");
        }
    }
}
