package dev.roost.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Warnings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: engine-io 3, error table; security H1 to H8. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class HandshakeErrorTest {
    private static final List<EngineError> ERRORS = new CopyOnWriteArrayList<>();
    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        EngineHooks hooks = EngineHooks.builder()
                .allowRequest(request -> {
                    if (request.url().contains("refuse=silently")) {
                        throw new IllegalStateException("secret detail");
                    }
                    if (request.url().contains("refuse=")) {
                        throw new RequestForbidden("not \"you\"");
                    }
                })
                .onConnectionError((request, error) -> ERRORS.add(error))
                .build();
        server = EngineEcho.start(EngineEcho.settings().build(), hooks, builder -> {});
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    @BeforeEach
    void forget() {
        ERRORS.clear();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        GET     | EIO=4&transport=abc                            | 0 | Transport unknown            | sec-H1
        GET     | EIO=4&transport=webtransport                   | 0 | Transport unknown            | E72, E73
        GET     | EIO=4&transport=__proto__                      | 0 | Transport unknown            | sec-H2
        GET     | EIO=4&transport=constructor                    | 0 | Transport unknown            | sec-H2
        GET     | EIO=4&transport=toString                       | 0 | Transport unknown            | sec-H2
        GET     | EIO=4&transport=                               | 0 | Transport unknown            | sec-H2
        GET     | EIO=4                                          | 0 | Transport unknown            | sec-H2
        GET     | EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA | 1 | Session ID unknown        | sec-H6
        GET     | EIO=4&transport=polling&sid=__proto__          | 1 | Session ID unknown           | sec-H6
        GET     | EIO=4&transport=polling&sid=../../x            | 1 | Session ID unknown           | sec-H6
        GET     | EIO=4&transport=polling&sid=a%00b              | 1 | Session ID unknown           | sec-H6
        POST    | EIO=4&transport=polling                        | 2 | Bad handshake method         | sec-H3
        PUT     | EIO=4&transport=polling                        | 2 | Bad handshake method         | sec-H3
        DELETE  | EIO=4&transport=polling                        | 2 | Bad handshake method         | sec-H3
        TRACE   | EIO=4&transport=polling                        | 2 | Bad handshake method         | sec-H3
        OPTIONS | EIO=4&transport=polling                        | 2 | Bad handshake method         | E12
        GET     | EIO=4&transport=websocket                      | 3 | Bad request                  | sec-H8
        GET     | EIO=4&EIO=3&transport=polling                  | 3 | Bad request                  | sec-H4
        GET     | EIO=4&transport=polling&transport=polling      | 3 | Bad request                  | sec-H4
        GET     | EIO=4&transport=polling&sid=a&sid=b            | 3 | Bad request                  | sec-H4
        GET     | EIO=3&transport=polling                        | 5 | Unsupported protocol version | sec-H4
        GET     | transport=polling                              | 5 | Unsupported protocol version | sec-H4
        GET     | EIO=abc&transport=polling                      | 5 | Unsupported protocol version | sec-H4
        GET     | EIO=5&transport=polling                        | 5 | Unsupported protocol version | sec-H4
        """)
    @DisplayName("E10, E11, E12, E13, E15, E17, E75: each refusal has its code and message")
    void refusedRequestsGetTheirCodeAsJson(String method, String query, int code, String message, String row)
            throws IOException {
        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.request(method, "/engine.io/?" + query, ""));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("{\"code\":" + code + ",\"message\":\"" + message + "\"}");
        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(response.headers()).doesNotContainKeys("cache-control", "server", "access-control-allow-origin");
        assertThat(ERRORS).extracting(EngineError::code).containsExactly(code);
        assertThat(ERRORS.get(0).context().containsKey("name")).isEqualTo(code == 3);
        bystander.check();
    }

    @Test
    @DisplayName("sec-H6: a sid of 2 KiB is unknown")
    void longSidIsUnknown() throws IOException {
        RawHttp.Response response = RawHttp.once(
                server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling&sid=" + "a".repeat(2048), ""));

        assertThat(response.text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
        bystander.check();
    }

    @Test
    @DisplayName("E14: allowRequest refuses with its own message, escaped")
    void forbiddenCarriesTheMessageOfTheApplication() throws IOException {
        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling&refuse=1", ""));

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).isEqualTo("{\"code\":4,\"message\":\"not \\\"you\\\"\"}");
        assertThat(ERRORS.get(0).context()).containsEntry("message", "not \"you\"");
    }

    @Test
    @DisplayName("sec-H24: a failing allowRequest refuses without a detail")
    void failingAllowRequestTellsNothing() throws IOException {
        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling&refuse=silently", ""));

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).isEqualTo("{\"code\":4,\"message\":\"Forbidden\"}");
    }

    @Test
    @DisplayName("E18: allowRequest is not asked for later requests")
    void allowRequestIsForHandshakesOnly() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.post(client.target() + "&refuse=1", "", "4a"));

        assertThat(response.text()).isEqualTo("ok");
    }

    @Test
    @DisplayName("E76: a request with another revision than its session's")
    void anotherRevisionThanTheSessionsIsABadRequest() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get(client.target().replace("EIO=4", "EIO=3"), ""));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
        assertThat(ERRORS.get(0).context()).containsEntry("name", "PROTOCOL_MISMATCH");
        assertThat(client.post("4still here").text()).isEqualTo("ok");
    }

    @Test
    @DisplayName("E33: an unsupported method with a sid")
    void unsupportedMethodWithASessionIsAnEmpty500() throws IOException {
        PollingClient client = PollingClient.open(server.port());

        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.request("PUT", client.target(), ""));

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).isEmpty();
        assertThat(client.post("4still here").text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "/engine.io?EIO=4&transport=polling",
        "/engine.io//?EIO=4&transport=polling",
        "/ENGINE.IO/?EIO=4&transport=polling",
        "/engine.io/x?EIO=4&transport=polling",
        "/engine.io/%2e%2e/?EIO=4&transport=polling",
        "/x/../engine.io/?EIO=4&transport=polling",
        "/engine.iofoo?EIO=4&transport=polling"
    })
    @DisplayName("E06, E08, sec-H17: only the exact path is the engine's")
    void otherPathsAreNotTheEngines(String target) throws IOException {
        int before = server.sessionCount();

        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.get(target, ""));

        assertThat(response.status()).isIn(400, 404);
        assertThat(response.text()).doesNotContain("sid");
        assertThat(server.sessionCount()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a\u0001b", "http://a\nb", "http://a\u0000b", "http://a\u001b[31mb"})
    @DisplayName("sec-H5: control characters in Origin, which are neither sent back nor logged")
    void controlCharactersInOriginAreRefused(String origin) throws IOException {
        try (Warnings warnings = Warnings.listen()) {
            RawHttp.Response response = RawHttp.once(
                    server.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling", "Origin: " + origin + "\r\n"));

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text() + response.headers()).doesNotContain("http://a");
            assertThat(warnings.messages()).noneMatch(line -> line.contains(origin.substring(7)));
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/engine.io//", "/engine.io/../engine.io/", "/engine.io/%2e%2e/", "/ENGINE.IO/", "/engine.io"})
    @DisplayName("sec-H17: paths that look alike lead to no file and no error of the server")
    void pathsThatLookAlikeAreHarmless(String path) throws IOException {
        for (String query : new String[] {"", "?EIO=4&transport=polling"}) {
            RawHttp.Response response = RawHttp.once(server.port(), RawHttp.get(path + query, ""));

            assertThat(response.status()).isIn(400, 404);
            assertThat(response.text()).doesNotContain("sid", "Exception", "dev.roost", "io.helidon");
        }
        bystander.check();
    }
}
