package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.ProcessCpu;
import dev.roost.server.RawHttp;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.http.RequestForbidden;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: engine-io 3, 4 and 6; security H8 to H12, O3. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(EngineEcho.Wire.class)
final class WebSocketHandshakeTest {
    private static final List<EngineError> ERRORS = new CopyOnWriteArrayList<>();
    private static EngineEcho server;
    private static Bystander bystander;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        EngineHooks hooks = EngineHooks.builder()
                .allowRequest(request -> {
                    if (request.url().contains("refuse=")) {
                        throw new RequestForbidden("not <you>");
                    }
                })
                .onConnectionError((request, error) -> ERRORS.add(error))
                .build();
        server = EngineEcho.start(
                EngineEcho.settings().corsOrigins("https://listed.example").build(), hooks, wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    @BeforeEach
    void forget() {
        ERRORS.clear();
    }

    /** Sends a request whole and reads the refusal, after which the connection must end. */
    private static RawHttp.Response refusal(String request) throws IOException {
        int before = server.sessionCount();
        RawHttp.Response response;
        try (RawHttp http = server.connect()) {
            response = http.exchange(request);
            assertThat(response.header("connection")).isEqualToIgnoringCase("close");
            assertThat(http.isAtEnd()).isTrue();
        }
        assertThat(server.sessionCount()).isEqualTo(before);
        bystander.check();
        return response;
    }

    private static String upgrade(String headers) {
        return RawHttp.get(RawWebSocket.TARGET, headers);
    }

    @Test
    @DisplayName("E02, E66: a session without polling, with TLS too")
    void handshakeMakesASession() throws IOException {
        try (RawWebSocket socket = RawWebSocket.connect(server, RawWebSocket.TARGET, "")) {
            RawHttp.Response response = socket.handshake();

            assertThat(response.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(response.header("upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(response.header("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(response.headers())
                    .doesNotContainKeys("set-cookie", "server", "sec-websocket-extensions", "sec-websocket-protocol");
            assertThat(socket.read().text())
                    .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[\\],"
                            + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000\\}");
            socket.echo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: WebSocket\r\n",
                "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
                "connection: upgrade\r\nupgrade: WEBSOCKET\r\n"
            })
    @DisplayName("RFC 6455 4.2.1: tokens have no case")
    void tokensOfTheHandshakeHaveNoCase(String headers) throws IOException {
        try (RawHttp http = server.connect()) {
            RawHttp.Response response = http.exchange(upgrade(headers + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: " + RawWebSocket.KEY + "\r\nOrigin: http://localhost\r\n"));

            assertThat(response.status()).isEqualTo(101);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAAAAAA | 1 | Session ID unknown
        EIO=4&transport=abc                                | 0 | Transport unknown
        EIO=4                                              | 0 | Transport unknown
        EIO=4&transport=polling                            | 3 | Bad request
        EIO=4&transport=websocket&EIO=4                    | 3 | Bad request
        EIO=3&transport=websocket                          | 5 | Unsupported protocol version
        EIO=5&transport=websocket                          | 5 | Unsupported protocol version
        transport=websocket                                | 5 | Unsupported protocol version
        EIO=4&transport=websocket&refuse=1                 | 4 | not &lt;you&gt;
        """)
    @DisplayName("E16: an upgrade is refused in plain words, always with 400, and the connection ends")
    void refusedUpgradesGetTheMessage(String query, int code, String message) throws IOException {
        RawHttp.Response response = refusal(RawWebSocket.request("/engine.io/?" + query, ""));

        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(response.text()).isEqualTo(message);
        assertThat(response.header("content-type")).isEqualTo("text/html");
        assertThat(response.headers()).doesNotContainKey("server");
        assertThat(ERRORS).extracting(EngineError::code).containsExactly(code);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        key missing         | 13 |
        key of three        | 13 | abc
        key of 15 bytes     | 13 | MTIzNDU2Nzg5MDEyMzQ1
        key of 17 bytes     | 13 | MTIzNDU2Nzg5MDEyMzQ1Njc=
        key not base64      | 13 | !!!!!!!!!!!!!!!!!!!!!!==
        version 8           | 8  | dGhlIHNhbXBsZSBub25jZQ==
        version 14          | 14 | dGhlIHNhbXBsZSBub25jZQ==
        version missing     |    | dGhlIHNhbXBsZSBub25jZQ==
        """)
    @DisplayName("sec-H9: a malformed key or version")
    void malformedKeysAndVersionsAreRefused(String name, String version, String key) throws IOException {
        RawHttp.Response response = refusal(upgrade("Connection: Upgrade\r\nUpgrade: websocket\r\n"
                + (version == null ? "" : "Sec-WebSocket-Version: " + version + "\r\n")
                + (key == null ? "" : "Sec-WebSocket-Key: " + key + "\r\n")));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("sec-websocket-version")).isEqualTo("13");
    }

    @Test
    @DisplayName("sec-H9: version 13 twice, and two keys")
    void repeatedHandshakeHeadersAreRefused() throws IOException {
        assertThat(refusal(RawWebSocket.request(RawWebSocket.TARGET, "Sec-WebSocket-Version: 13\r\n"))
                        .status())
                .isEqualTo(400);
        assertThat(refusal(RawWebSocket.request(RawWebSocket.TARGET, "Sec-WebSocket-Key: " + RawWebSocket.KEY + "\r\n"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    @DisplayName("sec-H3: an upgrade that is no GET")
    void upgradeByAnotherMethodIsRefused() throws IOException {
        RawHttp.Response response =
                refusal(RawWebSocket.request(RawWebSocket.TARGET, "").replace("GET ", "PUT "));

        assertThat(response.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Connection: Upgrade\r\n",
                "Upgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: h3\r\n",
                "Connection: Upgrade\r\nUpgrade: \r\n"
            })
    @DisplayName("sec-H8, sec-H10: what is no upgrade is answered as a polling request")
    void requestWithoutUpgradeIsABadRequest(String headers) throws IOException {
        try (RawHttp http = server.connect()) {
            RawHttp.Response response = http.exchange(upgrade(
                    headers + "Sec-WebSocket-Version: 13\r\n" + "Sec-WebSocket-Key: " + RawWebSocket.KEY + "\r\n"));

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isIn("{\"code\":3,\"message\":\"Bad request\"}", "");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H10: 2000 headers")
    void tooManyHeadersAreRefused() throws IOException {
        StringBuilder headers = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            headers.append("X-").append(i).append(": x\r\n");
        }
        try (RawHttp http = server.connect()) {
            RawHttp.Response response = http.exchange(RawWebSocket.request(RawWebSocket.TARGET, headers.toString()));

            assertThat(response.status()).isIn(400, 431);
            assertThat(response.headers()).doesNotContainKey("server");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H11: 32 KiB of spaces and commas as protocols, refused as fast as they are read")
    void endlessProtocolsAreRefused() throws IOException {
        String request =
                RawWebSocket.request(RawWebSocket.TARGET, "Sec-WebSocket-Protocol: " + " ,".repeat(16_384) + "x\r\n");
        ProcessCpu cpu = ProcessCpu.measure();
        for (int i = 0; i < 20; i++) {
            try (RawHttp http = server.connect()) {
                assertThat(http.exchange(request).status()).isIn(400, 431);
            }
            bystander.check();
        }
        // An expression that tries every way to read them takes for ever; the first handshakes of TLS take a while.
        assertThat(cpu.spent().dividedBy(20)).isLessThan(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; constructor",
                "; ; ;",
                "permessage-deflate; server_max_window_bits=",
                "permessage-deflate; server_max_window_bits=0",
                "permessage-deflate; server_max_window_bits=16"
            })
    @DisplayName("E41, sec-H12: without compression every extension is declined")
    void extensionsAreDeclined(String offer) throws IOException {
        try (RawWebSocket socket =
                RawWebSocket.open(server, RawWebSocket.TARGET, "Sec-WebSocket-Extensions: " + offer + "\r\n")) {
            assertThat(socket.handshake().headers()).doesNotContainKey("sec-websocket-extensions");
            socket.echo("usable");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H12: 500 offers")
    void endlessExtensionsAreDeclined() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(
                server,
                RawWebSocket.TARGET,
                "Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(499) + "permessage-deflate\r\n")) {
            socket.echo("usable");
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://listed.example.evil", "http://listed.example"})
    @DisplayName("sec-O3, sec-O5: a page of another origin, with a cookie")
    void foreignOriginsAreRefusedBeforeThe101(String origin) throws IOException {
        RawHttp.Response response = refusal(
                RawWebSocket.request(RawWebSocket.TARGET, "Origin: " + origin + "\r\nCookie: session=valid\r\n"));

        assertThat(response.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(response.text()).isEqualTo("Forbidden");
        assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(ERRORS).extracting(EngineError::code).containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "https://LISTED.example", "https://listed.example:443"})
    @DisplayName("sec-O3: the same host, and what is listed; CORS headers are on the 101")
    void ownAndListedOriginsPass(String origin) throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(server, RawWebSocket.TARGET, "Origin: " + origin + "\r\n")) {
            assertThat(socket.handshake().headers().containsKey("access-control-allow-origin"))
                    .isEqualTo(!origin.contains("localhost"));
            socket.echo("usable");
        }
    }

    @Test
    @DisplayName("E39: one packet per frame, binary without a type byte")
    void binaryHasNoTypeByte() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(binary((byte) 1, (byte) 2)).text("4a");

            RawWebSocket.Frame first = socket.read();
            assertThat(first.first()).isEqualTo(0x82);
            assertThat(first.payload()).containsExactly(1, 2);
            RawWebSocket.Frame second = socket.read();
            assertThat(second.first()).isEqualTo(0x81);
            assertThat(second.text()).isEqualTo("4a");
        }
    }

    @Test
    @DisplayName("E40: b64 has binary sent as text")
    void base64IsSentWhereItIsAskedFor() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(server, RawWebSocket.TARGET + "&b64=1", "")) {
            socket.send(binary((byte) 1, (byte) 2, (byte) 3, (byte) 4));

            RawWebSocket.Frame frame = socket.read();
            assertThat(frame.first()).isEqualTo(0x81);
            assertThat(frame.text()).isEqualTo("bAQIDBA==");
        }
    }

    @Test
    @DisplayName("sec-H7: a poll with the sid of a WebSocket")
    void pollOfAWebSocketSessionIsRefusedAndHarmless() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(server);
                RawHttp http = server.connect()) {
            RawHttp.Response response =
                    http.exchange(RawHttp.get("/engine.io/?EIO=4&transport=polling&sid=" + socket.sid(), ""));

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
            socket.echo("untouched");
        }
        bystander.check();
    }

    @Test
    @DisplayName("engine-io 6: a second WebSocket with the sid of a WebSocket is closed")
    void secondWebSocketOfASessionIsClosed() throws IOException {
        try (RawWebSocket socket = RawWebSocket.open(server);
                RawWebSocket second = RawWebSocket.probe(server, socket.sid())) {
            assertThat(second.read().code()).isEqualTo(CloseCode.NONE);
            second.send(Frames.frame(0x88, new byte[0]));
            second.expectEnd();
            socket.echo("untouched");
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-H24: an upgrade for nobody's path")
    void upgradeOfAnotherPathIsNotTheEngines() throws IOException {
        try (RawHttp http = server.connect()) {
            RawHttp.Response response = http.exchange(RawWebSocket.request("/other/?EIO=4&transport=websocket", ""));

            assertThat(response.status()).isEqualTo(404);
        }
    }

    @Test
    void clientThatLeavesAtOnceLeavesNoSession() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawHttp http = server.connect()) {
                http.send(RawWebSocket.request(RawWebSocket.TARGET, ""));
            }
        }
        bystander.check();
    }
}
