package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.OutboundMessage;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameWriterTest {
    private final OutboundMessage message =
            OutboundMessage.of("451-x".getBytes(UTF_8), List.of(Frames.hex("010203"), Frames.hex("ff")), false, false);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "WEBSOCKET,81 05 3435312d78 82 03 010203 82 01 ff",
        "WEBSOCKET_REVISION3,81 05 3435312d78 82 04 04010203 82 02 04ff",
        "WEBSOCKET_BASE64,81 05 3435312d78 81 05 6241514944 81 05 622f773d3d",
        "WEBSOCKET_BASE64_REVISION3,81 05 3435312d78 81 06 623441514944 81 06 62342f773d3d"
    })
    void everyFormHasItsFrames(OutboundMessage.Form form, String expected) {
        assertThat(FrameWriter.frames(message, form)).isEqualTo(Frames.hex(expected));
    }

    @Test
    void framesOfAMessageAreMadeOnce() {
        assertThat(FrameWriter.frames(message, OutboundMessage.Form.WEBSOCKET))
                .isSameAs(FrameWriter.frames(message, OutboundMessage.Form.WEBSOCKET));
    }

    @ParameterizedTest
    @CsvSource({
        "0,8200",
        "125,827d",
        "126,827e007e",
        "65535,827effff",
        "65536,827f0000000000010000",
        "1000000,827f00000000000f4240"
    })
    void lengthsAreInShortestForm(int length, String header) {
        OutboundMessage binary = OutboundMessage.of(null, List.of(new byte[length]), false, false);
        byte[] frame = FrameWriter.frames(binary, OutboundMessage.Form.WEBSOCKET);
        assertThat(frame).hasSize(header.length() / 2 + length);
        assertThat(HexFormat.of().formatHex(frame)).startsWith(header);
    }

    @Test
    @DisplayName("sec-W12: control frames hold exactly what they should")
    void controlFramesHoldWhatTheyShould() {
        assertThat(FrameWriter.close(CloseCode.NONE)).isEqualTo(Frames.hex("8800"));
        assertThat(FrameWriter.close(1009)).isEqualTo(Frames.hex("880203f1"));
        assertThat(FrameWriter.control(Opcode.PONG, Frames.hex("0102"))).isEqualTo(Frames.hex("8a020102"));
    }

    @ParameterizedTest
    @CsvSource({
        "4,true,WEBSOCKET",
        "4,false,WEBSOCKET_BASE64",
        "3,true,WEBSOCKET_REVISION3",
        "3,false,WEBSOCKET_BASE64_REVISION3"
    })
    void theFormFollowsTheSession(int revision, boolean binary, OutboundMessage.Form form) {
        assertThat(FrameWriter.form(revision, binary)).isEqualTo(form);
    }
}
