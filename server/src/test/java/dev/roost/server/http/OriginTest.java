package dev.roost.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages may talk to the server, by either transport. Spec: security O1, O3 to O7; engine-io 11. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class OriginTest {
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling";

    private static EngineEcho server;

    @BeforeAll
    static void start() {
        server = EngineEcho.start(EngineEcho.settings()
                .corsOrigins("https://good.example", "https://xn--bcher-kva.example:8443")
                .set(Settings.COOKIE_ENABLED, true)
                .build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String request(String method, String host, String origin, String headers) {
        return method + " " + POLLING + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + (origin == null ? "" : "Origin: " + origin + "\r\n") + headers + "\r\n";
    }

    @ParameterizedTest(name = "{0} at {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                                        | localhost           | true
        http://localhost                | localhost           | true
        https://localhost               | localhost           | true
        ws://localhost                  | localhost           | true
        http://localhost:80             | localhost           | true
        https://localhost:443           | localhost           | true
        https://localhost               | localhost:443       | true
        http://localhost:3000           | localhost:3000      | true
        HTTP://LocalHost                | localhost           | true
        http://[::1]:3000               | [::1]:3000          | true
        http://localhost:3000           | localhost           | false
        http://localhost                | localhost:3000      | false
        http://localhost.               | localhost           | false
        http://localhost.evil           | localhost           | false
        http://evillocalhost            | localhost           | false
        http://localhost@evil.example   | localhost           | false
        http://localhost/               | localhost           | false
        null                            | localhost           | false
        localhost                       | localhost           | false
        https://evil.example            | localhost           | false
        https://good.example            | localhost           | true
        https://GOOD.example:443        | localhost           | true
        https://xn--bcher-kva.example:8443 | localhost        | true
        http://good.example             | localhost           | false
        https://good.example:444        | localhost           | false
        https://good.example.           | localhost           | false
        https://good.example.evil       | localhost           | false
        https://evilgood.example        | localhost           | false
        https://good.example https://evil.example | localhost | false
        """)
    @DisplayName("sec-O1, sec-O3, sec-O5: only true equals of the host or the list pass, whatever the transport")
    void onlyTrueEqualsPass(String origin, String host, boolean passes) throws IOException {
        RawHttp.Response polling = RawHttp.once(server.port(), request("GET", host, origin, ""));
        String upgrade = RawWebSocket.request(RawWebSocket.TARGET, origin == null ? "" : "Origin: " + origin + "\r\n")
                .replace("Host: localhost\r\n", "Host: " + host + "\r\n");
        RawHttp.Response webSocket = RawHttp.once(server.port(), upgrade);

        assertThat(polling.status()).isEqualTo(passes ? 200 : 403);
        assertThat(webSocket.status()).isEqualTo(passes ? 101 : 400);
        if (!passes) {
            assertThat(polling.text()).isEqualTo("{\"code\":4,\"message\":\"Forbidden\"}");
            assertThat(webSocket.text()).isEqualTo("Forbidden");
            assertThat(polling.headers()).doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    @DisplayName("sec-O4: a simple POST of another origin with the victim's cookie and sid")
    void everyRequestIsCheckedNotOnlyTheFirst() throws IOException {
        RawHttp.Response open = RawHttp.once(server.port(), request("GET", "localhost", null, ""));
        String cookie = open.header("set-cookie");
        String sid = cookie.substring("io=".length(), cookie.indexOf(';'));

        RawHttp.Response response = RawHttp.once(
                server.port(),
                RawHttp.post(
                        POLLING + "&sid=" + sid,
                        "Origin: https://evil.example\r\nContent-Type: text/plain\r\nCookie: io=" + sid + "\r\n",
                        "4stolen"));

        assertThat(response.status()).isEqualTo(403);
        assertThat(RawHttp.once(server.port(), RawHttp.post(POLLING + "&sid=" + sid, "", "4mine"))
                        .text())
                .isEqualTo("ok");
        assertThat(RawHttp.once(server.port(), RawHttp.get(POLLING + "&sid=" + sid, ""))
                        .text())
                .isEqualTo("4mine");
    }

    @Test
    @DisplayName("sec-O5: X-Forwarded-Host of a stranger counts for nothing")
    void forwardedHostOfAStrangerIsIgnored() throws IOException {
        RawHttp.Response response = RawHttp.once(
                server.port(),
                request("GET", "localhost", "https://evil.example", "X-Forwarded-Host: evil.example\r\n"));

        assertThat(response.status()).isEqualTo(403);
    }

    @Test
    @DisplayName("sec-O5: X-Forwarded-Host of a trusted proxy is the host")
    void forwardedHostOfATrustedProxyCounts() throws IOException {
        try (EngineEcho proxied = EngineEcho.start(EngineEcho.settings()
                .set(Settings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                .build())) {
            RawHttp.Response response = RawHttp.once(
                    proxied.port(),
                    request("GET", "10.0.0.1:3000", "https://chat.example", "X-Forwarded-Host: chat.example\r\n"));

            assertThat(response.status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("sec-O6: a preflight with a hundred headers")
    void preflightMakesNoSession() throws IOException {
        int before = server.sessionCount();
        String asked = "x-h, ".repeat(99) + "x-h";

        RawHttp.Response response = RawHttp.once(
                server.port(),
                request(
                        "OPTIONS",
                        "localhost",
                        "https://good.example",
                        "Access-Control-Request-Method: BREW\r\nAccess-Control-Request-Headers: " + asked + "\r\n"));

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(response.header("vary")).contains("Origin");
        assertThat(server.sessionCount()).isEqualTo(before);
    }

    @Test
    @DisplayName("sec-O7, E62: the cookie's attributes")
    void cookieCannotBeReadByScripts() throws IOException {
        RawHttp.Response response = RawHttp.once(server.port(), request("GET", "localhost", null, ""));

        assertThat(response.header("set-cookie")).matches("io=[\\w-]{20}; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    @DisplayName("origin-check off: as the reference")
    void withoutTheCheckEveryOriginPasses() throws IOException {
        try (EngineEcho open = EngineEcho.start(EngineEcho.settings()
                .set(Settings.CORS_ORIGIN_CHECK, Settings.OriginCheck.OFF)
                .build())) {
            RawHttp.Response response =
                    RawHttp.once(open.port(), request("GET", "localhost", "https://evil.example", ""));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
        }
    }
}
