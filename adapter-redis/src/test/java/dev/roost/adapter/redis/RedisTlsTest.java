package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.tck.RecordedEvents;
import dev.roost.adapter.tck.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that speaks TLS with a certificate it has signed itself. */
@Timeout(120)
class RedisTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path home;

    private static RedisServer redis;
    private static Path certificate;
    private static int port;

    @BeforeAll
    static void startServer() throws Exception {
        certificate = certify("redis");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        redis = new RedisServer(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                home.resolve("redis.key").toString(),
                "--tls-auth-clients",
                "no");
        try {
            redis.start();
        } catch (IllegalStateException ended) {
            assumeThat(ended).as("a Redis built with TLS").hasMessageNotContaining("tls-port");
            throw ended;
        }
    }

    @AfterAll
    static void endServer() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    @DisplayName("sec-B13: a certificate that nobody vouches for is trusted where a file names it")
    void aCertificateInTheTrustFileIsTrusted() {
        RecordedEvents heard = new RecordedEvents();
        try (ClusterBus bus = bus("rediss://127.0.0.1:" + port, certificate)) {
            bus.start(heard);
            bus.send(new Target.Node(new NodeId(1)), "sealed".getBytes(StandardCharsets.UTF_8));
            heard.awaitText("sealed");
        }
    }

    @Test
    @DisplayName("sec-B13: without it the start fails and says which setting to use")
    void anUnknownCertificateFailsTheStart() {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("uri", "rediss://127.0.0.1:" + port));
        try (ClusterBus bus = new RedisBus(config, new NodeId(1), Counters.NONE)) {
            assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageStartingWith("cannot use Redis at rediss://127.0.0.1:" + port + ": ")
                    .hasMessageContaining("unable to find valid certification path")
                    .hasMessageEndingWith("in socketio.redis.trust-file");
        }
    }

    @Test
    @DisplayName("sec-B13: a trust file replaces the certificates of the JVM and trusts no others")
    void anotherCertificateFailsTheStart() throws Exception {
        try (ClusterBus bus = bus("rediss://127.0.0.1:" + port, certify("other"))) {
            assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageEndingWith("in socketio.redis.trust-file");
        }
    }

    @Test
    @DisplayName("sec-B13: a trusted certificate of another host is refused, unless only the issuer is to be checked")
    void aCertificateOfAnotherHostFailsTheStart() {
        try (ClusterBus bus = bus("rediss://localhost:" + port, certificate)) {
            assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContaining("matching localhost");
        }
        try (ClusterBus bus = bus("rediss://localhost:" + port + "?verifyPeer=ca", certificate)) {
            bus.start(new RecordedEvents());
        }
    }

    @Test
    void aTrustFileWithoutCertificatesIsRefused() throws IOException {
        Path empty = Files.writeString(home.resolve("empty.pem"), "nothing");
        for (Path file : List.of(empty, home.resolve("absent.pem"), home.resolve("redis.key"))) {
            assertThatThrownBy(() -> bus("rediss://127.0.0.1:" + port, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("socketio.redis.trust-file: got '" + file
                            + "', allowed: a file that can be read, with certificates in PEM");
        }
    }

    private static ClusterBus bus(String uri, Path trusted) {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("uri", uri, "trust-file", trusted.toString()));
        return new RedisBus(config, new NodeId(1), Counters.NONE);
    }

    /** Has keytool make a key and its certificate for 127.0.0.1; both are written as PEM. */
    private static Path certify(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = home.resolve(name + ".p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + output);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        pem(
                home.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey(name, PASSWORD).getEncoded());
        return pem(
                home.resolve(name + ".pem"),
                "CERTIFICATE",
                keys.getCertificate(name).getEncoded());
    }

    private static Path pem(Path file, String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
