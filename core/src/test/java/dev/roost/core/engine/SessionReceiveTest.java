package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("E34, E39, E40, E51, E55: what a session receives")
class SessionReceiveTest {
    @ParameterizedTest
    @CsvSource({"4hello, text hello", "4, text ", "b, binary []", "bAQIDBA==, 'binary [1, 2, 3, 4]'", "bAQ, binary [1]"
    })
    void messageReachesTheListener(String packet, String heard) {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive(packet);
        assertThat(scene.heard).containsExactly(heard.equals("text") ? "text " : heard);
    }

    @Test
    void binaryMessageReachesTheListener() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive(new byte[] {1, 2});
        assertThat(scene.heard).containsExactly("binary [1, 2]");
        assertThat(scene.observed).containsExactly("received MESSAGE 2");
    }

    @Test
    void base64OfRevision3HasATypeDigit() {
        SessionScene scene = SessionScene.revision3();
        scene.transport.receive("b4AQI=");
        assertThat(scene.heard).containsExactly("binary [1, 2]");
        scene.transport.receive("bAQI=");
        assertThat(scene.heard).last().asString().startsWith("closed parse error");
    }

    @Test
    void base64MayHaveLineBreaksAsThatOfTheStockJavaClient() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive("bAQ\nI=\n");
        scene.transport.receive("bAQI\r\n=");
        assertThat(scene.heard).containsExactly("binary [1, 2]", "binary [1, 2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "9x", "a", "\u0000", "b!!!!", "bA", "bAA==AA"})
    void undecodablePacketClosesWithParseError(String packet) {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive(packet);
        assertThat(scene.heard).hasSize(1).first().asString().startsWith("closed parse error");
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.DISCARD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0{}", "1", "5", "6"})
    void packetWithoutMeaningOnAnOpenWebSocketIsIgnoredButSeen(String packet) {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive(packet);
        assertThat(scene.session.open()).isTrue();
        assertThat(scene.heard).isEmpty();
        assertThat(scene.transport.take()).isEmpty();
        assertThat(scene.observed).hasSize(1).first().asString().startsWith("received");
    }

    @Test
    @DisplayName("E34: a close packet on polling ends the session and releases the poll with a noop")
    void closePacketOnPollingIsTransportClose() {
        SessionScene scene = SessionScene.polling();
        scene.transport.poll();
        scene.transport.receive("4before");
        scene.transport.receive("1");
        scene.transport.receive("4after");
        assertThat(scene.heard).containsExactly("text before", "closed transport close");
        assertThat(scene.transport.closings())
                .as("the closing that answers with 6")
                .containsExactly(Transport.Closing.UPGRADED);
    }

    @Test
    void failureOfTheTransportEndsTheSessionWithItsReason() {
        SessionScene scene = SessionScene.polling();
        scene.transport.fail(CloseReason.TRANSPORT_ERROR, "overlap from client");
        scene.transport.fail(CloseReason.TRANSPORT_CLOSE, null);
        assertThat(scene.heard).containsExactly("closed transport error: overlap from client");
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.DISCARD);
    }

    @Test
    void nothingIsHeardAfterTheEnd() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        scene.transport.receive("4late");
        scene.transport.receive("x");
        scene.transport.receive(new byte[1]);
        scene.session.drained(scene.transport);
        scene.session.pauseReading(true);
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void everyPacketIsObserved() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive("4hello");
        scene.session.append(SessionScene.message("x"));
        scene.transport.flush();
        assertThat(scene.observed).containsExactly("received MESSAGE 6", "created 4x", "flushed 1", "drained");
    }
}
