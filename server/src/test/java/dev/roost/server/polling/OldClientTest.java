package dev.roost.server.polling;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import dev.roost.server.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Revision 3 over polling. Spec: engine-io 13 (E67, E68, E71); security P12, P14, H4. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class OldClientTest {
    private static final String TARGET = "/engine.io/?EIO=3&transport=polling";

    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start(
                EngineEcho.settings().set(Settings.ALLOW_EIO3, true).build());
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static PollingClient open() throws IOException {
        return PollingClient.open(server.port(), TARGET);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static RawHttp.Response post(PollingClient client, String type, byte[] body) throws IOException {
        try (RawHttp http = RawHttp.connect(server.port())) {
            return http.send("POST " + client.target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                            + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .send(body)
                    .read();
        }
    }

    private static void assertParseError(PollingClient client) throws Exception {
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {TARGET, "/engine.io/?transport=polling"})
    @DisplayName("E67, sec-H4: EIO=3, or none, is revision 3 where that is allowed")
    void handshakeIsFramedByLength(String target) throws IOException {
        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.get(target, ""));

        assertThat(response.status()).isEqualTo(200);
        String text = response.text();
        int colon = text.indexOf(':');
        assertThat(text.length() - colon - 1).isEqualTo(Integer.parseInt(text.substring(0, colon)));
        assertThat(text.substring(colon + 1)).startsWith("0{\"sid\":\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EIO=abc", "EIO=5", "EIO=2"})
    @DisplayName("sec-H4: any other revision stays unknown")
    void otherRevisionsAreUnknown(String revision) throws IOException {
        RawHttp.Response response =
                RawHttp.once(server.port(), RawHttp.get("/engine.io/?" + revision + "&transport=polling", ""));

        assertThat(response.text()).isEqualTo("{\"code\":5,\"message\":\"Unsupported protocol version\"}");
    }

    @Test
    @DisplayName("E67: lengths count UTF-16 units, and several packets follow each other")
    void lengthsCountUtf16Units() throws IOException {
        PollingClient client = open();
        assertThat(client.post("6:4hello4:4€😀").text()).isEqualTo("ok");

        assertThat(client.poll().text()).isEqualTo("6:4hello4:4€😀");
    }

    @Test
    @DisplayName("E67: binary as base64 inside the framing, for a client that cannot have it otherwise")
    void binaryIsBase64ForThoseWhoAskForIt() throws IOException {
        PollingClient client = PollingClient.open(server.port(), TARGET + "&b64=1");
        assertThat(client.post("10:b4AQIDBA==").text()).isEqualTo("ok");

        RawHttp.Response response = client.poll();

        assertThat(response.text()).isEqualTo("10:b4AQIDBA==");
        assertThat(response.header("content-type")).isEqualTo("text/plain; charset=UTF-8");
    }

    @Test
    @DisplayName("E68: a batch with binary is an octet-stream both ways")
    void binaryIsAnOctetStream() throws IOException {
        PollingClient client = open();
        byte[] body = hex("00 04 ff 34e282ac 01 04 ff 04010203");
        assertThat(post(client, "application/octet-stream", body).text()).isEqualTo("ok");

        RawHttp.Response response = client.poll();

        assertThat(response.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    @DisplayName("E68: the probed example of a binary answer")
    void probedExampleOfABinaryAnswer() throws IOException {
        PollingClient client = open();
        EngineSession session = Objects.requireNonNull(server.session(client.sid()));
        byte[] event = "4451-[\"bin\",{\"_placeholder\":true,\"num\":0},\"é\"]".getBytes(UTF_8);
        EngineEcho.onLoop(session.loop(), () -> {
            session.append(OutboundMessage.of("40".getBytes(UTF_8), List.of(), false, true));
            return session.append(OutboundMessage.of(event, List.of(new byte[] {1, 2, 3}), false, true));
        });
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(hex("00 02 ff 3430 00"));
        for (char digit : Integer.toString(event.length).toCharArray()) {
            expected.write(digit - '0');
        }
        expected.write(0xff);
        expected.writeBytes(event);
        expected.writeBytes(hex("01 04 ff 04010203"));

        assertThat(client.poll().body()).isEqualTo(expected.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5:4abc",
                "99999999999:4",
                "99999999999999999999999:4",
                "-1:4",
                "4",
                "abc",
                ":4",
                "2:",
                "1:9",
                "3:4a2:4b"
            })
    @DisplayName("sec-P14: wrong lengths")
    void wrongLengthsAreParseErrors(String body) throws Exception {
        PollingClient client = open();

        assertThat(client.post(body).text()).isEqualTo("ok");

        assertParseError(client);
    }

    @Test
    @DisplayName("engine-io 13: an empty payload")
    void emptyPayloadIsNothing() throws IOException {
        PollingClient client = open();

        assertThat(client.post("0:").text()).isEqualTo("ok");

        assertThat(server.session(client.sid())).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "00 ff",
                "00 01",
                "02 01 ff 34",
                "00 0a ff 34",
                "00 09 09 09 09 09 09 09 09 09 09 09 ff 34",
                "00 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01",
                "00 01 ff 39",
                "00 02 ff 34ff",
                "01 00 ff"
            })
    @DisplayName("sec-P14: wrong binary framing")
    void wrongBinaryFramesAreParseErrors(String body) throws Exception {
        PollingClient client = open();

        assertThat(post(client, "application/octet-stream", hex(body)).text()).isEqualTo("ok");

        assertParseError(client);
    }

    // ---- JSONP

    private static final String JSONP = TARGET + "&j=3";

    @Test
    @DisplayName("E71, sec-P12: answers are calls of the client's function")
    void jsonpAnswersAreScripts() throws IOException {
        PollingClient client = PollingClient.open(server.port(), JSONP + "&b64=1");
        EngineSession session = Objects.requireNonNull(server.session(client.sid()));
        session.send(OutboundMessage.of("4\u2028\u2029</script>\"\\\n".getBytes(UTF_8), List.of(), false, true));
        EngineEcho.onLoop(session.loop(), session::hasBuffered);

        RawHttp.Response response = client.poll();

        assertThat(response.text()).isEqualTo("___eio[3](\"15:4\\u2028\\u2029\\u003c/script\\u003e\\\"\\\\\\u000a\");");
        assertThat(response.header("content-type")).isEqualTo("text/javascript; charset=UTF-8");
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alert(1)//", "1);x(", "-1", "99999999999999999999", "1%0a", "", "x"})
    @DisplayName("sec-P12: the index is digits and nothing else")
    void otherIndexesAreRefused(String index) throws IOException {
        RawHttp.Response response = RawHttp.once(server.port(), RawHttp.get(TARGET + "&j=" + index, ""));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
        bystander.check();
    }

    private static RawHttp.Response postForm(PollingClient client, String payload) throws IOException {
        return post(
                client,
                "application/x-www-form-urlencoded",
                ("d=" + URLEncoder.encode(payload, UTF_8)).getBytes(ISO_8859_1));
    }

    @Test
    @DisplayName("E71: a POST is a form, in which backslash-n is a line end")
    void jsonpPostsAreForms() throws IOException {
        PollingClient client = PollingClient.open(server.port(), JSONP);
        assertThat(postForm(client, "4:4a\\nb5:4a\\\\nb").text()).isEqualTo("ok");
        assertThat(server.session(client.sid())).isNotNull();

        assertThat(client.poll().text()).isEqualTo("___eio[3](\"4:4a\\u000ab5:4a\\\\nb\");");
    }

    @Test
    @DisplayName("E71: a form without a payload is ignored")
    void formWithoutPayloadIsIgnored() throws IOException {
        PollingClient client = PollingClient.open(server.port(), JSONP);

        assertThat(post(client, "application/x-www-form-urlencoded", "e=5".getBytes(ISO_8859_1))
                        .text())
                .isEqualTo("ok");

        assertThat(server.session(client.sid())).isNotNull();
    }

    @Test
    @DisplayName("sec-P11: a form with bytes that are no UTF-8")
    void formOfInvalidUtf8IsAParseError() throws Exception {
        for (String value : List.of("3:4%ff%fe", "3:4\u00ff\u00fe")) {
            PollingClient client = PollingClient.open(server.port(), JSONP);

            assertThat(post(client, "application/x-www-form-urlencoded", ("d=" + value).getBytes(ISO_8859_1))
                            .text())
                    .isEqualTo("ok");

            assertParseError(client);
        }
    }

    @Test
    @DisplayName("sec-P12: without allow-eio3 the index means nothing")
    void jsonpIsOffWithoutOldClients() throws IOException {
        try (EngineEcho strict = EngineEcho.start()) {
            RawHttp.Response response =
                    RawHttp.once(strict.port(), RawHttp.get("/engine.io/?EIO=4&transport=polling&j=1", ""));

            assertThat(response.text()).startsWith("0{");
            assertThat(response.header("content-type")).isEqualTo("text/plain; charset=UTF-8");
        }
    }
}
