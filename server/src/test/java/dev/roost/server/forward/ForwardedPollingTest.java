package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.SessionIds;
import dev.roost.server.EchoCluster;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.RoundRobinProxy;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.http.EngineHooks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: design "No sticky sessions"; engine-io 3 and 5; security 2 to 4; features C03. */
@ExtendWith(NothingLeft.class)
class ForwardedPollingTest {
    private static final EchoCluster CLUSTER = new EchoCluster();
    private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();
    private static EngineEcho owner;
    private static EngineEcho entry;
    private static EngineEcho third;

    @BeforeAll
    static void start() {
        owner = EngineEcho.start(config(), hooks(), CLUSTER);
        entry = EngineEcho.start(config(), hooks(), CLUSTER);
        third = EngineEcho.start(config(), hooks(), CLUSTER);
    }

    private static SocketIoConfig config() {
        return EngineEcho.settings()
                .set(Settings.MAX_HTTP_BUFFER_SIZE, 100_000L)
                .set(Settings.CLUSTER_SECRET, "the secret")
                .corsOrigins("http://listed.example")
                .build();
    }

    private static EngineHooks hooks() {
        return EngineHooks.builder()
                .use((request, response) -> {
                    response.header("X-Middleware", "é of " + request.method());
                    if (request.url().contains("tell=who")) {
                        SEEN.add(request.peerAddress() + " " + request.secure() + " " + request.header("x-roost-client")
                                + " " + request.header("x-custom") + " " + request.header("origin"));
                    }
                    if (request.url().contains("answer=early")) {
                        response.end(418, "text/plain", "short and stout".getBytes(US_ASCII));
                    }
                })
                .onHeaders((headers, request) -> headers.put("X-Hook", request.sid() == null ? "none" : "sid"))
                .build();
    }

    @AfterAll
    static void stop() {
        owner.close();
        entry.close();
        third.close();
    }

    private static PollingClient session() throws IOException {
        return PollingClient.open(owner.port());
    }

    private static RawHttp.Response atEntry(String request) throws IOException {
        return RawHttp.once(entry.port(), request);
    }

    private static NodeId nodeOf(String sid) {
        return SessionIds.nodeOf(sid).orElseThrow();
    }

    @Test
    void everySingleRequestOfASessionMayReachAnotherProcess() throws Exception {
        try (RoundRobinProxy proxy = RoundRobinProxy.before(owner.port(), entry.port(), third.port())) {
            PollingClient client = PollingClient.open(proxy.port());
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                assertThat(client.post("4a" + i + "\u001e4b" + i).text()).isEqualTo("ok");
                received.add(client.poll().text());
            }

            for (int i = 0; i < 100; i++) {
                assertThat(received.get(i)).isEqualTo("4a" + i + "\u001e4b" + i);
            }
        }
    }

    /** Requests whose answers must be those of the owner, field by field; {@code SID} stands for a session's id. */
    static List<String> requests() {
        String target = "/engine.io/?EIO=4&transport=polling&sid=SID";
        String origin = "Origin: http://listed.example\r\n";
        String foreign = "Origin: http://foreign.example\r\n";
        String body = "x".repeat(100_001);
        List<String> requests = new ArrayList<>();
        for (String headers : List.of("", origin, foreign, "Cookie: io=abc\r\nX-Custom: 1\r\n")) {
            requests.add(RawHttp.post(target, headers, "4hello"));
            requests.add(RawHttp.request("OPTIONS", target, headers + "Access-Control-Request-Headers: x-a\r\n"));
            requests.add(RawHttp.request("PUT", target, headers));
            requests.add(RawHttp.get(target.replace("EIO=4", "EIO=3"), headers));
            requests.add(RawHttp.get(target.replace("polling", "websocket"), headers));
            requests.add(RawHttp.get(target.replace("polling", "abc"), headers));
            requests.add(RawHttp.get(target + "&answer=early", headers));
            requests.add(RawHttp.get(target + "&transport=polling", headers));
            requests.add(RawHttp.get(target + "x", headers));
            requests.add(RawHttp.post(target, headers, body));
            requests.add(RawHttp.post(target, headers, "9"));
            requests.add(RawHttp.post(target, headers, ""));
            requests.add(RawHttp.post(target, headers + "Content-Type: application/octet-stream\r\n", "abc"));
            requests.add(RawHttp.post(target, headers + "Content-Encoding: gzip\r\n", "abc"));
            requests.add(RawHttp.post(target, headers + "Expect: 100-continue\r\n", body)
                    .replace(body, ""));
            requests.add(chunked(target, headers, body));
            requests.add(chunked(target, headers, "4chunk"));
        }
        return requests;
    }

    private static String chunked(String target, String headers, String body) {
        StringBuilder request =
                new StringBuilder(RawHttp.request("POST", target, headers + "Transfer-Encoding: chunked\r\n"));
        for (int at = 0; at < body.length(); at += 10_000) {
            String chunk = body.substring(at, Math.min(body.length(), at + 10_000));
            request.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return request.append("0\r\n\r\n").toString();
    }

    /** What a client sees of an exchange. */
    private record Exchange(String statusLine, Map<String, String> headers, String body, boolean closed) {
        static Exchange at(int port, String request, String sid) throws IOException {
            try (RawHttp http = RawHttp.connect(port)) {
                RawHttp.Response response = http.exchange(request.replace("SID", sid));
                Map<String, String> headers = new LinkedHashMap<>(response.headers());
                headers.remove("date");
                boolean closed = "close".equals(headers.get("connection"));
                assertThat(closed ? http.isAtEnd() : true)
                        .as("closed as announced")
                        .isTrue();
                return new Exchange(
                        response.statusLine(), headers, response.text().replace(sid, "SID"), closed);
            }
        }
    }

    @Test
    void answersAreThoseOfTheOwnerFieldByField() throws Exception {
        long failures = CLUSTER.counted(PeerRequests.FAILURES);
        for (String request : requests()) {
            PollingClient direct = session();
            PollingClient forwarded = session();

            Exchange expected = Exchange.at(owner.port(), request, direct.sid());
            Exchange actual = Exchange.at(entry.port(), request, forwarded.sid());

            String name = request.substring(0, Math.min(300, request.length()));
            assertThat(actual).as(name).isEqualTo(expected);
            assertThat(owner.session(forwarded.sid()) == null)
                    .as("ends the session: " + name)
                    .isEqualTo(owner.session(direct.sid()) == null);
        }
        assertThat(CLUSTER.counted(PeerRequests.FAILURES)).isEqualTo(failures);
    }

    @Test
    void aLongAnswerComesWholeAndInOrder() throws Exception {
        PollingClient client = session();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            String message = "4" + (char) ('a' + i) + "é".repeat(20_000);
            expected.append(i == 0 ? "" : "\u001e").append(message);
            assertThat(atEntry(RawHttp.post(client.target(), "", message)).text())
                    .isEqualTo("ok");
        }

        assertThat(atEntry(client.get()).text()).isEqualTo(expected.toString());
    }

    @Test
    void aPipelinedRequestIsServedAfterAHangingPoll() throws Exception {
        PollingClient client = session();
        try (RawHttp http = RawHttp.connect(entry.port())) {
            http.send(client.get() + RawHttp.post(client.target(), "", "4second"));
            // The post waits behind the poll, so something else has to end it.
            assertThat(client.post("4first").text()).isEqualTo("ok");

            assertThat(http.read().text()).isEqualTo("4first");
            assertThat(http.read().text()).isEqualTo("ok");
        }
    }

    @Test
    void aConnectionServesForwardedAndLocalRequestsInTurn() throws Exception {
        PollingClient elsewhere = session();
        PollingClient here = PollingClient.open(entry.port());
        try (RawHttp http = RawHttp.connect(entry.port())) {
            for (int i = 0; i < 20; i++) {
                for (PollingClient client : List.of(elsewhere, here)) {
                    assertThat(http.exchange(RawHttp.post(client.target(), "", "4m" + i))
                                    .text())
                            .isEqualTo("ok");
                    assertThat(http.exchange(client.get()).text()).isEqualTo("4m" + i);
                }
            }
        }
    }

    @Test
    void requestsOverHttp2ArePassedOnToo() throws Exception {
        PollingClient polling = session();
        EngineEcho encrypted = EngineEcho.start(config(), hooks(), CLUSTER, EngineEcho.Wire.TLS);
        try (HttpClient client = encrypted.httpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + encrypted.port() + polling.target()))
                    .timeout(Duration.ofSeconds(20));

            HttpResponse<String> tooLong = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_001)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> posted = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofString("4over HTTP/2"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> polled = client.send(request.GET().build(), HttpResponse.BodyHandlers.ofString());

            assertThat(tooLong.statusCode()).isEqualTo(413);
            assertThat(posted.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(posted.body()).isEqualTo("ok");
            assertThat(polled.body()).isEqualTo("4over HTTP/2");
            client.shutdownNow();
        }
        encrypted.close();
    }

    @Test
    void theOwnerSeesTheClientsAddressAndHeadersAndNoTraceOfTheWay() throws Exception {
        PollingClient client = session();
        String headers = "X-Custom: a\r\nX-Custom: b\r\nX-Roost-Client: https 9.9.9.9\r\nOrigin: http://localhost\r\n";
        try (RawHttp http = RawHttp.connectFrom("127.0.0.77", entry.port())) {
            assertThat(http.exchange(RawHttp.post(client.target() + "&tell=who", headers, "4a"))
                            .text())
                    .isEqualTo("ok");
        }

        assertThat(SEEN.poll(10, TimeUnit.SECONDS)).isEqualTo("127.0.0.77 false null a, b http://localhost");
    }

    @Test
    void aClientThatLeavesDuringAHangingPollEndsTheSession() throws Exception {
        PollingClient client = session();
        try (RawHttp poll = RawHttp.connect(entry.port())) {
            poll.send(client.get());
        }

        EngineEcho.Closed closed = owner.awaitClosed(client.sid());
        assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        assertThat(closed.description()).isEqualTo("poll connection closed prematurely");
    }

    @Test
    void aClientThatLeavesDuringAPostEndsTheSession() throws Exception {
        PollingClient client = session();
        String whole = RawHttp.post(client.target(), "", "4" + "x".repeat(1000));
        try (RawHttp post = RawHttp.connect(entry.port())) {
            post.send(whole.substring(0, whole.length() - 10));
        }

        assertThat(owner.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
    }

    @Test
    void pollsThatOverlapAtTwoProcessesEndTheSession() throws Exception {
        PollingClient client = session();
        try (RawHttp first = RawHttp.connect(entry.port());
                RawHttp second = RawHttp.connect(third.port())) {
            first.send(client.get());
            awaitPolling(client.sid());

            assertThat(second.exchange(client.get()).status()).isEqualTo(400);
            assertThat(first.read().text()).isEqualTo("1");
        }
        assertThat(owner.awaitClosed(client.sid()).description()).isEqualTo("overlap from client");
    }

    private static void awaitPolling(String sid) {
        Awaitility.await().until(() -> owner.session(sid).writable());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyAtTheLimitPassesAndOneByteMoreDoesNotAndTheSessionLives(boolean inChunks) throws Exception {
        PollingClient client = session();
        String fits = "4" + "x".repeat(99_999);
        String tooLong = fits + "x";

        assertThat(atEntry(
                                inChunks
                                        ? chunked(client.target(), "", tooLong)
                                        : RawHttp.post(client.target(), "", tooLong))
                        .status())
                .isEqualTo(413);
        assertThat(atEntry(inChunks ? chunked(client.target(), "", fits) : RawHttp.post(client.target(), "", fits))
                        .text())
                .isEqualTo("ok");
        assertThat(atEntry(client.get()).text()).isEqualTo(fits);
    }

    @Test
    void aRequestForASessionNobodyKnowsIsAnsweredAtOnce() throws Exception {
        String unknown = new SessionIds(NodeId.random()).next();
        String target = "/engine.io/?EIO=4&transport=polling&sid=";

        Exchange stranger = Exchange.at(entry.port(), RawHttp.get(target + "SID", ""), unknown);

        assertThat(stranger.statusLine()).contains(" 400 ");
        assertThat(stranger.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    @Test
    void anOwnerThatIsGoneIsAnUnknownSession() throws Exception {
        EchoCluster cluster = new EchoCluster();
        EngineEcho gone = EngineEcho.start(config(), hooks(), cluster);
        try (EngineEcho left = EngineEcho.start(config(), hooks(), cluster)) {
            PollingClient client = PollingClient.open(gone.port());
            assertThat(RawHttp.once(left.port(), RawHttp.post(client.target(), "", "4a"))
                            .text())
                    .isEqualTo("ok");
            gone.close();

            for (String request : List.of(client.get(), RawHttp.post(client.target(), "", "4a"))) {
                RawHttp.Response response = RawHttp.once(left.port(), request);
                assertThat(response.status()).isEqualTo(400);
                assertThat(response.text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
                assertThat(response.header("vary")).isEqualTo("Origin");
            }
        }
    }

    @Test
    void anOwnerThatDiesDuringAHangingPollIsAnUnknownSessionAtOnce() throws Exception {
        PollingClient client = session();
        NodeId node = nodeOf(client.sid());
        String address = owner.internalAddress();
        RoundRobinProxy wire = RoundRobinProxy.before(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        try (RawHttp poll = RawHttp.connect(third.port())) {
            CLUSTER.moved(node, "127.0.0.1:" + wire.port());
            poll.send(client.get());
            awaitPolling(client.sid());
            wire.close();

            long start = System.nanoTime();
            RawHttp.Response response = poll.read();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        } finally {
            wire.close();
            CLUSTER.moved(node, address);
        }
    }

    @Test
    void anOwnerThatLeftTheClusterDuringAHangingPollIsAnUnknownSession() throws Exception {
        PollingClient client = session();
        NodeId node = nodeOf(client.sid());
        String address = owner.internalAddress();
        try (RawHttp poll = RawHttp.connect(entry.port())) {
            poll.send(client.get());
            awaitPolling(client.sid());
            CLUSTER.left(node);

            assertThat(poll.read().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        } finally {
            CLUSTER.moved(node, address);
        }
    }

    @Test
    void aPortThatBelongsToAnotherProcessByNowIsNotTrusted() throws Exception {
        PollingClient client = session();
        NodeId node = nodeOf(client.sid());
        String address = owner.internalAddress();
        try {
            // Same secret, but not the process the session lives in.
            CLUSTER.moved(node, entry.internalAddress());

            assertThat(RawHttp.once(third.port(), client.get()).text())
                    .isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        } finally {
            CLUSTER.moved(node, address);
        }
    }
}
