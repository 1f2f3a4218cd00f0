package dev.roost.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spec: engine-io 11. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class CorsTest {
    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";
    private static final String LISTED = "https://listed.example";
    private static final String FROM_LISTED = "Origin: " + LISTED + "\r\n";

    private static SocketIoConfig listed() {
        return EngineEcho.settings()
                .corsOrigins(LISTED)
                .set(Settings.CORS_CREDENTIALS, true)
                .set(Settings.CORS_EXPOSED_HEADERS, List.of("X-A", "X-B"))
                .set(Settings.CORS_MAX_AGE, Duration.ofMinutes(10))
                .build();
    }

    @Test
    @DisplayName("E60: a listed origin may read every answer, refusals and 101 too")
    void listedOriginMayRead() throws IOException {
        try (EngineEcho server = EngineEcho.start(listed())) {
            List<RawHttp.Response> answers = List.of(
                    RawHttp.once(server.port(), RawHttp.get(TARGET, FROM_LISTED)),
                    RawHttp.once(server.port(), RawHttp.get("/engine.io/?EIO=4&transport=abc", FROM_LISTED)),
                    upgrade(server, FROM_LISTED));

            assertThat(answers).extracting(RawHttp.Response::status).containsExactly(200, 400, 101);
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.header("access-control-allow-origin")).isEqualTo(LISTED);
                assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
                assertThat(answer.header("access-control-expose-headers")).isEqualTo("X-A,X-B");
                assertThat(answer.header("vary")).contains("Origin");
            });
        }
    }

    private static RawHttp.Response upgrade(EngineEcho server, String headers) throws IOException {
        try (RawHttp http = server.connect()) {
            return http.exchange(RawWebSocket.request(RawWebSocket.TARGET, headers));
        }
    }

    @Test
    @DisplayName("E60: a star lets anybody read, and varies with nothing")
    void starLetsAnybodyRead() throws IOException {
        try (EngineEcho server =
                EngineEcho.start(EngineEcho.settings().corsOrigins("*").build())) {
            RawHttp.Response answer =
                    RawHttp.once(server.port(), RawHttp.get(TARGET, "Origin: https://any.example\r\n"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
            assertThat(answer.headers()).doesNotContainKeys("vary", "access-control-allow-credentials");
        }
    }

    @Test
    @DisplayName("E60: without the option no answer has a CORS header")
    void nothingIsSaidUnlessConfigured() throws IOException {
        try (EngineEcho server = EngineEcho.start()) {
            RawHttp.Response answer = RawHttp.once(server.port(), RawHttp.get(TARGET, "Origin: http://localhost\r\n"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
        }
    }

    @Test
    @DisplayName("E61: a preflight is answered with what is allowed")
    void preflightIsAnswered() throws IOException {
        try (EngineEcho server = EngineEcho.start(listed())) {
            RawHttp.Response answer = RawHttp.once(
                    server.port(),
                    RawHttp.request(
                            "OPTIONS",
                            TARGET,
                            FROM_LISTED + "Access-Control-Request-Method: POST\r\n"
                                    + "Access-Control-Request-Headers: x-token\r\n"));

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("access-control-allow-origin")).isEqualTo(LISTED);
            assertThat(answer.header("access-control-allow-methods")).isEqualTo("GET,HEAD,PUT,PATCH,POST,DELETE");
            assertThat(answer.header("access-control-allow-headers")).isEqualTo("x-token");
            assertThat(answer.header("access-control-max-age")).isEqualTo("600");
            assertThat(answer.header("vary")).contains("Origin").contains("Access-Control-Request-Headers");
            assertThat(server.sessionCount()).isZero();
        }
    }

    @Test
    @DisplayName("E61: a preflight from elsewhere is not told that it may")
    void preflightFromElsewhereIsNotAllowed() throws IOException {
        try (EngineEcho server = EngineEcho.start(listed())) {
            RawHttp.Response answer =
                    RawHttp.once(server.port(), RawHttp.request("OPTIONS", TARGET, "Origin: https://evil.example\r\n"));

            assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    @DisplayName("E62: the cookie comes with a polling handshake and with nothing else")
    void cookieComesWithThePollingHandshake() throws IOException {
        try (EngineEcho server = EngineEcho.start(
                EngineEcho.settings().set(Settings.COOKIE_ENABLED, true).build())) {
            RawHttp.Response handshake = RawHttp.once(server.port(), RawHttp.get(TARGET, ""));
            PollingClient client = PollingClient.open(server.port());

            String cookie = handshake.header("set-cookie");
            assertThat(cookie).matches("io=[\\w-]{20}; Path=/; HttpOnly; SameSite=Lax");
            assertThat(handshake.text()).contains("\"sid\":\"" + cookie.substring(3, 23) + '"');
            assertThat(client.post("4a").headers()).doesNotContainKey("set-cookie");
            assertThat(client.poll().headers()).doesNotContainKey("set-cookie");
            assertThat(upgrade(server, "").headers()).doesNotContainKey("set-cookie");
        }
    }
}
