package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec: engine-io 3, step 1, and 10. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class EngineHooksTest {
    private static final String HANDSHAKE = "/engine.io/?EIO=4&transport=polling";
    private static final List<EngineError> ERRORS = new CopyOnWriteArrayList<>();
    private static EngineEcho server;

    @BeforeAll
    static void start() {
        EngineHooks hooks = EngineHooks.builder()
                .use((request, response) -> {
                    response.header("X-First", "1");
                    if (request.url().contains("do=throw")) {
                        throw new IOException("secret detail");
                    }
                    if (request.url().contains("do=block")) {
                        // What an asynchronous middleware is for Node.
                        new CompletableFuture<Void>()
                                .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                                .get();
                    }
                    if (request.url().contains("do=end")) {
                        response.end(418, "text/plain", "ended".getBytes(UTF_8));
                        response.end(200, "text/plain", "too late".getBytes(UTF_8));
                        throw new IOException("after the end");
                    }
                })
                .use((request, response) -> response.header("X-Second", "2"))
                .onInitialHeaders((headers, request) -> headers.put("X-Initial", "of " + request.method()))
                .onHeaders((headers, request) -> {
                    headers.put("X-Every", String.valueOf(headers.containsKey("X-Initial")));
                    headers.remove("X-Second");
                })
                .onConnectionError((request, error) -> ERRORS.add(error))
                .build();
        server = EngineEcho.start(EngineEcho.settings().build(), hooks, builder -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void forget() {
        ERRORS.clear();
    }

    private static RawHttp.Response get(String target) throws IOException {
        return RawHttp.once(server.port(), RawHttp.get(target, ""));
    }

    private static RawHttp.Response upgrade(String more) throws IOException {
        try (RawHttp http = server.connect()) {
            return http.exchange(RawWebSocket.request(RawWebSocket.TARGET + more, ""));
        }
    }

    @Test
    @DisplayName("E57: headers of answers that create a session may be changed")
    void initialHeadersAreOfAnswersThatCreateASession() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        assertThat(get(HANDSHAKE).header("x-initial")).isEqualTo("of GET");
        assertThat(client.post("4a").headers()).doesNotContainKey("x-initial");
        assertThat(client.poll().headers()).doesNotContainKey("x-initial");
        assertThat(upgrade("").header("x-initial")).isEqualTo("of GET");
    }

    @Test
    @DisplayName("E58: headers of every 200 and 101 may be changed, those of refusals not")
    void headersAreOfEveryAnswer() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        assertThat(get(HANDSHAKE).header("x-every")).isEqualTo("true");
        assertThat(client.post("4a").header("x-every")).isEqualTo("false");
        assertThat(client.poll().header("x-every")).isEqualTo("false");
        RawHttp.Response switched = upgrade("");
        assertThat(switched.status()).isEqualTo(101);
        assertThat(switched.header("x-every")).isEqualTo("true");
        assertThat(switched.headers()).doesNotContainKey("x-second");
        assertThat(get("/engine.io/?EIO=4&transport=abc").headers()).doesNotContainKey("x-every");
    }

    @Test
    @DisplayName("E59: middlewares see polling and upgrades in their order, and add headers to any answer")
    void middlewaresSeeEveryRequest() throws IOException {
        RawHttp.Response refused = get("/engine.io/?EIO=4&transport=abc");

        assertThat(refused.header("x-first")).isEqualTo("1");
        assertThat(refused.header("x-second")).isEqualTo("2");
        assertThat(get(HANDSHAKE).header("x-first")).isEqualTo("1");
        assertThat(upgrade("").header("x-first")).isEqualTo("1");
    }

    @Test
    @DisplayName("E59, E78: what a middleware has answered stays the answer, whatever it does then")
    void middlewareMayAnswerItself() throws IOException {
        int before = server.sessionCount();

        RawHttp.Response polling = get(HANDSHAKE + "&do=end");
        RawHttp.Response webSocket = upgrade("&do=end");

        assertThat(polling.status()).isEqualTo(418);
        assertThat(polling.text()).isEqualTo("ended");
        assertThat(polling.headers()).doesNotContainKey("x-second");
        assertThat(webSocket.status()).isEqualTo(418);
        assertThat(webSocket.text()).isEqualTo("ended");
        assertThat(server.sessionCount()).isEqualTo(before);
        assertThat(ERRORS).isEmpty();
    }

    @Test
    @DisplayName("E17, E78: a middleware that throws refuses with code 3 and no detail")
    void middlewareThatThrowsRefuses() throws IOException {
        RawHttp.Response polling = get(HANDSHAKE + "&do=throw");
        RawHttp.Response webSocket = upgrade("&do=throw");

        assertThat(polling.status()).isEqualTo(400);
        assertThat(polling.text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
        assertThat(webSocket.status()).isEqualTo(400);
        assertThat(webSocket.text()).isEqualTo("Bad request");
        assertThat(ERRORS).hasSize(2).allSatisfy(error -> {
            assertThat(error.code()).isEqualTo(3);
            assertThat(error.context()).containsEntry("name", "MIDDLEWARE_FAILURE");
        });
    }

    @Test
    @DisplayName("E78: a middleware may wait")
    void middlewareMayBlock() throws IOException {
        assertThat(get(HANDSHAKE + "&do=block").status()).isEqualTo(200);
        assertThat(upgrade("&do=block").status()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, EIO=4&transport=abc, transport, abc",
        "GET, EIO=4&transport=polling&sid=nobody, sid, nobody",
        "POST, EIO=4&transport=polling, method, POST",
        "GET, EIO=4&transport=websocket, name, TRANSPORT_HANDSHAKE_ERROR",
        "GET, EIO=3&transport=polling, protocol, 3"
    })
    @DisplayName("E17: listeners learn the details that are not sent")
    void connectionErrorsCarryTheirContext(String method, String query, String key, String value) throws IOException {
        RawHttp.once(server.port(), RawHttp.request(method, "/engine.io/?" + query, ""));

        assertThat(ERRORS)
                .singleElement()
                .satisfies(error -> assertThat(error.context()).containsEntry(key, value));
    }
}
