package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import dev.roost.server.websocket.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 beside HTTP/1.1, where Helidon's artifact for it is on the class path: E66, sec-H22. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class Http2Test {
    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";
    private static final int FLOOD = 10_000;
    private static final int PACKET = 2000;

    private static EngineEcho tls;
    private static EngineEcho plain;

    private HttpClient client;

    @BeforeAll
    static void start() {
        tls = EngineEcho.start(
                EngineEcho.settings()
                        .set(Settings.MAX_HTTP_BUFFER_SIZE, 100_000L)
                        .build(),
                EngineEcho.Wire.TLS);
        plain = EngineEcho.start(EngineEcho.settings()
                .set(LimitSettings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(1))
                .build());
    }

    @AfterAll
    static void stop() {
        tls.close();
        plain.close();
    }

    @BeforeEach
    void open() {
        client = tls.httpClient();
    }

    @AfterEach
    void close() {
        client.shutdownNow();
        client.close();
    }

    @Test
    @DisplayName("E66: a session polls over HTTP/2, its GET and POST at once on one connection")
    void sessionsPoll() throws Exception {
        String sid = handshake();
        CompletableFuture<HttpResponse<String>> poll =
                client.sendAsync(get("&sid=" + sid), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> posted = send(post(sid, "4over HTTP/2", "text/plain;charset=UTF-8"));

        assertThat(posted.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(posted.statusCode()).isEqualTo(200);
        assertThat(posted.body()).isEqualTo("ok");
        assertThat(poll.get(20, TimeUnit.SECONDS).body()).isEqualTo("4over HTTP/2");
        assertThat(poll.get().version()).isEqualTo(HttpClient.Version.HTTP_2);

        assertThat(send(post(sid, "1", "text/plain;charset=UTF-8")).body()).isEqualTo("ok");
        assertThat(tls.awaitClosed(sid).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
    }

    @Test
    @DisplayName("S08, E66: HEAD of a client file has the head of the answer to GET, over either HTTP, and no body")
    void headOfAFileIsItsHead() throws Exception {
        URI file = URI.create("https://localhost:" + tls.port() + "/engine.io/socket.io.min.js");
        for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(file).version(version);

            HttpResponse<String> head = send(request.copy().HEAD().build());

            HttpResponse<String> whole = send(request.GET().build());
            assertThat(head.version()).isEqualTo(version);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(whole.body()).contains("Socket.IO v4.");
            for (String name : new String[] {"content-length", "content-type", "etag"}) {
                assertThat(head.headers().firstValue(name))
                        .as(name)
                        .isNotEmpty()
                        .isEqualTo(whole.headers().firstValue(name));
            }
        }
    }

    @Test
    @DisplayName("E66: a session that began over HTTP/2 moves to a WebSocket, which is HTTP/1.1")
    void sessionsUpgrade() throws Exception {
        String sid = handshake();
        try (RawWebSocket socket = RawWebSocket.probe(tls, sid)) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            assertThat(send(get("&sid=" + sid)).body()).isEqualTo("6");
            socket.text("5");
            socket.echo("moved");
        }
    }

    @Test
    @DisplayName("E66: WebSockets go on as before on the same port")
    void webSocketsStay() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(tls)) {
            socket.echo("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        &sid=AAAAAAAAAAAAAAAAAAAA | 400 | {"code":1,"message":"Session ID unknown"}
        &transport=polling        | 400 | {"code":3,"message":"Bad request"}
        """)
    @DisplayName("E66: refusals are those of HTTP/1.1")
    void refusalsAreTheSame(String more, int status, String body) throws Exception {
        HttpResponse<String> response = send(get(more));

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    @DisplayName("E66: a foreign origin is one over HTTP/2 too, the own is not")
    void originsAreChecked() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(""));
        assertThat(send(request.copy().header("Origin", "https://evil.example").build())
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request.copy()
                                .header("Origin", "https://localhost:" + tls.port())
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("E66: bodies that are refused end their request, and no other on the connection")
    void refusedBodiesEndNothingElse() throws Exception {
        String sid = handshake();
        CompletableFuture<HttpResponse<String>> poll =
                client.sendAsync(get("&sid=" + sid), HttpResponse.BodyHandlers.ofString());

        HttpResponse<String> tooLarge = send(post(sid, "4" + "x".repeat(100_000), "text/plain"));
        assertThat(tooLarge.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(send(post(sid, "4alive", "text/plain")).body()).isEqualTo("ok");
        assertThat(poll.get(20, TimeUnit.SECONDS).body()).isEqualTo("4alive");

        assertThat(send(post(sid, "4binary", "application/octet-stream")).statusCode())
                .isEqualTo(400);
        assertThat(tls.awaitClosed(sid).reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
    }

    @Test
    @DisplayName("E66: a client that knows what the server speaks needs no TLS, and is no silent newcomer")
    void priorKnowledgeIsEnough() throws Exception {
        try (RawHttp2 http = RawHttp2.connect(plain.port())) {
            String open = http.send(RawHttp2.get(1, TARGET)).body(1);
            assertThat(open).startsWith("0{\"sid\":\"");
            String target = TARGET + "&sid=" + open.substring(9, open.indexOf('"', 9));

            // longer than the handshake timeout and the sweep that follows it
            http.send(RawHttp2.get(3, target));
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(2500, TimeUnit.MILLISECONDS))
                    .join();

            http.send(RawHttp2.post(5, target, "content-length", "6"))
                    .send(RawHttp2.DATA, 1, 5, "4hello".getBytes(UTF_8));
            assertThat(http.body(3)).isEqualTo("4hello");
        }
    }

    @Test
    @DisplayName("sec-H15, E66: a connection that only says it is HTTP/2 ends at the handshake timeout")
    void silentConnectionsEnd() throws Exception {
        try (RawHttp http = RawHttp.connect(plain.port()).send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
            assertEnds(http);
        }
    }

    @Test
    @DisplayName("sec-H22: requests that are reset at once end in GOAWAY")
    void rapidResetsEndTheConnection() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < FLOOD; i++) {
            int stream = 2 * i + 1;
            flood.writeBytes(RawHttp2.get(stream, "/engine.io/?EIO=4&transport=none"));
            flood.writeBytes(RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        assertFloodEnds(flood.toByteArray());
    }

    @Test
    @DisplayName("sec-H22: frames that make the server reset its streams end in GOAWAY")
    void resetsOfTheServerEndTheConnection() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i < FLOOD; i++) {
            int stream = 2 * i + 1;
            flood.writeBytes(RawHttp2.post(stream, "/engine.io/?EIO=4&transport=none"));
            flood.writeBytes(RawHttp2.frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]));
        }
        assertFloodEnds(flood.toByteArray());
    }

    /** The connection ends after a part of the flood; GOAWAY comes first, but the reset that follows may overtake it. */
    private static void assertFloodEnds(byte[] flood) throws Exception {
        try (Bystander bystander = Bystander.connect(plain);
                RawHttp2 http = RawHttp2.connect(plain.port())) {
            try {
                for (int sent = 0; sent < flood.length; sent += PACKET) {
                    http.send(Arrays.copyOfRange(flood, sent, Math.min(flood.length, sent + PACKET)));
                }
            } catch (SocketException e) {
                // closed while we send
            }
            bystander.check();
            int answered = 0;
            boolean goingAway = false;
            try {
                while (true) {
                    RawHttp2.Frame frame = http.read();
                    answered += frame.endsStream() ? 1 : 0;
                    goingAway |= frame.type() == RawHttp2.GOAWAY;
                }
            } catch (EOFException | SocketException e) {
                assertThat(goingAway || answered < FLOOD / 2)
                        .as(answered + " answers")
                        .isTrue();
            }
            bystander.check();
        }
    }

    private static void assertEnds(RawHttp http) throws IOException {
        http.patience(Duration.ofSeconds(20));
        while (!http.isAtEnd()) {
            // what the server says first
        }
    }

    private String handshake() throws Exception {
        HttpResponse<String> response = send(get(""));
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).startsWith("0{\"sid\":\"");
        return response.body().substring(9, response.body().indexOf('"', 9));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest get(String more) {
        return HttpRequest.newBuilder(uri(more)).build();
    }

    private static HttpRequest post(String sid, String body, String type) {
        return HttpRequest.newBuilder(uri("&sid=" + sid))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static URI uri(String more) {
        return URI.create("https://localhost:" + tls.port() + TARGET + more);
    }
}
