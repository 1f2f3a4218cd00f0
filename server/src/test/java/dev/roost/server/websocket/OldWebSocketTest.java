package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Revision 3 over WebSocket. Spec: engine-io 13 (E69). */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(names = {"REACTOR", "STREAM"})
final class OldWebSocketTest {
    private static final String TARGET = "/engine.io/?EIO=3&transport=websocket";

    private static EngineEcho server;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) {
        server = EngineEcho.start(
                EngineEcho.settings().set(Settings.ALLOW_EIO3, true).build(), wire);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("E69: binary frames begin with the type byte")
    void binaryBeginsWithItsType() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server, TARGET, "")) {
            socket.text("4hello").send(binary((byte) 4, (byte) 1, (byte) 2, (byte) 3));

            assertThat(socket.read().text()).isEqualTo("4hello");
            RawWebSocket.Frame frame = socket.read();
            assertThat(frame.first()).isEqualTo(0x82);
            assertThat(frame.payload()).containsExactly(4, 1, 2, 3);
        }
    }

    @Test
    @DisplayName("E69: base64 where it is asked for")
    void binaryIsBase64WhereItIsAskedFor() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server, TARGET + "&b64=1", "")) {
            socket.text("b4AQID");

            assertThat(socket.read().text()).isEqualTo("b4AQID");
        }
    }

    @Test
    @DisplayName("E69: a binary frame without a type, or with another")
    void binaryOfAnotherTypeIsAParseError() throws Exception {
        for (byte[] data : new byte[][] {{}, {5, 1}, {'4', 1}}) {
            try (RawWebSocket socket = RawWebSocket.open(server, TARGET, "")) {
                socket.send(binary(data));

                assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
            }
        }
    }

    @Test
    @DisplayName("engine-io 13: the same probe dance")
    void oldClientsMove() throws Exception {
        PollingClient client = PollingClient.open(server.port(), "/engine.io/?EIO=3&transport=polling");
        try (RawWebSocket socket = RawWebSocket.connect(server, TARGET + "&sid=" + client.sid(), "")) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            socket.text("5");
            socket.echo("moved");
        }
    }

    @Test
    @DisplayName("E76: a probe of another revision than the session's")
    void probeOfAnotherRevisionIsRefused() throws Exception {
        PollingClient client = PollingClient.open(server.port(), "/engine.io/?EIO=3&transport=polling");

        RawHttp.Response response =
                RawHttp.once(server.port(), RawWebSocket.request(RawWebSocket.TARGET + "&sid=" + client.sid(), ""));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).isEqualTo("Bad request");
    }
}
