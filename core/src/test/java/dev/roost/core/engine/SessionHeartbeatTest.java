package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E49, E50, E70, E77: heartbeat of a session")
class SessionHeartbeatTest {
    @Test
    void serverPingsAnIntervalAfterOpen() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(24_999);
        assertThat(scene.transport.flush()).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.transport.flush()).containsExactly("2");
    }

    @Test
    void nextPingComesAnIntervalAfterThePong() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(25_000);
        scene.loop.advanceMillis(3_000);
        scene.transport.receive("3");
        scene.transport.flush();
        scene.loop.advanceMillis(24_999);
        assertThat(scene.transport.flush()).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.transport.flush()).containsExactly("2");
        assertThat(scene.observed).contains("heartbeat");
    }

    @Test
    void intervalShorterThanTheTimeoutIsKept() {
        SessionScene scene = SessionScene.webSocket(
                EngineConfig.builder().pingInterval(Duration.ofMillis(300)).pingTimeout(Duration.ofMillis(2000)));
        for (int i = 0; i < 5; i++) {
            scene.loop.advanceMillis(300);
            assertThat(scene.transport.flush()).containsExactly("2");
            scene.transport.receive("3");
        }
        assertThat(scene.loop.timers()).isEqualTo(1);
    }

    @Test
    void missingPongClosesWithPingTimeout() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(25_000 + 19_999);
        assertThat(scene.heard).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.heard).containsExactly("closed ping timeout");
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.DISCARD);
        assertThat(scene.engine.sessionCount()).isZero();
    }

    @Test
    void pollerThatNeverPollsAgainTimesOut() {
        SessionScene scene = SessionScene.polling();
        scene.loop.advanceMillis(45_000);
        assertThat(scene.heard).containsExactly("closed ping timeout");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void firstOtherPacketExtendsTheWaitOnceByAFullTimeout() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(25_000 + 15_000);
        scene.transport.receive("4a");
        scene.loop.advanceMillis(19_000);
        scene.transport.receive("4b");
        assertThat(scene.session.open()).isTrue();
        scene.loop.advanceMillis(1_000);
        assertThat(scene.heard).containsExactly("text a", "text b", "closed ping timeout");
    }

    @Test
    void unsolicitedPongOnlyRestartsTheInterval() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(20_000);
        for (int i = 0; i < 1000; i++) {
            scene.transport.receive("3");
        }
        assertThat(scene.loop.timers()).as("sec-P16").isEqualTo(1);
        scene.loop.advanceMillis(24_999);
        assertThat(scene.transport.flush()).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.transport.flush()).containsExactly("2");
    }

    @Test
    void clientPingOnRevision4ClosesAsWrongDirection() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.receive("2");
        assertThat(scene.heard).containsExactly("closed transport error: invalid heartbeat direction");
        assertThat(scene.transport.flush()).as("sec-P17, no reply").isEmpty();
    }

    @Test
    void clientPongOnRevision3ClosesAsWrongDirection() {
        SessionScene scene = SessionScene.revision3();
        scene.transport.receive("3");
        assertThat(scene.heard).containsExactly("closed transport error: invalid heartbeat direction");
    }

    @Test
    void revision3ClientPingsAndIsAnswered() {
        SessionScene scene = SessionScene.revision3();
        for (int i = 0; i < 4; i++) {
            scene.loop.advanceMillis(44_000);
            scene.transport.receive("2");
            assertThat(scene.transport.flush()).containsExactly("3");
        }
        scene.loop.advanceMillis(44_999);
        assertThat(scene.heard).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.heard).containsExactly("closed ping timeout");
    }

    @Test
    void pausedReadingHoldsNoMissingPongAgainstTheClient() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.advanceMillis(25_000);
        scene.session.pauseReading(true);
        assertThat(scene.transport.reading()).isFalse();
        scene.loop.advanceMillis(120_000);
        assertThat(scene.session.open()).isTrue();
        assertThat(scene.transport.flush())
                .as("pings go on, so the client does not give up")
                .hasSizeGreaterThanOrEqualTo(4)
                .containsOnly("2");
        scene.session.pauseReading(false);
        assertThat(scene.transport.reading()).isTrue();
        scene.loop.advanceMillis(19_999);
        assertThat(scene.session.open()).isTrue();
        scene.loop.advanceMillis(1);
        assertThat(scene.heard).containsExactly("closed ping timeout");
    }

    @Test
    void pingLostInAnUpgradeIsSentAgainOnTheNewTransport() {
        SessionScene scene = SessionScene.polling();
        scene.loop.advanceMillis(25_000);
        assertThat(scene.transport.take()).containsExactly("2");
        FakeTransport webSocket = scene.upgrade();
        assertThat(webSocket.flush()).containsExactly("2");
        webSocket.receive("3");
        scene.loop.advanceMillis(25_000);
        assertThat(webSocket.flush()).containsExactly("2");
    }

    @Test
    void silentClientAfterAnUpgradeIsNoZombie() {
        SessionScene scene = SessionScene.polling();
        scene.loop.advanceMillis(25_000);
        scene.transport.take();
        scene.upgrade();
        scene.loop.advanceMillis(20_000);
        assertThat(scene.heard).containsExactly("upgraded websocket", "closed ping timeout");
    }

    @Test
    void transportThatFailsAtAPingLeavesNoTimer() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.whenUsed(() -> scene.transport.fail(CloseReason.TRANSPORT_ERROR, "broken pipe"));
        scene.loop.advanceMillis(25_000);
        assertThat(scene.heard).containsExactly("closed transport error: broken pipe");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void transportThatFailsAtAPongLeavesNoTimer() {
        SessionScene scene = SessionScene.revision3();
        scene.transport.whenUsed(() -> scene.transport.fail(CloseReason.TRANSPORT_ERROR, "broken pipe"));
        scene.transport.receive("2");
        assertThat(scene.heard).containsExactly("closed transport error: broken pipe");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void closedSessionLeavesNoTimer() {
        SessionScene scene = SessionScene.webSocket();
        assertThat(scene.loop.timers()).isEqualTo(1);
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        assertThat(scene.loop.timers()).isZero();
    }
}
