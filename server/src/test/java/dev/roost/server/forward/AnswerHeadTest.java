package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {
    private static AnswerHead parse(String text) throws IOException {
        return AnswerHead.parse(text.getBytes(UTF_8));
    }

    @Test
    void headersKeepTheirOrderAndWhatConcernsTheConnectionIsTakenOut() throws Exception {
        AnswerHead head = parse("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nDate: now\r\nSet-Cookie:c=d \r\n"
                + "Connection: keep-alive\r\nContent-Length: 12\r\nX: \r\n\r\n");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).containsExactly("Set-Cookie", "a=b", "Set-Cookie", "c=d", "X", "");
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.closes()).isFalse();
    }

    @Test
    void anAnswerWithoutReasonOrLengthIsUnderstood() throws Exception {
        AnswerHead head = parse("HTTP/1.1 204 \r\nconnection: CLOSE\r\n\r\n");

        assertThat(head.status()).isEqualTo(204);
        assertThat(head.contentLength()).isEqualTo(AnswerHead.NO_LENGTH);
        assertThat(head.closes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 20\r\n\r\n",
                "\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void whatIsNoAnswerOfAnOwnerIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void randomBytesAreAnswersOrRefusedAndNothingElse() {
        Random random = new Random(7);
        byte[] good = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n".getBytes(UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            try {
                assertThat(AnswerHead.parse(bytes).status()).isBetween(0, 999);
            } catch (IOException e) {
                assertThat(e.getMessage()).startsWith("a");
            }
        }
    }
}
