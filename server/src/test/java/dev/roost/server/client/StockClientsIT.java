package dev.roost.server.client;

import static dev.roost.server.client.PacketFormat.JSON;
import static dev.roost.server.client.StockClient.NPM_2_5;
import static dev.roost.server.client.StockClient.NPM_4_8;
import static dev.roost.server.client.Transports.POLLING;
import static dev.roost.server.client.Transports.POLLING_THEN_UPGRADE;
import static dev.roost.server.client.Transports.WEBSOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.namespace.DisconnectReason;
import dev.roost.core.packet.JsonPacketParser;
import dev.roost.core.packet.MsgpackPacketParser;
import dev.roost.server.NothingLeft;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.SocketIoServer;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every published client, with every transport, does what its users expect. */
@ExtendWith(NothingLeft.class)
class StockClientsIT {
    private static final Map<String, Object> EVERYONE = Map.of();

    private static final Conformance APPLICATION = new Conformance();
    private static final Map<PacketFormat, SocketIoServer> SERVERS = new EnumMap<>(PacketFormat.class);

    @RegisterExtension
    static final StockClients CLIENTS = new StockClients();

    /** One row of the matrix. */
    record Subject(StockClient client, Transports transports, PacketFormat format) {
        @Override
        public String toString() {
            return client + " " + transports + " " + format;
        }
    }

    static Stream<Subject> subjects() {
        return Arrays.stream(StockClient.values())
                .flatMap(client -> formats(client)
                        .flatMap(format -> Arrays.stream(Transports.values())
                                .map(transports -> new Subject(client, transports, format))));
    }

    private static Stream<PacketFormat> formats(StockClient client) {
        return switch (client) {
            case NPM_4_8, NPM_4_0, NPM_3_1, CHROMIUM -> Arrays.stream(PacketFormat.values());
            // There is no msgpack for these that a server of today would read.
            case NPM_2_5, MAVEN -> Stream.of(JSON);
        };
    }

    @BeforeAll
    static void start() {
        for (PacketFormat format : PacketFormat.values()) {
            SERVERS.put(
                    format,
                    SocketIoServer.builder()
                            .config(SocketIoConfig.builder()
                                    .heartbeat(Duration.ofSeconds(2), Duration.ofSeconds(6))
                                    .set(Settings.ALLOW_EIO3, true)
                                    .build())
                            .options(options -> options.parser(
                                    switch (format) {
                                        case JSON -> new JsonPacketParser();
                                        case MSGPACK -> new MsgpackPacketParser();
                                    }))
                            .host("127.0.0.1")
                            .port(0)
                            .application(APPLICATION)
                            .build()
                            .start());
        }
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(SocketIoServer::stop);
        SERVERS.clear();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void connectsAndUsesTheTransportItWasToldTo(Subject subject) {
        Client client = connect(subject, "/");

        assertThat(client.awaitConnected()).hasSize(20);
        String expected = subject.transports() == POLLING ? "polling" : "websocket";
        if (subject.transports() == POLLING_THEN_UPGRADE) {
            // The Java client does not tell of it.
            Awaitility.await()
                    .atMost(Reports.DEADLINE)
                    .until(() -> client.request("transport").equals(List.of(expected)));
        }
        assertThat(client.request("transport")).containsExactly(expected);
        assertThat(client.transport()).isEqualTo(expected);
        assertThat(client.request("answer", "still", "here")).containsExactly("still", "here");
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void hearsWhatIsSaidInItsRoomsOnly(Subject subject) {
        Client client = connected(subject, "/");
        Client other = connected(new Subject(NPM_4_8, WEBSOCKET, subject.format()), "/");
        assertThat(client.request("join", "red")).containsExactly(2);

        other.request("tell", Map.of("to", List.of("blue")), "to blue");
        other.request("tell", Map.of("to", List.of("red")), "to red");
        other.request("tell", Map.of("except", List.of("red")), "to all but red");
        other.request("tell", EVERYONE, "to all");
        assertThat(client.await("told")).containsExactly("to red");
        assertThat(client.await("told")).containsExactly("to all");

        assertThat(client.request("leave", "red")).containsExactly(1);
        other.request("tell", Map.of("to", List.of("red")), "to red again");
        client.request("tell", Map.of("others", true), "to the others");
        client.request("tell", EVERYONE, "the end");
        assertThat(client.await("told")).containsExactly("the end");
        assertThat(client.received()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void emitsAndAnswersInBothDirections(Subject subject) {
        Client client = connected(subject, "/");

        client.emit("echo", "Grüße, 鳥 👩‍🚀", 1, true, Arrays.asList(1, 2.5, null), Map.of("a", Map.of("b", "c")));
        assertThat(client.await("echo"))
                .containsExactly("Grüße, 鳥 👩‍🚀", 1, true, Arrays.asList(1, 2.5, null), Map.of("a", Map.of("b", "c")));
        client.emit("echo");
        assertThat(client.await("echo")).isEmpty();

        assertThat(client.request("answer")).isEmpty();
        assertThat(client.request("answer", 1, "two")).containsExactly(1, "two");

        client.answerWithWhatCame("question");
        assertThat(client.request("ask", "question", Map.of("what", "now"))).containsExactly(Map.of("what", "now"));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void carriesNestedBinaryInBothDirections(Subject subject) {
        Client client = connected(subject, "/");
        byte[] large = new byte[100_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        Map<String, Object> files =
                Map.of("files", List.of(Map.of("name", "a", "content", new byte[] {0, -1, 127}), new byte[0]));

        client.emit("echo", files, large, "and text");
        List<Object> echo = client.await("echo");
        assertThat(echo).hasSize(3);
        assertFiles(echo.get(0));
        assertThat(echo.get(1)).isEqualTo(large);
        assertThat(echo.get(2)).isEqualTo("and text");

        List<Object> answer = client.request("answer", new byte[] {1, 2}, files);
        assertThat(answer).hasSize(2);
        assertThat(answer.get(0)).isEqualTo(new byte[] {1, 2});
        assertFiles(answer.get(1));

        client.answerWithWhatCame("question");
        assertFiles(client.request("ask", "question", files).getFirst());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void isInTwoNamespacesOverOneConnection(Subject subject) throws Exception {
        Client main = connected(subject, "/");
        Client custom = main.of(Conformance.CUSTOM, Map.of());
        String customId = custom.awaitConnected();

        custom.request("tell", EVERYONE, "to custom");
        assertThat(custom.await("told")).containsExactly("to custom");
        custom.emit("echo", new byte[] {7});
        assertThat(custom.await("echo")).containsExactly(new byte[] {7});
        assertThat(main.received()).isEmpty();

        custom.disconnect();
        assertThat(custom.awaitDisconnected()).isEqualTo("io client disconnect");
        assertThat(APPLICATION.awaitGone(customId)).isEqualTo(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
        assertThat(main.request("answer", "still here")).containsExactly("still here");
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void learnsWhyItIsRefusedAndMayTryAgain(Subject subject) {
        Client refused = connect(subject, Conformance.GUARDED);

        Map<String, Object> data = Map.of("code", 401, "hints", List.of("open", "…"));
        if (subject.client() == NPM_2_5) {
            // It learns no more of a refusal than its data.
            assertThat(refused.await("$error")).containsExactly(data);
        } else {
            assertThat(refused.await("$connect_error"))
                    .containsExactly(Map.of("message", "who are you?", "data", data));
        }

        Client welcome = connect(subject, Conformance.GUARDED, Map.of("auth", Map.of("word", "sesame")));
        assertThat(welcome.awaitConnected()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void bothSidesLearnThatTheClientLeft(Subject subject) throws Exception {
        Client client = connect(subject, "/");
        String id = client.awaitConnected();

        client.disconnect();

        assertThat(client.awaitDisconnected()).isEqualTo("io client disconnect");
        assertThat(APPLICATION.awaitGone(id)).isEqualTo(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void bothSidesLearnThatTheServerSentItAway(Subject subject) throws Exception {
        Client client = connect(subject, "/");
        String id = client.awaitConnected();

        client.emit("send me away");
        assertThat(client.awaitDisconnected()).isEqualTo("io server disconnect");
        assertThat(APPLICATION.awaitGone(id)).isEqualTo(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void bothSidesLearnThatTheServerEndedTheConnection(Subject subject) throws Exception {
        Client main = connect(subject, "/");
        String id = main.awaitConnected();
        Client custom = main.of(Conformance.CUSTOM, Map.of());
        String customId = custom.awaitConnected();

        main.emit("send all of me away");
        assertThat(main.awaitDisconnected()).isEqualTo("io server disconnect");
        assertThat(custom.awaitDisconnected()).isEqualTo("io server disconnect");
        assertThat(APPLICATION.awaitGone(id)).isEqualTo(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
        assertThat(APPLICATION.awaitGone(customId)).isEqualTo(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void comesBackAfterTheConnectionWasDropped(Subject subject) throws Exception {
        Client client = connect(subject, "/");
        String id = client.awaitConnected();

        client.emit("drop me");

        // The Java client does not see that a WebSocket was closed; it misses the heartbeat.
        assertThat(client.awaitDisconnected()).isIn("transport close", "transport error", "ping timeout");
        assertThat(APPLICATION.awaitGone(id)).isEqualTo(DisconnectReason.FORCED_CLOSE);
        assertThat(client.awaitConnected()).isNotEqualTo(id);
        assertThat(client.request("answer", "back")).containsExactly("back");
    }

    private static void assertFiles(Object value) {
        List<?> files = (List<?>) ((Map<?, ?>) value).get("files");
        assertThat(files).hasSize(2);
        assertThat(((Map<?, ?>) files.get(0)).get("name")).isEqualTo("a");
        assertThat(((Map<?, ?>) files.get(0)).get("content")).isEqualTo(new byte[] {0, -1, 127});
        assertThat(files.get(1)).isEqualTo(new byte[0]);
    }

    private static Client connect(Subject subject, String namespace) {
        return connect(subject, namespace, Map.of());
    }

    private static Client connect(Subject subject, String namespace, Map<String, ?> options) {
        SocketIoServer server = Objects.requireNonNull(SERVERS.get(subject.format()));
        URI url = URI.create("http://127.0.0.1:" + server.port() + namespace);
        return CLIENTS.connect(subject.client(), url, subject.transports(), subject.format(), options);
    }

    private static Client connected(Subject subject, String namespace) {
        Client client = connect(subject, namespace);
        client.awaitConnected();
        return client;
    }
}
