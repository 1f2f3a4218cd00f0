package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionIds;
import dev.roost.server.EchoCluster;
import dev.roost.server.EngineEcho;
import dev.roost.server.EngineEcho.Wire;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.RoundRobinProxy;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How what passes through another process ends. Spec: design "No sticky sessions", "Drain". */
@ExtendWith(NothingLeft.class)
class ForwardedEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UNKNOWN = "{\"code\":1,\"message\":\"Session ID unknown\"}";
    private static final int DEATHS = 200;
    private static final int GOING_AWAY = 1001;
    private static final EchoCluster CLUSTER = new EchoCluster();
    private static EngineEcho owner;

    @BeforeAll
    static void start() {
        owner = EngineEcho.start(config(), EngineHooks.NONE, CLUSTER);
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    private static SocketIoConfig config() {
        return EngineEcho.settings()
                .set(Settings.OUTBOX_MAX_BYTES, 256 * 1024L)
                .set(LimitSettings.WRITE_TIMEOUT, Duration.ofSeconds(2))
                .build();
    }

    private static EngineEcho entry(Wire wire) {
        return EngineEcho.start(config(), EngineHooks.NONE, CLUSTER, wire);
    }

    private static NodeId ownersNode(PollingClient client) {
        return SessionIds.nodeOf(client.sid()).orElseThrow();
    }

    private static RoundRobinProxy line() throws IOException {
        String address = owner.internalAddress();
        return RoundRobinProxy.before(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
    }

    private static RawWebSocket upgraded(EngineEcho through, String sid) throws IOException {
        RawWebSocket socket = RawWebSocket.probe(through, sid).patience(PATIENCE);
        socket.text("2probe");
        assertThat(socket.read().text()).isEqualTo("3probe");
        return socket.text("5");
    }

    /** A long text frame masked with zeros. */
    private static byte[] frame(String message) {
        byte[] payload = message.getBytes(UTF_8);
        return ByteBuffer.allocate(14 + payload.length)
                .put((byte) 0x81)
                .put((byte) 0xff)
                .putLong(payload.length)
                .putInt(0)
                .put(payload)
                .array();
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerThatDiesEndsItsClientsHoweverOftenAndInWhateverWay(Wire wire) throws Exception {
        String address = owner.internalAddress();
        EngineEcho entry = entry(wire);
        int deaths = wire == Wire.TLS ? DEATHS / 5 : DEATHS;
        for (int round = 0; round < deaths; round++) {
            PollingClient polling = PollingClient.open(owner.port());
            NodeId node = ownersNode(polling);
            RoundRobinProxy line = line();
            CLUSTER.moved(node, "127.0.0.1:" + line.port());
            try (RawWebSocket client = upgraded(entry, polling.sid())) {
                client.echo("a");
                if (round % 3 == 1) {
                    // Something is under way in both directions, and nobody reads it.
                    client.send(frame("4" + "x".repeat(70_000 + round)));
                }

                if (round % 2 == 0) {
                    line.close();
                } else {
                    line.reset();
                }

                client.awaitEnd();
                owner.awaitClosed(polling.sid());
            } finally {
                line.close();
                CLUSTER.moved(node, address);
            }
        }
        Awaitility.await().until(() -> entry.holdings().get("forwarded") == 0);
        entry.close();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatTakesNothingIsGivenUpAfterItsOwner(Wire wire) throws Exception {
        EngineEcho entry = entry(wire);
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry, polling.sid())) {
            byte[] message = frame("4" + "x".repeat(90_000));
            // More than any buffers of the system hold on the way; the end of the connection breaks it off.
            Thread sender = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        client.send(message);
                    }
                } catch (IOException e) {
                    // the session is over
                }
            });

            assertThat(owner.awaitClosed(polling.sid()).description()).startsWith("outbox.max-bytes is ");
            Awaitility.await().atMost(PATIENCE).until(() -> entry.holdings().get("forwarded") == 0);
            client.http().reset();
            sender.join();
        }
        entry.close();
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatLeavesClosesWebSocketsOfOthersInGoodOrder(Wire wire) throws Exception {
        EngineEcho entry = entry(wire);
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry, polling.sid())) {
            client.echo("a");

            entry.leave();

            client.answerClose(GOING_AWAY);
            assertThat(owner.awaitClosed(polling.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
        }
        Awaitility.await().until(() -> entry.holdings().get("forwarded") == 0);
        entry.close();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatMissesCloseFramesIsSentTheEndOfItsConnection(Wire wire) throws Exception {
        String agent = "User-Agent: okhttp/3.12.12\r\n";
        EngineEcho entry = entry(wire);
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket direct = RawWebSocket.open(entry, RawWebSocket.TARGET, agent);
                RawWebSocket through =
                        RawWebSocket.connect(entry, RawWebSocket.TARGET + "&sid=" + polling.sid(), agent)) {
            through.text("2probe");
            assertThat(through.read().text()).isEqualTo("3probe");
            through.text("5").echo("a");

            entry.session(direct.sid()).close(CloseReason.SERVER_SHUTTING_DOWN);
            entry.leave();

            direct.expectEnd();
            through.expectEnd();
        }
        owner.awaitClosed(polling.sid());
        Awaitility.await().until(() -> entry.holdings().get("forwarded") == 0);
        entry.close();
    }

    @Test
    void theCloseFrameOfAProcessThatLeavesComesAfterAWholeFrame() throws Exception {
        for (int round = 0; round < 20; round++) {
            EngineEcho entry = entry(Wire.REACTOR);
            PollingClient polling = PollingClient.open(owner.port());
            try (RawWebSocket client = upgraded(entry, polling.sid())) {
                byte[] message = frame("4" + "x".repeat(70_000 + round));
                client.send(message, message, message);
                assertThat(client.read().payload()).hasSize(70_001 + round);

                entry.leave();

                // Reads frame by frame.
                client.answerClose(GOING_AWAY);
                owner.awaitClosed(polling.sid());
            }
            entry.close();
        }
    }

    @Test
    void aPollThroughAProcessThatLeavesIsAnsweredAndTheSessionGoesOnElsewhere() throws Exception {
        EngineEcho entry = entry(Wire.REACTOR);
        PollingClient client = PollingClient.open(owner.port());
        try (RawHttp early = RawHttp.connect(entry.port());
                RawHttp other = RawHttp.connect(owner.port())) {
            early.send(client.get());
            Awaitility.await().until(() -> owner.session(client.sid()).writable());

            entry.leave();

            RawHttp.Response released = early.read();
            assertThat(released.text()).isEqualTo("6");
            assertThat(released.header("connection")).isEqualTo("close");
            assertThat(early.isAtEnd()).isTrue();
            assertThat(other.exchange(RawHttp.post(client.target(), "", "4still here"))
                            .text())
                    .isEqualTo("ok");
            assertThat(other.exchange(client.get()).text()).isEqualTo("4still here");
        }
        entry.close();
    }

    @Test
    void whoComesAnewToAProcessThatLeavesIsServedByAnother() throws Exception {
        EchoCluster cluster = new EchoCluster();
        EngineEcho entry = EngineEcho.start(config(), EngineHooks.NONE, cluster);
        EngineEcho other = EngineEcho.start(config(), EngineHooks.NONE, cluster);

        // Somebody who is no longer there, which the others may not know yet.
        cluster.moved(NodeId.random(), "127.0.0.1:1");

        entry.leave();

        for (int i = 0; i < 10; i++) {
            PollingClient client = PollingClient.open(entry.port());
            EngineSession session = other.session(client.sid());
            assertThat(session).isNotNull();
            session.discard(CloseReason.FORCED_CLOSE, "");
        }
        try (RawWebSocket socket = RawWebSocket.open(entry)) {
            assertThat(other.session(socket.sid())).isNotNull();
            socket.echo("hello");
            // Once the sessions of its own are gone it asks those to leave who came meanwhile.
            entry.leave();
            socket.answerClose(GOING_AWAY);
        }
        entry.close();
        other.close();
    }

    @Test
    void aHungOwnerThatIsOutOfSightIsAnUnknownSessionInTime() throws Exception {
        EchoCluster cluster = new EchoCluster();
        EngineEcho hung = EngineEcho.start(config(), EngineHooks.NONE, cluster);
        String address = hung.internalAddress();
        RoundRobinProxy line = RoundRobinProxy.before(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        PollingClient client = PollingClient.open(hung.port());
        cluster.moved(ownersNode(client), "127.0.0.1:" + line.port());
        EngineEcho entry = EngineEcho.start(config(), EngineHooks.NONE, cluster);
        try (RawHttp poll = RawHttp.connect(entry.port())) {
            poll.patience(PATIENCE);
            // It has to be seen before it is lost out of sight.
            Awaitility.await().until(() -> {
                cluster.left(ownersNode(client));
                boolean asked = RawHttp.once(entry.port(), RawHttp.post(client.target(), "", "4a"))
                        .text()
                        .equals("ok");
                if (!asked) {
                    cluster.moved(ownersNode(client), "127.0.0.1:" + line.port());
                }
                return asked;
            });
            assertThat(poll.exchange(client.get()).text()).isEqualTo("4a");
            poll.send(client.get());
            Awaitility.await().until(() -> hung.session(client.sid()).writable());

            line.hang();

            assertThat(poll.read().text()).isEqualTo(UNKNOWN);
        } finally {
            line.close();
        }
        entry.close();
        hung.close();
    }
}
