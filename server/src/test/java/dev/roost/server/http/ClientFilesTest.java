package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: socket-io 14. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class ClientFilesTest {
    private static final String SCRIPT = "/engine.io/socket.io.min.js";
    private static EngineEcho server;

    @BeforeAll
    static void start() {
        server = EngineEcho.start(EngineEcho.settings().corsOrigins("*").build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp.Response get(String target, String headers) throws IOException {
        return RawHttp.once(server.port(), RawHttp.get(target, headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js?v=4"})
    @DisplayName("S08: the scripts of the client")
    void scriptsAreServed(String name) throws IOException {
        RawHttp.Response file = get("/engine.io/" + name, "");

        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("content-type")).isEqualTo("application/javascript; charset=utf-8");
        assertThat(file.header("cache-control")).isEqualTo("public, max-age=0");
        assertThat(file.text()).contains("Socket.IO v4.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socket.io.js.map",
                "socket.io.min.js.map",
                "socket.io.esm.min.js.map",
                "socket.io.msgpack.min.js.map"
            })
    @DisplayName("S11: their source maps")
    void sourceMapsAreServed(String name) throws IOException {
        RawHttp.Response file = get("/engine.io/" + name, "");

        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("content-type")).isEqualTo("application/json; charset=utf-8");
        assertThat(file.text()).startsWith("{").contains("\"mappings\"");
    }

    @Test
    @DisplayName("S08: no other name is a file")
    void otherNamesAreNoFiles() throws IOException {
        assertThat(get("/engine.io/version", "").status()).isEqualTo(404);
        assertThat(get("/engine.io/socket.io.slim.js", "").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("S09: whoever has this version is told so")
    void knownVersionIsNotSentAgain() throws IOException {
        String etag = get(SCRIPT, "").header("etag");

        assertThat(etag).matches("\"4\\.\\d+\\.\\d+\"");
        for (String known : new String[] {etag, "W/" + etag}) {
            RawHttp.Response again = get(SCRIPT, "If-None-Match: " + known + "\r\n");
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
        }
        assertThat(get(SCRIPT, "If-None-Match: \"4.0.0\"\r\n").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("S10: compressed for whoever takes gzip, plain for others")
    void filesAreCompressed() throws IOException {
        byte[] plain = get(SCRIPT, "").body();
        RawHttp.Response compressed = get(SCRIPT, "Accept-Encoding: br, gzip\r\n");

        assertThat(compressed.header("content-encoding")).isEqualTo("gzip");
        assertThat(compressed.header("vary")).contains("Accept-Encoding");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes())
                .isEqualTo(plain);
        assertThat(get(SCRIPT, "Accept-Encoding: gzip;q=0\r\n").body()).isEqualTo(plain);
    }

    @Test
    @DisplayName("S12: the CORS option holds for files")
    void filesCarryCorsHeaders() throws IOException {
        RawHttp.Response file = get(SCRIPT, "Origin: https://any.example\r\n");

        assertThat(file.header("access-control-allow-origin")).isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {SCRIPT, "/engine.io/socket.io.js", "/engine.io/socket.io.js.map"})
    @DisplayName("S13, sec-H23: files can be switched off")
    void filesCanBeSwitchedOff(String file) throws IOException {
        try (EngineEcho without = EngineEcho.start(
                EngineEcho.settings().set(Settings.SERVE_CLIENT, false).build())) {
            RawHttp.Response answer = RawHttp.once(without.port(), RawHttp.get(file, ""));

            assertThat(answer.status()).isEqualTo(404);
            assertThat(new String(answer.body(), UTF_8)).doesNotContain("Socket.IO", "mappings");
        }
    }
}
