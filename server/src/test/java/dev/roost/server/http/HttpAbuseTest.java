package dev.roost.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.Bystander;
import dev.roost.server.Crowd;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: security H13 to H19, H23, H24, S3. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(names = {"REACTOR", "TLS"})
final class HttpAbuseTest {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";

    private static EngineEcho server;
    private static Bystander bystander;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        server = EngineEcho.start(
                EngineEcho.settings()
                        // The first handshake of TLS in a process takes a while.
                        .set(
                                LimitSettings.HANDSHAKE_TIMEOUT,
                                HANDSHAKE_TIMEOUT.multipliedBy(wire == EngineEcho.Wire.TLS ? 3 : 1))
                        .build(),
                wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    /** Reads every response until the server closes; the connection must end. */
    private static List<RawHttp.Response> answers(String bytes) throws IOException {
        return answers(bytes, false);
    }

    /** As above; the client may say that it has no more, where a server could wait for that. */
    private static List<RawHttp.Response> answers(String bytes, boolean ends) throws IOException {
        List<RawHttp.Response> answers = new ArrayList<>();
        try (RawHttp http = server.connect()) {
            http.send(bytes);
            if (ends) {
                http.endOutput();
            }
            while (true) {
                answers.add(http.read());
            }
        } catch (EOFException | SocketException e) {
            return answers;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\n4aaaa",
                "Content-Length: +5\r\n\r\n4aaaa",
                "Content-Length: 5 \r\nContent-Length: 6\r\n\r\n4aaaa",
                "Content-Length: 0x5\r\n\r\n4aaaa",
                "Content-Length: -5\r\n\r\n4aaaa",
                "Content-Length: 5,5\r\n\r\n4aaaa",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n4\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n4\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n4\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\n4\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n1\r\n4\r\n0\r\n\r\n"
            })
    @DisplayName("sec-H13: bodies of doubtful length: one refusal, and what follows is never a request")
    void doubtfulLengthsAreRefused(String rest) throws Exception {
        PollingClient client = client();
        String smuggled = RawHttp.get("/smuggled", "");

        List<RawHttp.Response> answers =
                answers("POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n" + rest + smuggled);

        assertThat(answers).hasSizeLessThanOrEqualTo(1);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(400, 413, 501));
        bystander.check();
    }

    private static PollingClient client() throws IOException {
        try (RawHttp http = server.connect()) {
            return PollingClient.open(http, server.port(), TARGET);
        }
    }

    @Test
    @DisplayName("sec-H14: heads that come byte by byte end at the handshake timeout, and delay nobody")
    void slowHeadsEndAtTheTimeout() throws Exception {
        // With TLS each takes a handshake that costs more than all the rest.
        int size = wire == EngineEcho.Wire.TLS ? 100 : Crowd.size();
        long start = System.nanoTime();
        try (Crowd slow = Crowd.of(size, () -> server.connect().send("GET / HT"))) {
            bystander.check();
            assertThat(client().sid()).isNotEmpty();
            List<RawHttp> left = new ArrayList<>(slow.members());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        left.removeIf(HttpAbuseTest::ended);
                        return left.isEmpty();
                    });
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(HANDSHAKE_TIMEOUT.dividedBy(2));
        }
        bystander.check();
    }

    /** Sends a byte more; true if the server has ended the connection. */
    private static boolean ended(RawHttp http) {
        try {
            http.send("T");
            http.patience(Duration.ofMillis(1));
            return http.isAtEnd();
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    @DisplayName("sec-H15: connections that never send end at the handshake timeout")
    void silentConnectionsEndAtTheTimeout() throws Exception {
        // bare TCP: with TLS its handshake never begins
        try (Crowd silent = Crowd.of(Crowd.size(), () -> RawHttp.connect(server.port()))) {
            bystander.check();
            silent.awaitEnds();
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H15: connections that stop inside the TLS handshake")
    void halfTlsHandshakesEndAtTheTimeout() throws Exception {
        byte[] begun = {22, 3, 1, 2, 0, 1};
        try (Crowd half =
                Crowd.of(Crowd.size(), () -> RawHttp.connect(server.port()).send(begun))) {
            bystander.check();
            half.awaitEnds();
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H16: a request line and headers that are too long")
    void oversizeHeadsAreRefused() throws Exception {
        assertThat(answers(RawHttp.get("/" + "a".repeat(5000), "")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.status()).isIn(400, 414));
        assertThat(answers(RawHttp.get(TARGET, "X-A: " + "a".repeat(17_000) + "\r\n")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.status()).isIn(400, 431));
        assertThat(answers(RawHttp.get(TARGET, "X-A: " + "a".repeat(16 * 1024 - 7) + "\r\n")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.status()).isIn(400, 431));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            many.append("X-").append(i).append(": 0123456789\r\n");
        }
        assertThat(answers(RawHttp.get(TARGET, many.toString())))
                .singleElement()
                .satisfies(answer -> assertThat(answer.status()).isIn(400, 431));
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 1.2.3.4\r\n",
                "Forwarded: for=1.2.3.4\r\n",
                "X-Real-IP: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
            })
    @DisplayName("E65, sec-H18: nobody unknown is believed about the address")
    void forwardedHeadersOfStrangersAreIgnored(String headers) throws Exception {
        try (RawHttp http = server.connect()) {
            String body = http.exchange(RawHttp.get(TARGET, headers)).text();
            int at = body.indexOf("\"sid\":\"") + 7;
            String sid = body.substring(at, body.indexOf('"', at));

            assertThat(Objects.requireNonNull(server.session(sid)).handshake().address())
                    .isEqualTo("127.0.0.1");
            assertThat(Objects.requireNonNull(server.session(sid)).handshake().secure())
                    .isEqualTo(wire == EngineEcho.Wire.TLS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
                "\r\n\r\n"
                        + "\u0000\r\n"
                        + "QUIT\n"
                        + "!\u0011\u0000\u000c\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0000\u0001\u0000\u0002"
            })
    @DisplayName("sec-H18: a PROXY line, of either version, is no request")
    void proxyLineIsRefused(String line) throws Exception {
        List<RawHttp.Response> answers = answers(line + RawHttp.get(TARGET, "Connection: close\r\n"));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400));
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\n\r\n",
                "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: user:secret@a\r\n\r\n",
                "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a b\r\n\r\n"
            })
    @DisplayName("sec-H19: no host, two, or one with more than a name")
    void doubtfulHostsAreRefused(String request) throws Exception {
        List<RawHttp.Response> answers = answers(request);

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).doesNotContain("secret", "sid");
        });
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine.io/../",
                "/engine.io/socket.io.js.map.x",
                "/engine.io/..%2f..%2fMETA-INF/MANIFEST.MF",
                "/META-INF/MANIFEST.MF",
                "/engine.io/%2e%2e/%2e%2e/etc/passwd"
            })
    @DisplayName("sec-H23: nothing of the class path")
    void nothingElseIsServed(String path) throws Exception {
        try (RawHttp http = server.connect()) {
            RawHttp.Response response = http.exchange(RawHttp.get(path, ""));

            assertThat(response.status()).isIn(400, 404);
            assertThat(response.headers()).doesNotContainKey("server");
            assertThat(response.text()).doesNotContain("Exception", "dev.roost", "io.helidon", "Manifest");
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nbad header\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n"
            })
    @DisplayName("sec-H24: what is no HTTP gets no detail")
    void whatIsNoHttpGetsNoDetail(String bytes) throws Exception {
        assertThat(answers(bytes, true)).allSatisfy(answer -> {
            assertThat(answer.status()).isIn(400, 505);
            assertThat(answer.headers()).doesNotContainKey("server");
            assertThat(answer.text()).doesNotContain("Exception", "dev.roost", "io.helidon", "\tat ");
        });
        bystander.check();
    }

    @Test
    @DisplayName("sec-S3: a session id in a cookie or header is nobody's session")
    void sessionIdsAreNotFixedByTheClient() throws Exception {
        PollingClient victim = client();
        try (RawHttp http = server.connect()) {
            String body = http.exchange(
                            RawHttp.get(TARGET, "Cookie: io=" + victim.sid() + "\r\nio: " + victim.sid() + "\r\n"))
                    .text();

            assertThat(body).startsWith("0{\"sid\":\"").doesNotContain(victim.sid());
            assertThat(http.exchange(RawHttp.post(victim.target(), "", "4mine")).text())
                    .isEqualTo("ok");
            assertThat(http.exchange(victim.get()).text()).isEqualTo("4mine");
        }
        bystander.check();
    }
}
