package dev.roost.server.polling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spec: engine-io 4 and 5, GET. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class PollTest {
    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start();
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static EngineSession session(PollingClient client) {
        return Objects.requireNonNull(server.session(client.sid()));
    }

    private static OutboundMessage text(String packet, boolean compress) {
        return OutboundMessage.of(packet.getBytes(UTF_8), List.of(), false, compress);
    }

    private static void awaitWaiting(PollingClient client) {
        Awaitility.await().pollDelay(Duration.ZERO).until(() -> session(client).writable());
    }

    @Test
    @DisplayName("E01, E03, E04, E37, sec-P15: the handshake")
    void handshakeCarriesTheOpenPacket() throws IOException {
        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling&t=abc", ""));

        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(response.text())
                .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[\"websocket\"\\],"
                        + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000\\}");
        assertThat(response.header("content-type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(response.headers()).containsKey("content-length");
        assertThat(response.headers())
                .doesNotContainKeys("set-cookie", "vary", "server", "content-encoding", "x-xss-protection");
    }

    @Test
    @DisplayName("E23: a poll hangs until there is something to send")
    void pollIsHeldUntilThereIsSomething() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            awaitWaiting(client);
            session(client).send(text("4hello", true));

            assertThat(poll.read().text()).isEqualTo("4hello");
        }
    }

    @Test
    @DisplayName("E21, E22, E23: everything buffered leaves in one answer, binary as base64")
    void everythingBufferedLeavesInOneAnswer() throws IOException {
        PollingClient client = PollingClient.open(server.port());
        assertThat(client.post("4hello\u001ebAQIDBA==\u001e4h\u00e9\u20ac").text())
                .isEqualTo("ok");

        RawHttp.Response response = client.poll();

        assertThat(response.text()).isEqualTo("4hello\u001ebAQIDBA==\u001e4h\u00e9\u20ac");
        assertThat(response.header("content-type")).isEqualTo("text/plain; charset=UTF-8");
        assertThat(response.header("cache-control")).isEqualTo("no-store");
        assertThat(session(client).writable()).isFalse();
    }

    @Test
    @DisplayName("E24, sec-P5: two polls at once")
    void secondConcurrentPollClosesTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp first = client.startPoll()) {
            awaitWaiting(client);

            RawHttp.Response second = client.poll();

            assertThat(second.status()).isEqualTo(400);
            assertThat(second.body()).isEmpty();
            RawHttp.Response firstAnswer = first.read();
            assertThat(firstAnswer.status()).isEqualTo(200);
            assertThat(firstAnswer.text()).isEqualTo("1");
            EngineEcho.Closed closed = server.awaitClosed(client.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).isEqualTo("overlap from client");
            assertThat(client.poll().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        }
        bystander.check();
    }

    @Test
    @DisplayName("E26, sec-P7: a client that leaves during a poll, properly")
    void clientThatLeavesDuringAPollIsNoticed() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        RawHttp poll = client.startPoll();
        awaitWaiting(client);
        poll.close();

        EngineEcho.Closed closed = server.awaitClosed(client.sid());

        assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        assertThat(closed.description()).isEqualTo("poll connection closed prematurely");
        bystander.check();
    }

    @Test
    @DisplayName("E26, sec-P7: a client that is cut off after the poll is under watch")
    void clientThatIsCutOffDuringALongPollIsNoticed() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        RawHttp poll = client.startPoll();
        long start = System.nanoTime();
        Awaitility.await()
                .until(() -> System.nanoTime() - start > Duration.ofMillis(1300).toNanos());
        poll.reset();

        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        bystander.check();
    }

    @Test
    @DisplayName("A poll that was under watch is answered, and its connection serves the next one")
    void watchedConnectionServesTheNextPoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            long start = System.nanoTime();
            Awaitility.await()
                    .until(() ->
                            System.nanoTime() - start > Duration.ofMillis(1300).toNanos());
            session(client).send(text("4one", true));
            assertThat(poll.read().text()).isEqualTo("4one");

            session(client).send(text("4two", true));
            assertThat(poll.exchange(client.get()).text()).isEqualTo("4two");
        }
    }

    @Test
    @DisplayName("A request sent ahead while a poll hangs is no client that left")
    void requestSentAheadIsServedAfterThePoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            long start = System.nanoTime();
            Awaitility.await()
                    .until(() ->
                            System.nanoTime() - start > Duration.ofMillis(1300).toNanos());
            poll.send(RawHttp.post(client.target(), "", "4ahead"));
            Awaitility.await()
                    .during(Duration.ofMillis(200))
                    .until(() -> session(client).writable());
            session(client).send(text("4one", true));

            assertThat(poll.read().text()).isEqualTo("4one");
            assertThat(poll.read().text()).isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("E35: an orderly close with a poll waiting")
    void orderlyCloseAnswersTheWaitingPoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            awaitWaiting(client);
            EngineSession session = session(client);
            session.send(text("4last words", true));
            session.close(CloseReason.FORCED_CLOSE);

            assertThat(poll.read().text()).isEqualTo("4last words");
            // A loop that is slow finds the next poll waiting already, and ends that one.
            assertThat(client.poll().text()).isIn("6\u001e1", "1");
            assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
        }
    }

    @Test
    @DisplayName("E35: an orderly close with an idle poll waiting")
    void orderlyCloseOfAnIdleSessionAnswersWithClose() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            awaitWaiting(client);
            session(client).close(CloseReason.FORCED_CLOSE);

            assertThat(poll.read().text()).isEqualTo("1");
            assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
        }
    }

    @Test
    @DisplayName("E35: an orderly close with no poll waiting waits for the next")
    void orderlyCloseIsToldToTheNextPoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        session(client).close(CloseReason.FORCED_CLOSE);
        Awaitility.await().until(() -> !session(client).open());

        assertThat(client.poll().text()).isEqualTo("6\u001e1");
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
        assertThat(client.poll().status()).isEqualTo(400);
    }

    @Test
    @DisplayName("E53: a discarded session answers the waiting poll at once")
    void discardAnswersTheWaitingPoll() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll()) {
            awaitWaiting(client);
            session(client).discard(CloseReason.FORCED_CLOSE, null);

            assertThat(poll.read().text()).isEqualTo("1");
        }
    }

    @Test
    @DisplayName("E36: a long answer is compressed as the client likes")
    void longAnswersAreCompressed() throws IOException {
        String packet = "4" + "a".repeat(1023);
        assertThat(new GZIPInputStream(
                                new ByteArrayInputStream(compressed(packet, true, "deflate, gzip;q=0.5", "gzip")))
                        .readAllBytes())
                .asString(UTF_8)
                .isEqualTo(packet);
        assertThat(new InflaterInputStream(
                                new ByteArrayInputStream(compressed(packet, true, "gzip;q=0, deflate", "deflate")))
                        .readAllBytes())
                .asString(UTF_8)
                .isEqualTo(packet);
    }

    @Test
    @DisplayName("E36: a short answer, one that shall not be compressed, and a client that takes no coding")
    void otherAnswersAreNotCompressed() throws IOException {
        String packet = "4" + "a".repeat(1023);
        assertThat(compressed("4" + "a".repeat(1022), true, "gzip", "")).hasSize(1023);
        assertThat(compressed(packet, false, "gzip", "")).hasSize(1024);
        assertThat(compressed(packet, true, "br", "")).hasSize(1024);
    }

    private static byte[] compressed(String packet, boolean compress, String accept, String coding) throws IOException {
        PollingClient client = PollingClient.open(server.port());
        session(client).send(text(packet, compress));
        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get(client.target(), "Accept-Encoding: " + accept + "\r\n"));
        assertThat(response.header("content-encoding")).isEqualTo(coding);
        assertThat(response.headers()).doesNotContainKey("vary");
        return response.body();
    }

    @Test
    @DisplayName("E38: old Internet Explorer's filter is switched off")
    void oldInternetExplorerIsToldNotToFilter() throws IOException {
        for (String agent : List.of("Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Trident/7.0; rv:11.0)")) {
            RawHttp.Response response = RawHttp.once(
                    server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling", "User-Agent: " + agent + "\r\n"));

            assertThat(response.header("x-xss-protection")).isEqualTo("0");
        }
    }

    @Test
    @DisplayName("Connection: close is kept, not only repeated")
    void connectionCloseClosesTheConnection() throws IOException {
        try (RawHttp http = RawHttp.connect(server.port())) {
            RawHttp.Response response =
                    http.exchange(RawHttp.get("/engine.io/?EIO=4&transport=polling", "Connection: close\r\n"));

            assertThat(response.header("connection")).isEqualToIgnoringCase("close");
            assertThat(http.isAtEnd()).isTrue();
        }
    }
}
