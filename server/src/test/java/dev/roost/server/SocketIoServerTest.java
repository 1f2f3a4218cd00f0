package dev.roost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeIdTakenException;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.packet.MsgpackPacketParser;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
class SocketIoServerTest {
    private static final String TARGET = "/socket.io/?EIO=4&transport=polling";

    private static SocketIoServer.Builder server() {
        return SocketIoServer.builder()
                .config(settings().build())
                .host("127.0.0.1")
                .port(0);
    }

    /** Clients of these tests that have no GET waiting would hold the end of the server for 20 seconds. */
    private static SocketIoConfig.Builder settings() {
        return SocketIoConfig.builder().set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300));
    }

    private static SocketIoServer.Builder server(FakeAdapters adapters) {
        return server().config(settings().adapter(FakeAdapters.NAME).build()).adapterFactory(adapters);
    }

    private static RawHttp.Response get(int port, String target) throws IOException {
        return RawHttp.once(port, RawHttp.get(target, ""));
    }

    @Test
    @DisplayName("sec-O3: a server that checks no origin says so once when it starts")
    void originCheckThatIsOffIsWarnedOf() {
        try (Warnings warnings = Warnings.listen()) {
            server().build().start().close();
            assertThat(warnings.messages()).isEmpty();

            SocketIoConfig unchecked = settings()
                    .set(Settings.CORS_ORIGIN_CHECK, Settings.OriginCheck.OFF)
                    .build();
            server().config(unchecked).build().start().close();
            assertThat(warnings.messages()).singleElement().asString().contains("socketio.cors.origin-check is off");
        }
    }

    @Test
    @DisplayName("sec-S4: a request from another address than the handshake's is counted")
    void requestsFromElsewhereAreCounted() throws Exception {
        SocketIoConfig config =
                settings().set(Settings.TRUSTED_PROXIES, List.of("127.0.0.1")).build();
        try (SocketIoServer server = server().config(config).build().start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);
            assertThat(client.post("40").text()).isEqualTo("ok");
            assertThat(server.metrics().lines()).contains("roost_requests_elsewhere_total{path=\"/socket.io\"} 0");

            RawHttp.once(server.port(), RawHttp.get(client.target(), "X-Forwarded-For: 192.0.2.1\r\n"));

            assertThat(server.metrics().lines()).contains("roost_requests_elsewhere_total{path=\"/socket.io\"} 1");
        }
    }

    @Test
    void anApplicationIsConfiguredAndItsNamespaceIsServed() throws Exception {
        try (SocketIoServer server = server().application(io -> io.onConnection(socket -> socket.emit("welcome")))
                .build()
                .start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);

            assertThat(client.post("40").text()).isEqualTo("ok");

            assertThat(client.poll().text()).startsWith("40{\"sid\":");
        }
    }

    @Test
    void theClusterIsJoinedBeforeAnybodyCanConnect() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        AtomicReference<Throwable> whileJoining = new AtomicReference<>();
        FakeAdapters adapters = new FakeAdapters(self -> {
            try (Socket early = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(early.isConnected()).isTrue();
            } catch (IOException e) {
                whileJoining.set(e);
            }
        });

        try (SocketIoServer server = server(adapters).port(port).build().start()) {
            assertThat(whileJoining.get()).isInstanceOf(ConnectException.class);
            assertThat(server.ready()).isTrue();
        }

        assertThat(adapters.closed).isEqualTo(adapters.joined);
    }

    @Test
    void aNodeWhoseIdIsTakenDrawsAnotherAndItsSessionsCarryThatOne() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        FakeAdapters adapters = new FakeAdapters(self -> {
            if (attempts.incrementAndGet() < 3) {
                throw new NodeIdTakenException(self.id());
            }
        });

        try (SocketIoServer server = server(adapters).build().start()) {
            String sid = PollingClient.open(server.port(), TARGET).sid();

            assertThat(adapters.joined).hasSize(1);
            assertThat(adapters.closed).hasSize(2).doesNotContainAnyElementsOf(adapters.joined);
            assertThat(SessionIds.nodeOf(sid)).contains(adapters.joined.get(0).id());
        }
    }

    @Test
    void aClusterThatCannotBeJoinedFailsTheStartWithItsOwnMessage() {
        SocketIoServer server = server(new FakeAdapters(self -> {
                    throw new AdapterException("nobody at 192.0.2.1:1");
                }))
                .build();

        assertThatThrownBy(server::start).isInstanceOf(AdapterException.class).hasMessage("nobody at 192.0.2.1:1");
    }

    @Test
    void anUnknownAdapterIsRefusedWithTheNamesThereAre() {
        SocketIoServer.Builder builder =
                server().config(SocketIoConfig.builder().adapter("rabbit").build());

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("socketio.adapter")
                .hasMessageContaining("'rabbit'")
                .hasMessageContaining("memory");
    }

    @Test
    void anUnknownKeyOfAnAdapterIsRefusedWithTheKeysThereAreEvenIfItIsNotInUse() {
        SocketIoServer.Builder builder = server().config(SocketIoConfig.builder()
                        .adapterValue(FakeAdapters.NAME, "unknown", "1")
                        .build())
                .adapterFactory(new FakeAdapters(self -> {}));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("socketio.fake.unknown")
                .hasMessageContaining("known");
    }

    @Test
    @DisplayName("S14: a stop tells clients that the server is shutting down")
    void aDrainRefusesNewClientsAndTellsThoseItHas() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        try (SocketIoServer server = server().application(io -> io.onConnection(
                        socket -> socket.onDisconnect((why, description) -> reason.complete(why.toString()))))
                .build()
                .start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);
            client.post("40");
            client.poll();
            try (RawHttp waiting = client.startPoll()) {
                assertThat(get(server.port(), "/observe/health/ready").status()).isEqualTo(200);

                server.drain();

                assertThat(waiting.read().text()).isEqualTo("1");
                assertThat(reason.get(10, TimeUnit.SECONDS)).isEqualTo("server shutting down");
                assertThat(get(server.port(), TARGET).status()).isEqualTo(503);
                assertThat(get(server.port(), "/observe/health/ready").status()).isEqualTo(503);
                assertThat(get(server.port(), "/observe/health/live").status()).isEqualTo(200);
                assertThat(server.ready()).isFalse();
            }
        }
    }

    @Test
    void aClientThatDoesNotListenHoldsADrainNoLongerThanItsTimeout() throws Exception {
        SocketIoConfig config = SocketIoConfig.builder()
                .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                .build();
        try (SocketIoServer server = server().config(config).build().start()) {
            PollingClient.open(server.port(), TARGET);
            long before = System.nanoTime();

            server.drain();

            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        }
    }

    @Test
    void disconnectHandlersHaveRunBeforeTheClusterIsLeft() throws Exception {
        CompletableFuture<Void> handled = new CompletableFuture<>();
        FakeAdapters adapters = new FakeAdapters(node -> {});
        SocketIoServer server = server(adapters)
                .application(io -> io.onConnection(socket -> socket.onDisconnect((reason, description) -> {
                    // A slow handler: the end of the server waits for it.
                    new CompletableFuture<Void>()
                            .completeOnTimeout(null, 200, TimeUnit.MILLISECONDS)
                            .join();
                    assertThat(adapters.closed).isEmpty();
                    handled.complete(null);
                })))
                .build()
                .start();
        PollingClient client = PollingClient.open(server.port(), TARGET);
        client.post("40");
        client.poll();

        server.stop();

        assertThat(handled).isCompleted();
        assertThat(adapters.closed).hasSize(1);
    }

    @Test
    void metricsShowSessionsPacketsAndTheCluster() throws Exception {
        try (SocketIoServer server = server().build().start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);
            client.post("40");
            client.poll();

            assertThat(server.metrics().lines())
                    .contains(
                            "roost_sessions{path=\"/socket.io\",transport=\"polling\"} 1",
                            "roost_sessions{path=\"/socket.io\",transport=\"websocket\"} 0",
                            "roost_sockets{path=\"/socket.io\"} 1",
                            "roost_nodes{path=\"/socket.io\"} 1",
                            "roost_ready{path=\"/socket.io\"} 1",
                            "roost_sessions_opened_total{path=\"/socket.io\"} 1",
                            "roost_packets_received_total{path=\"/socket.io\"} 1",
                            "# TYPE roost_packets_received_total counter");
        }
    }

    @Test
    @DisplayName("K06: the parts below a socket")
    void aSocketKnowsItsConnectionAndItsRequest() throws Exception {
        CompletableFuture<List<Object>> seen = new CompletableFuture<>();
        try (SocketIoServer server = server().application(io -> io.onConnection(socket -> seen.complete(List.of(
                        socket.connection().id(),
                        socket.connection().transport().wire(),
                        socket.handshake().url(),
                        socket.handshake().address()))))
                .build()
                .start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);
            client.post("40");
            client.poll();

            assertThat(seen.get(10, TimeUnit.SECONDS)).containsExactly(client.sid(), "polling", TARGET, "127.0.0.1");
        }
    }

    @Test
    @DisplayName("P08, P09: another parser, here msgpack, takes the place of the standard one")
    void packetsMayHaveAnotherFormat() throws Exception {
        try (SocketIoServer server = server().options(options -> options.parser(new MsgpackPacketParser()))
                .application(io -> io.onConnection(socket -> {}))
                .build()
                .start()) {
            PollingClient client = PollingClient.open(server.port(), TARGET);
            byte[] connect = {
                (byte) 0x82, (byte) 0xa4, 't', 'y', 'p', 'e', 0, (byte) 0xa3, 'n', 's', 'p', (byte) 0xa1, '/'
            };

            client.post("b" + Base64.getEncoder().encodeToString(connect));

            String answer = client.poll().text();
            assertThat(answer).startsWith("b");
            assertThat(new String(Base64.getDecoder().decode(answer.substring(1)), ISO_8859_1))
                    .startsWith("\u0083\u00a4type\u0000")
                    .contains("\u00a3sid\u00b4");
        }
    }

    @Test
    @DisplayName("E74: after a stop the port is free for the next server, upgrades and all")
    void theNextServerTakesOverThePort() throws Exception {
        SocketIoServer first = server().build().start();
        int port = first.port();
        first.stop();

        try (SocketIoServer second = server().port(port).build().start();
                RawHttp http = RawHttp.connect(second.port())) {
            String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

            assertThat(http.exchange(RawHttp.get("/socket.io/?EIO=4&transport=websocket", upgrade))
                            .status())
                    .isEqualTo(101);
        }
    }

    @Test
    @DisplayName("S15: a second stop does nothing, and there is no second start")
    void aServerStartsOnce() {
        SocketIoServer server = server().build().start();
        server.stop();
        server.stop();

        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    }
}
