package dev.roost.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import io.helidon.webserver.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeft.class)
class DemoPageTest {
    private static WebServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .routing(routing -> routing.register(new DemoPage()))
                .build()
                .start();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8, <!doctype html>",
        "/chat.css, text/css; charset=utf-8, :root",
        "/chat.js, text/javascript; charset=utf-8, '\"use strict\"'",
        "/bird.svg, image/svg+xml, <svg"
    })
    void everyFileComesWithItsTypeAndThePolicy(String path, String type, String content) throws Exception {
        HttpResponse<String> response = client.send(request(path).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(type);
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "connect-src 'self' ws: wss:")
                .doesNotContain("unsafe");
        assertThat(response.body()).contains(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"other\", %s"})
    void aFileTheBrowserHasIsNotSentAgain(String tags) throws Exception {
        String etag = client.send(request("/chat.js").build(), BodyHandlers.discarding())
                .headers()
                .firstValue("ETag")
                .orElseThrow();

        HttpResponse<String> again = client.send(
                request("/chat.js")
                        .header("If-None-Match", tags.formatted(etag))
                        .build(),
                BodyHandlers.ofString());

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void headAnswersWithoutTheFile() throws Exception {
        HttpResponse<String> response = client.send(request("/").HEAD().build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/Chat.class", "/chat.js/", "/..%2fdemo%2fchat.js", "/nothing"})
    void nothingElseIsServed(String path) throws Exception {
        assertThat(client.send(request(path).build(), BodyHandlers.discarding()).statusCode())
                .isIn(400, 404);
    }

    @Test
    void thePageHasNoInlineScriptOrStyle() throws Exception {
        String page = client.send(request("/").build(), BodyHandlers.ofString()).body();

        assertThat(page).doesNotContain("<style", "style=", "onclick=", "javascript:");
        assertThat(page).doesNotContainPattern("<script(?![^>]*src=)");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }
}
