package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.engine.Transport;
import dev.roost.server.EchoCluster;
import dev.roost.server.EngineEcho;
import dev.roost.server.EngineEcho.Wire;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spec: design "No sticky sessions"; engine-io 6 and 7. */
@ExtendWith(NothingLeft.class)
class ForwardedUpgradeTest {
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling&sid=SID";
    private static final String TARGET = "/engine.io/?EIO=4&transport=websocket&sid=SID";
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private static final String HANDSHAKE =
            UPGRADE + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final EchoCluster CLUSTER = new EchoCluster();
    private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();
    private static EngineEcho owner;
    private static EngineEcho entry;
    private static EngineEcho streaming;
    private static EngineEcho encrypted;

    @BeforeAll
    static void start() {
        owner = EngineEcho.start(config(), hooks(), CLUSTER);
        entry = EngineEcho.start(config(), hooks(), CLUSTER);
        streaming = EngineEcho.start(config(), hooks(), CLUSTER, Wire.STREAM);
        encrypted = EngineEcho.start(config(), hooks(), CLUSTER, Wire.TLS);
    }

    private static SocketIoConfig config() {
        return EngineEcho.settings()
                .set(Settings.OUTBOX_MAX_BYTES, 256 * 1024L)
                .corsOrigins("http://listed.example")
                .build();
    }

    private static EngineHooks hooks() {
        return EngineHooks.builder()
                .use((request, response) -> {
                    response.header("X-Middleware", request.method());
                    if (request.url().contains("tell=who")) {
                        SEEN.add(request.peerAddress() + " " + request.secure() + " " + request.header("x-custom"));
                    }
                })
                .build();
    }

    @AfterAll
    static void stop() {
        owner.close();
        entry.close();
        streaming.close();
        encrypted.close();
    }

    private static EngineEcho entry(Wire wire) {
        return switch (wire) {
            case REACTOR -> entry;
            case STREAM -> streaming;
            case TLS -> encrypted;
        };
    }

    private static RawWebSocket upgraded(EngineEcho through, String sid) throws IOException {
        RawWebSocket socket = RawWebSocket.probe(through, sid);
        socket.text("2probe");
        assertThat(socket.read().text()).isEqualTo("3probe");
        return socket.text("5");
    }

    @ParameterizedTest
    @EnumSource
    void tenThousandMessagesAndBinaryPassInOrderThroughAnotherProcess(Wire wire) throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry(wire), polling.sid())) {
            for (int batch = 0; batch < 100; batch++) {
                byte[][] frames = new byte[101][];
                for (int i = 0; i < 100; i++) {
                    frames[i] = frame(TEXT, ("4message " + (100 * batch + i)).getBytes(UTF_8));
                }
                frames[100] = frame(BINARY, new byte[] {1, 2, (byte) batch});
                client.send(frames);
                for (int i = 0; i < 100; i++) {
                    assertThat(client.read().text()).isEqualTo("4message " + (100 * batch + i));
                }
                assertThat(client.read().payload()).containsExactly(1, 2, batch);
            }
            assertThat(transport(polling)).isEqualTo(Transport.Name.WEBSOCKET);
        }

        assertThat(owner.awaitClosed(polling.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
    }

    private static Transport.@Nullable Name transport(PollingClient client) {
        EngineSession session = owner.session(client.sid());
        return session == null ? null : session.transport();
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfTwoHundredKilobytesPassWhole(Wire wire) throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry(wire), polling.sid())) {
            for (int i = 0; i < 20; i++) {
                String message = "4" + i + "x".repeat(200_000);
                client.send(frame(TEXT, message.getBytes(UTF_8)));
                assertThat(client.read().text()).isEqualTo(message);
            }
        }
        owner.awaitClosed(polling.sid());
    }

    @ParameterizedTest
    @EnumSource
    void aSessionThatTheOwnerClosesClosesTheClientWithACloseFrame(Wire wire) throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry(wire), polling.sid())) {
            client.echo("a");
            EngineSession session = owner.session(polling.sid());
            assertThat(session).isNotNull();

            session.close(CloseReason.FORCED_CLOSE);

            assertThat(client.read().opcode()).isEqualTo(CLOSE);
            client.send(frame(CLOSE, new byte[0]));
            client.expectEnd();
        }
        owner.awaitClosed(polling.sid());
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerThatDiesEndsTheClientsConnection(Wire wire) throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        NodeId node = SessionIds.nodeOf(polling.sid()).orElseThrow();
        String address = owner.internalAddress();
        RoundRobinProxy line = RoundRobinProxy.before(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        // An entry of its own: the others have links that do not pass the line.
        EngineEcho fresh = EngineEcho.start(config(), hooks(), CLUSTER, wire);
        CLUSTER.moved(node, "127.0.0.1:" + line.port());
        try (RawWebSocket client = upgraded(fresh, polling.sid())) {
            client.echo("a");

            line.close();

            client.expectEnd();
            owner.awaitClosed(polling.sid());
        } finally {
            line.close();
            CLUSTER.moved(node, address);
            fresh.close();
        }
    }

    @Test
    void theUpgradeOfTheOwnersClientIsSeenWithItsAddress() throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        try (RawHttp http = RawHttp.connectFrom("127.0.0.78", entry.port())) {
            RawHttp.Response response = http.exchange(RawHttp.get(
                    TARGET.replace("SID", polling.sid()) + "&tell=who",
                    HANDSHAKE + "X-Custom: c\r\nX-Roost-Client: https 9.9.9.9\r\n"));

            assertThat(response.status()).isEqualTo(101);
        }
        assertThat(SEEN.poll(10, TimeUnit.SECONDS)).isEqualTo("127.0.0.78 false c");
    }

    private static Map<String, String> exchange(int port, String request, String sid) throws IOException {
        try (RawHttp http = RawHttp.connect(port)) {
            RawHttp.Response response = http.exchange(request.replace("SID", sid));
            Map<String, String> seen = new LinkedHashMap<>(response.headers());
            seen.remove("date");
            seen.put("status", response.statusLine());
            seen.put("body", response.text());
            if (response.status() != 101) {
                seen.put("closed", String.valueOf("close".equals(seen.get("connection")) && http.isAtEnd()));
            }
            return seen;
        }
    }

    @Test
    void answersToHandshakesAreThoseOfTheOwnerFieldByField() throws Exception {
        List<String> requests = new ArrayList<>();
        for (String origin : List.of("", "Origin: http://listed.example\r\n", "Origin: http://foreign.example\r\n")) {
            requests.add(RawHttp.get(TARGET, HANDSHAKE + origin));
            requests.add(RawHttp.get(TARGET, HANDSHAKE.replace("13", "8") + origin));
            requests.add(RawHttp.get(TARGET, HANDSHAKE.replace("dGhl", "") + origin));
            requests.add(RawHttp.get(TARGET, HANDSHAKE.replace("websocket", "WebSocket") + origin));
            requests.add(RawHttp.get(TARGET, HANDSHAKE.replace("Upgrade\r\n", "keep-alive\r\n") + origin));
            requests.add(RawHttp.get(TARGET.replace("EIO=4", "EIO=3"), HANDSHAKE + origin));
            requests.add(RawHttp.get(TARGET.replace("websocket", "abc"), HANDSHAKE + origin));
            requests.add(RawHttp.get(POLLING, HANDSHAKE + origin));
            requests.add(RawHttp.get(TARGET + "x", HANDSHAKE + origin));
        }
        for (String request : requests) {
            String direct = PollingClient.open(owner.port()).sid();
            String forwarded = PollingClient.open(owner.port()).sid();

            assertThat(exchange(entry.port(), request, forwarded))
                    .as(request)
                    .isEqualTo(exchange(owner.port(), request, direct));
        }
    }

    @Test
    void aHandshakeForAnOwnerThatIsGoneIsRefusedAsAnUnknownSession() throws Exception {
        EchoCluster cluster = new EchoCluster();
        EngineEcho gone = EngineEcho.start(config(), hooks(), cluster);
        try (EngineEcho left = EngineEcho.start(config(), hooks(), cluster)) {
            String sid = PollingClient.open(gone.port()).sid();
            gone.close();

            assertThat(exchange(left.port(), RawHttp.get(TARGET, HANDSHAKE), sid))
                    .containsEntry("status", "HTTP/1.1 400 Bad Request")
                    .containsEntry("body", "Session ID unknown");
        }
    }

    /** A frame masked with zeros. */
    private static byte[] frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    @Test
    void aClientThatDoesNotReadIsFeltByTheOwnersOutbox() throws Exception {
        PollingClient polling = PollingClient.open(owner.port());
        try (RawWebSocket client = upgraded(entry, polling.sid())) {
            byte[] message = frame(TEXT, ("4" + "x".repeat(100_000)).getBytes(UTF_8));

            // More than any buffers of the system hold on the way; the end of the session breaks it off.
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
            client.http().reset();
            sender.join();
        }
    }
}
