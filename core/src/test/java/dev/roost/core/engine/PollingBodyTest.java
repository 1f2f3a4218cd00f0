package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E21, E22, E23, E67, E68: the body of an answer to a GET")
class PollingBodyTest {
    private static final OutboundMessage CONNECT = message("40");
    private static final OutboundMessage BINARY = OutboundMessage.of(
            "451-[\"bin\",{\"_placeholder\":true,\"num\":0},\"\u00e9\"]".getBytes(UTF_8),
            List.of(new byte[] {1, 2, 3}),
            false,
            true);

    @Test
    void revision4JoinsWithTheRecordSeparator() {
        PollingBody body = PollingBody.of(List.of(CONNECT, OutboundMessage.PING, BINARY), 4, true);
        assertThat(body.bytes())
                .asString(UTF_8)
                .isEqualTo("40\u001e2\u001e451-[\"bin\",{\"_placeholder\":true,\"num\":0},\"\u00e9\"]\u001ebAQID");
        assertThat(body.binary()).isFalse();
        assertThat(body.compress()).isTrue();
    }

    @Test
    void goodByeFollowsANoop() {
        PollingBody body = PollingBody.of(List.of(OutboundMessage.NOOP, OutboundMessage.CLOSE), 4, true);
        assertThat(body.bytes()).asString().isEqualTo("6\u001e1");
        assertThat(body.compress()).isFalse();
    }

    @Test
    @DisplayName("E68: the binary response probed on the reference")
    void revision3WithBinaryIsAnOctetStream() {
        PollingBody body = PollingBody.of(List.of(CONNECT, BINARY), 3, true);
        byte[] text = BINARY.text();
        assertThat(body.binary()).isTrue();
        assertThat(HexFormat.of().formatHex(body.bytes()))
                .isEqualTo("0002ff3430" + "000406ff" + HexFormat.of().formatHex(text) + "0104ff04010203");
    }

    @Test
    void revision3WithoutBinaryIsText() {
        PollingBody body = PollingBody.of(List.of(CONNECT, message("4hello")), 3, true);
        assertThat(body.bytes()).asString().isEqualTo("2:406:4hello");
        assertThat(body.binary()).isFalse();
    }

    @Test
    void revision3ClientThatAskedForBase64GetsText() {
        PollingBody body = PollingBody.of(List.of(BINARY), 3, false);
        assertThat(body.bytes())
                .asString(UTF_8)
                .isEqualTo("45:451-[\"bin\",{\"_placeholder\":true,\"num\":0},\"\u00e9\"]6:b4AQID");
    }

    @Test
    void formIsMadeOnceForAllRecipients() {
        byte[] first = PollingBody.of(List.of(BINARY), 4, true).bytes();
        assertThat(PollingBody.of(List.of(BINARY), 4, true).bytes()).isSameAs(first);
    }

    private static OutboundMessage message(String text) {
        return OutboundMessage.of(text.getBytes(UTF_8), List.of(), false, true);
    }
}
