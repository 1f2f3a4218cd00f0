package dev.roost.server.polling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: engine-io 5, POST; security P1 to P13. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class PostTest {
    private static final int LIMIT = 1_000_000;

    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";

    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start(EngineEcho.settings()
                .set(Settings.MAX_HTTP_BUFFER_SIZE, (long) LIMIT)
                .set(LimitSettings.BODY_TIMEOUT, Duration.ofSeconds(2))
                .build());
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static String head(PollingClient client, String headers) {
        return "POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static void assertClosed(PollingClient client, CloseReason reason, String description)
            throws InterruptedException {
        EngineEcho.Closed closed = server.awaitClosed(client.sid());
        assertThat(closed.reason()).isEqualTo(reason);
        assertThat(closed.description()).contains(description);
    }

    private static void assertAlive(PollingClient client) throws IOException {
        assertThat(client.post("4still here").text()).isEqualTo("ok");
        assertThat(client.poll().text()).contains("4still here");
    }

    @Test
    @DisplayName("E32, E37: the answer to a POST")
    void answerIsOkAsHtml() throws IOException {
        RawHttp.Response response = PollingClient.open(server.port()).post("4a");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("ok");
        assertThat(response.header("content-type")).isEqualTo("text/html");
        assertThat(response.header("content-length")).isEqualTo("2");
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    @DisplayName("E28: exactly max-http-buffer-size is accepted")
    void bodyOfTheLimitIsAccepted() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        assertThat(client.post("4" + "a".repeat(LIMIT - 1)).text()).isEqualTo("ok");
        assertThat(client.poll().body()).hasSize(LIMIT);
    }

    @Test
    @DisplayName("E28, sec-P1: one byte more, declared")
    void declaredOversizeIs413AndTheSessionLives() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response = http.exchange(head(client, "Content-Length: " + (LIMIT + 1) + "\r\n"));

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEmpty();
        }
        assertAlive(client);
        bystander.check();
    }

    @Test
    @DisplayName("E28: a body far over the limit, refused by Helidon")
    void hugeDeclaredBodyIs413AndTheSessionLives() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response = http.exchange(head(client, "Content-Length: 2000000000\r\n"));

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEmpty();
        }
        assertAlive(client);
    }

    @Test
    @DisplayName("sec-P2: one byte more, chunked")
    void chunkedOversizeIs413AndTheSessionLives() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        String chunk = "3e8\r\n" + "a".repeat(1000) + "\r\n";
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response = http.exchange(head(client, "Transfer-Encoding: chunked\r\n")
                    + chunk.repeat(LIMIT / 1000) + "1\r\na\r\n0\r\n\r\n");

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEmpty();
        }
        assertAlive(client);
        bystander.check();
    }

    @Test
    @DisplayName("sec-P2: of what follows 64 KiB are thrown away, then the connection ends")
    void restOfAChunkedBodyIsNotReadForEver() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        String chunk = "3e8\r\n" + "a".repeat(1000) + "\r\n";
        try (RawHttp http = RawHttp.connect(server.port())) {
            http.send(head(client, "Transfer-Encoding: chunked\r\n") + chunk.repeat(LIMIT / 1000 + 200));

            assertThat(http.read().status()).isEqualTo(413);
            assertThat(http.isAtEnd()).isTrue();
        }
        assertAlive(client);
        bystander.check();
    }

    @Test
    @DisplayName("sec-P2: one giant chunk is not buffered")
    void giantChunkIs413() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response =
                    http.exchange(head(client, "Transfer-Encoding: chunked\r\n") + "7fffff00\r\naaaa");

            assertThat(response.status()).isEqualTo(413);
        }
        assertAlive(client);
        bystander.check();
    }

    @Test
    @DisplayName("sec-H20: a huge length with Expect is refused without a 100")
    void hugeLengthWithExpectGetsNoContinue() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        for (String length : new String[] {"2000000000", "1000001"}) {
            try (RawHttp http = RawHttp.connect(server.port())) {
                RawHttp.Response response =
                        http.exchange(head(client, "Content-Length: " + length + "\r\nExpect: 100-continue\r\n"));

                assertThat(response.status()).isEqualTo(413);
            }
        }
        assertAlive(client);
        bystander.check();
    }

    @Test
    @DisplayName("E31: a chunked body")
    void chunkedBodyIsRead() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response =
                    http.exchange(head(client, "Transfer-Encoding: chunked\r\n") + "2\r\n4h\r\n4\r\nello\r\n0\r\n\r\n");

            assertThat(response.text()).isEqualTo("ok");
        }
        assertThat(client.poll().text()).isEqualTo("4hello");
    }

    @Test
    @DisplayName("sec-P3: a body that crawls")
    void slowBodyIs408() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            http.send(head(client, "Content-Length: 100\r\n") + "4");
            long start = System.nanoTime();
            Awaitility.await()
                    .until(() ->
                            System.nanoTime() - start > Duration.ofMillis(2200).toNanos());
            RawHttp.Response response = http.send("4").read();
            assertThat(response.status()).isEqualTo(408);
            assertThat(http.isAtEnd()).isTrue();
        }
        assertClosed(client, CloseReason.TRANSPORT_ERROR, "too slow");
        bystander.check();
    }

    @Test
    @DisplayName("sec-P3: a body that never comes")
    void silentBodyIsBrokenOff() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp http = RawHttp.connect(server.port())) {
            http.send(head(client, "Content-Length: 100\r\n") + "4abc");

            assertThat(http.isAtEnd()).isTrue();
        }
        assertClosed(client, CloseReason.TRANSPORT_ERROR, "prematurely");
        bystander.check();
    }

    @Test
    @DisplayName("E30, sec-P4: an octet-stream, five thousand times; every connection is freed")
    void octetStreamIsRefusedAndNothingIsLeft() throws Exception {
        long connections = server.holdings().get("HTTP connections");
        for (int i = 0; i < 50; i++) {
            try (RawHttp http = RawHttp.connect(server.port())) {
                List<PollingClient> clients = PollingClient.open(http, server.port(), TARGET, 100);
                StringBuilder posts = new StringBuilder();
                for (PollingClient client : clients) {
                    posts.append(RawHttp.post(
                            client.target(), "Content-Type: application/octet-stream\r\n", "\u0001\u0002"));
                }
                http.send(posts.toString());
                for (PollingClient client : clients) {
                    // Each is answered over the connection that the one before has left usable.
                    RawHttp.Response response = http.read();
                    assertThat(response.status()).isEqualTo(400);
                    assertThat(response.body()).isEmpty();
                    assertClosed(client, CloseReason.TRANSPORT_ERROR, "invalid content");
                }
                assertThat(http.exchange(clients.getFirst().get()).status()).isEqualTo(400);
            }
            bystander.check();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(server.holdings().get("HTTP connections")).isLessThanOrEqualTo(connections));
        bystander.check();
    }

    @Test
    @DisplayName("E25, sec-P6: two POSTs at once")
    void secondConcurrentPostClosesTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp first = RawHttp.connect(server.port())) {
            first.send(head(client, "Content-Length: 10\r\n") + "4half");
            Awaitility.await().until(() -> {
                RawHttp.Response second = client.post("4other");
                return second.status() == 400 && second.body().length == 0;
            });

            assertThat(first.isAtEnd()).isTrue();
        }
        assertClosed(client, CloseReason.TRANSPORT_ERROR, "data request overlap from client");
        bystander.check();
    }

    @Test
    @DisplayName("E25: a POST sent on having the answer to the one before does not overlap it")
    void nextPostMayFollowTheAnswerAtOnce() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        String post = RawHttp.post(client.target(), "", "3");
        try (RawHttp one = RawHttp.connect(server.port());
                RawHttp other = RawHttp.connect(server.port())) {
            for (int i = 0; i < 2000; i++) {
                assertThat((i % 2 == 0 ? one : other).exchange(post).status())
                        .as("post %d", i)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("E27, sec-P7: a client that leaves during a POST")
    void abortedPostClosesTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        RawHttp http = RawHttp.connect(server.port());
        http.send(head(client, "Content-Length: 10\r\n") + "4half");
        http.close();

        assertClosed(client, CloseReason.TRANSPORT_ERROR, "data request connection closed prematurely");
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u001e",
                "\u001e\u001e\u001e",
                "4\u001e",
                "\u001e4",
                "9x",
                "a",
                "\u0000",
                "abc",
                "b!!!!",
                "bAAAAA",
                "bAA==AA"
            })
    @DisplayName("E51, sec-P8, sec-P10, sec-P13: what is no payload is answered ok and closes the session")
    void garbageIsAnsweredAndClosesTheSession(String body) throws Exception {
        PollingClient client = PollingClient.open(server.port());

        RawHttp.Response response = client.post(body);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("ok");
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
        bystander.check();
    }

    @ParameterizedTest
    @CsvSource({"b, b", "bAAA, bAAA=", "bAQIDBA, bAQIDBA=="})
    @DisplayName("sec-P10: an empty buffer and base64 without padding are binary")
    void base64WithoutPaddingIsBinary(String posted, String echoed) throws Exception {
        PollingClient client = PollingClient.open(server.port());

        assertThat(client.post(posted).text()).isEqualTo("ok");

        assertThat(client.poll().text()).isEqualTo(echoed);
        bystander.check();
    }

    @Test
    @DisplayName("sec-P11: invalid UTF-8")
    void invalidUtf8ClosesTheSession() throws Exception {
        byte[][] bodies = {
            {'4', (byte) 0xff, (byte) 0xfe, (byte) 0x80},
            {'4', (byte) 0xe2, (byte) 0x82},
            {'4', (byte) 0xed, (byte) 0xa0, (byte) 0x80}
        };
        for (byte[] body : bodies) {
            PollingClient client = PollingClient.open(server.port());
            try (RawHttp http = RawHttp.connect(server.port())) {
                http.send(head(client, "Content-Length: " + body.length + "\r\n"))
                        .send(body);
                assertThat(http.read().text()).isEqualTo("ok");
            }
            assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
            bystander.check();
        }
    }

    @Test
    @DisplayName("sec-P9: many packets in one body keep their order")
    void manyPacketsInOneBodyKeepTheirOrder() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            body.append(i == 0 ? "4" : "\u001e4").append(i);
        }

        assertThat(client.post(body.toString()).text()).isEqualTo("ok");

        StringBuilder received = new StringBuilder();
        while (received.length() < body.length()) {
            received.append(received.isEmpty() ? "" : "\u001e")
                    .append(client.poll().text());
        }
        assertThat(received.toString()).isEqualTo(body.toString());
    }

    @Test
    @DisplayName("E34: the client's close releases its poll")
    void closePacketEndsTheSessionAndReleasesThePoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            Awaitility.await()
                    .until(() ->
                            Objects.requireNonNull(server.session(client.sid())).writable());

            assertThat(client.post("1\u001e4ignored").text()).isEqualTo("ok");

            assertThat(poll.read().text()).isEqualTo("6");
        }
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
    }

    @Test
    @DisplayName("E50, sec-P17: a client's ping")
    void pingOfAClientClosesTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());

        assertThat(client.post("2").text()).isEqualTo("ok");

        assertClosed(client, CloseReason.TRANSPORT_ERROR, "invalid heartbeat direction");
    }

    @Test
    @DisplayName("sec-H21: a coded body that would be fifty times the limit")
    void codedBodyIs415() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 50; i++) {
                out.write(new byte[LIMIT]);
            }
        }
        RawHttp.Response response;
        try (RawHttp http = RawHttp.connect(server.port())) {
            http.send(head(client, "Content-Encoding: gzip\r\nContent-Length: " + bomb.size() + "\r\n"));
            response = http.send(bomb.toByteArray()).read();
        }

        assertThat(response.status()).isEqualTo(415);
        assertThat(new String(response.body(), UTF_8)).isEmpty();
        assertAlive(client);
        bystander.check();
    }
}
