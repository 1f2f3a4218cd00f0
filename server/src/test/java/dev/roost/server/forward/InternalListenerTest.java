package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.SessionIds;
import dev.roost.server.Bystander;
import dev.roost.server.EchoCluster;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.http.EngineHooks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and mistaken peers. Spec: security "bystander check", H14, H15. */
@ExtendWith(NothingLeft.class)
class InternalListenerTest {
    private static final String SECRET = "the secret";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final EchoCluster CLUSTER = new EchoCluster();
    private static EngineEcho server;
    private static NodeId node;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start(config(SECRET), EngineHooks.NONE, CLUSTER);
        node = SessionIds.nodeOf(PollingClient.open(server.port()).sid()).orElseThrow();
    }

    private static SocketIoConfig config(String secret) {
        return EngineEcho.settings().set(Settings.CLUSTER_SECRET, secret).build();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static InetSocketAddress address() {
        return PeerAddress.parse(server.internalAddress()).resolve();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] hello(NodeId owner) {
        return ByteBuffer.allocate(Greeting.HELLO_BYTES)
                .put("Roost/1\n".getBytes(US_ASCII))
                .putInt(owner.value())
                .array();
    }

    /** Sends bytes, and returns what came until the other side closed. */
    private static byte[] answerTo(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(bytes);
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                // a reset is a refusal too
            }
            return answer.toByteArray();
        }
    }

    private static List<byte[]> hostile() {
        Random random = new Random(1);
        List<byte[]> hostile = new ArrayList<>();
        for (int length : new int[] {8, 28, 100, 5000, 1 << 20}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            hostile.add(bytes);
        }
        hostile.add("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
        hostile.add(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
        hostile.add("Roost/2\n".getBytes(US_ASCII));
        return hostile;
    }

    @Test
    void whatIsNoGreetingIsClosedWithoutAWordAndCounted() throws Exception {
        try (Bystander bystander = Bystander.connect(server.port())) {
            for (byte[] bytes : hostile()) {
                long refused = CLUSTER.counted(PeerConnections.REFUSED);

                assertThat(answerTo(bytes))
                        .as(new String(bytes, 0, 8, US_ASCII))
                        .isEmpty();

                Awaitility.await().until(() -> CLUSTER.counted(PeerConnections.REFUSED) == refused + 1);
                bystander.check();
            }
        }
    }

    @Test
    void aWrongProofIsClosedAfterTheChallengeAndCounted() throws Exception {
        long refused = CLUSTER.counted(PeerConnections.REFUSED);
        byte[] wrong = new byte[Greeting.HELLO_BYTES + PeerSecret.PROOF_BYTES];
        System.arraycopy(hello(node), 0, wrong, 0, Greeting.HELLO_BYTES);

        assertThat(answerTo(wrong)).hasSize(Greeting.NONCE_BYTES);
        assertThatThrownBy(() -> PeerLink.connect(address(), node, new Greeting(new PeerSecret("wrong")), PATIENCE))
                .isInstanceOf(IOException.class);

        Awaitility.await().until(() -> CLUSTER.counted(PeerConnections.REFUSED) == refused + 2);
    }

    @Test
    void aProofIsGoodForOneConnectionOnly() throws Exception {
        PeerSecret secret = new PeerSecret(SECRET);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(node));
            byte[] challenge = socket.getInputStream().readNBytes(Greeting.NONCE_BYTES);
            byte[] proof = secret.proof(PeerSecret.Role.ENTRY, node, new byte[16], challenge);

            byte[] replayed =
                    ByteBuffer.allocate(60).put(hello(node)).put(proof).array();
            assertThat(answerTo(replayed)).hasSize(Greeting.NONCE_BYTES);

            socket.getOutputStream().write(proof);
            assertThat(socket.getInputStream().readNBytes(PeerSecret.PROOF_BYTES))
                    .isEqualTo(secret.proof(PeerSecret.Role.OWNER, node, new byte[16], challenge));
        }
    }

    @Test
    void theOwnersProofIsNoProofOfAnEntry() {
        PeerSecret secret = new PeerSecret(SECRET);
        byte[] mine = new byte[16];
        byte[] theirs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        byte[] proof = secret.proof(PeerSecret.Role.OWNER, node, mine, theirs);

        assertThat(secret.isProof(proof, PeerSecret.Role.OWNER, node, mine, theirs))
                .isTrue();
        assertThat(secret.isProof(proof, PeerSecret.Role.ENTRY, node, mine, theirs))
                .isFalse();
        assertThat(secret.isProof(proof, PeerSecret.Role.OWNER, new NodeId(~node.value()), mine, theirs))
                .isFalse();
        assertThat(new PeerSecret("").isProof(proof, PeerSecret.Role.OWNER, node, mine, theirs))
                .isFalse();
    }

    @Test
    void greetingsThatDoNotComeToAnEndAreClosedInTime() throws Exception {
        byte[] start = ByteBuffer.allocate(100).put(hello(node)).array();
        List<Socket> sockets = new ArrayList<>();
        try (Bystander bystander = Bystander.connect(server.port())) {
            long begun = System.nanoTime();
            for (int bytes : new int[] {0, 1, 8, 28, 40}) {
                for (int i = 0; i < 20; i++) {
                    Socket socket = connect();
                    sockets.add(socket);
                    socket.getOutputStream().write(start, 0, bytes);
                }
            }
            bystander.check();
            for (Socket socket : sockets) {
                socket.getInputStream().readAllBytes();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aPeerWithTheSecretIsKeptToTheLimitsOfHttp() throws Exception {
        String huge = "GET /engine.io/?EIO=4&transport=polling&sid=a HTTP/1.1\r\nHost: a\r\nX-A: " + "x".repeat(30_000)
                + "\r\n\r\n";
        PeerLink link = PeerLink.connect(address(), node, new Greeting(new PeerSecret(SECRET)), PATIENCE);
        try {
            link.write(huge.getBytes(UTF_8), huge.length());

            assertThat(link.readHead().status()).isIn(400, 431);
        } finally {
            link.abort();
        }
    }

    @Test
    void whatComesToTheListenerIsNeverPassedOn() throws Exception {
        try (EngineEcho other = EngineEcho.start(config(SECRET), EngineHooks.NONE, CLUSTER)) {
            PollingClient client = PollingClient.open(other.port());
            PeerLink link = PeerLink.connect(address(), node, new Greeting(new PeerSecret(SECRET)), PATIENCE);
            try {
                byte[] request = client.get().getBytes(UTF_8);
                link.write(request, request.length);

                AnswerHead answer = link.readHead();
                assertThat(answer.status()).isEqualTo(400);
                assertThat(new String(link.readBody((int) answer.contentLength()), UTF_8))
                        .isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
            } finally {
                link.abort();
            }
            CLUSTER.left(SessionIds.nodeOf(client.sid()).orElseThrow());
        }
    }

    @Test
    void processesWithDifferentSecretsDoNotServeEachOther() throws Exception {
        try (EngineEcho stranger = EngineEcho.start(config("another"), EngineHooks.NONE, CLUSTER)) {
            PollingClient client = PollingClient.open(stranger.port());

            assertThat(RawHttp.once(server.port(), client.get()).text())
                    .isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
            CLUSTER.left(SessionIds.nodeOf(client.sid()).orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1:0",
                "0.0.0.0:0",
                "[::]:0",
                "127.0.0.1",
                "127.0.0.1:x",
                ":1",
                "::1:5",
                "127.0.0.1:70000"
            })
    void anAddressOthersCannotReachOrThatNeedsASecretStopsTheStart(String address) {
        assertThatThrownBy(() -> PeerAddress.toListenOn(address, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("socketio.cluster.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "localhost:7001", "[::1]:0"})
    void loopbackNeedsNoSecretAndOtherAddressesDo(String address) {
        PeerAddress loopback = PeerAddress.toListenOn(address, false);

        assertThat(loopback.withPort(7)).isEqualTo(address.substring(0, address.lastIndexOf(':')) + ":7");
        assertThat(PeerAddress.toListenOn("192.0.2.1:0", true).host()).isEqualTo("192.0.2.1");
    }
}
