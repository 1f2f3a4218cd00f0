package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("E44, E45, E46, E47, E56: upgrade of a session")
class SessionUpgradeTest {
    @Test
    void probeIsAnsweredPastTheOutbox() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("early"));
        FakeTransport newcomer = scene.newcomer();
        assertThat(scene.session.startUpgrade(newcomer)).isTrue();
        newcomer.receive("2probe");
        assertThat(newcomer.controls()).containsExactly("3probe");
        assertThat(scene.observed).contains("upgrading websocket");
        assertThat(newcomer.take()).as("nothing of the session before 5").isEmpty();
    }

    @Test
    void upgradePacketMovesTheSession() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.upgrade();
        assertThat(scene.session.transport()).isEqualTo(Transport.Name.WEBSOCKET);
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.UPGRADED);
        assertThat(scene.heard).containsExactly("upgraded websocket");
        assertThat(scene.observed).containsSubsequence("upgrading websocket", "upgraded websocket");
        newcomer.receive("4hello");
        assertThat(scene.heard).contains("text hello");
        assertThat(scene.loop.timers()).as("the heartbeat only").isEqualTo(1);
    }

    @Test
    void packetsBufferedDuringTheProbeLeaveOnTheNewTransportInOrder() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("1"));
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        scene.session.append(SessionScene.message("2"));
        newcomer.receive("2probe");
        scene.session.append(SessionScene.message("3"));
        newcomer.receive("5");
        assertThat(newcomer.readyCalls()).isPositive();
        scene.session.append(SessionScene.message("4"));
        assertThat(newcomer.flush()).containsExactly("41", "42", "43", "44");
        assertThat(scene.transport.take()).as("the old transport gets nothing").isEmpty();
    }

    @Test
    void waitingPollsAreReleasedEvery100MillisecondsAfterTheProbe() {
        SessionScene scene = SessionScene.polling();
        scene.transport.poll();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        scene.loop.advanceMillis(500);
        assertThat(scene.transport.take()).as("not before the probe").isEmpty();
        newcomer.receive("2probe");
        scene.loop.advanceMillis(99);
        assertThat(scene.transport.take()).as("first look at +100 ms").isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.transport.writable(false).flush()).containsExactly("6");
        scene.loop.advanceMillis(100);
        assertThat(scene.transport.take()).as("no poll waits").isEmpty();
        scene.transport.poll();
        scene.loop.advanceMillis(100);
        assertThat(scene.transport.flush()).containsExactly("6");
    }

    @Test
    void releaseMeantForThePollNeverReachesTheNewTransport() {
        SessionScene scene = SessionScene.polling();
        scene.transport.poll();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.loop.advanceMillis(100);
        newcomer.receive("5");
        assertThat(newcomer.flush()).isEmpty();
    }

    @Test
    void unfinishedUpgradeClosesOnlyTheNewcomer() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.loop.advanceMillis(9_999);
        assertThat(newcomer.closings()).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.session.open()).isTrue();
        assertThat(scene.session.transport()).isEqualTo(Transport.Name.POLLING);
        assertThat(scene.loop.timers()).isEqualTo(1);
        assertThat(scene.session.startUpgrade(scene.newcomer()))
                .as("another attempt")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4hello", "2", "2prob", "2probex", "5", "", "x", "3probe"})
    @DisplayName("sec-S8: garbage before the probe closes only the newcomer")
    void garbageInsteadOfTheProbeClosesOnlyTheNewcomer(String packet) {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive(packet);
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.heard).isEmpty();
        scene.transport.receive("4still here");
        assertThat(scene.heard).containsExactly("text still here");
    }

    @Test
    void dataBetweenProbeAndUpgradeClosesOnlyTheNewcomer() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        newcomer.receive(new byte[] {1});
        newcomer.receive("5");
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.session.transport()).isEqualTo(Transport.Name.POLLING);
        assertThat(scene.heard).isEmpty();
    }

    @Test
    void failureOfTheNewcomerLeavesTheSession() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        newcomer.fail(CloseReason.TRANSPORT_CLOSE, null);
        assertThat(scene.session.open()).isTrue();
        assertThat(scene.loop.timers()).isEqualTo(1);
    }

    @Test
    void newcomerThatFailsAtItsAnswerLeavesNoTimer() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        newcomer.whenUsed(() -> newcomer.fail(CloseReason.TRANSPORT_ERROR, "broken pipe"));
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        assertThat(scene.session.open()).isTrue();
        assertThat(scene.loop.timers()).isEqualTo(1);
        assertThat(scene.session.startUpgrade(scene.newcomer())).isTrue();
    }

    @Test
    void sessionThatFailsAtAReleaseLeavesNoTimer() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.transport.poll();
        scene.transport.whenUsed(() -> scene.transport.fail(CloseReason.TRANSPORT_ERROR, "broken pipe"));
        scene.loop.advanceMillis(100);
        assertThat(scene.heard).containsExactly("closed transport error: broken pipe");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    @DisplayName("sec-S9: a thousand abandoned probes leave nothing")
    void abandonedProbesLeaveNoTimer() {
        SessionScene scene = SessionScene.polling();
        for (int i = 0; i < 1000; i++) {
            FakeTransport newcomer = scene.newcomer();
            assertThat(scene.session.startUpgrade(newcomer)).isTrue();
            newcomer.receive("2probe");
            newcomer.fail(CloseReason.TRANSPORT_CLOSE, null);
        }
        assertThat(scene.loop.timers()).isEqualTo(1);
    }

    @Test
    @DisplayName("E47, sec-S6: a second newcomer is refused, during and after the upgrade")
    void secondUpgradeIsRefused() {
        SessionScene scene = SessionScene.polling();
        FakeTransport first = scene.newcomer();
        assertThat(scene.session.startUpgrade(first)).isTrue();
        assertThat(scene.session.startUpgrade(scene.newcomer())).isFalse();
        first.receive("2probe");
        assertThat(scene.session.startUpgrade(scene.newcomer())).isFalse();
        first.receive("5");
        assertThat(scene.session.startUpgrade(scene.newcomer())).isFalse();
        first.receive("4fine");
        assertThat(scene.heard).contains("text fine");
    }

    @Test
    void secondWebSocketOnANativeWebSocketSessionIsRefused() {
        SessionScene scene = SessionScene.webSocket();
        assertThat(scene.session.startUpgrade(scene.newcomer())).isFalse();
    }

    @Test
    void forbiddenUpgradesAreRefused() {
        SessionScene scene = SessionScene.polling(EngineConfig.builder().allowUpgrades(false));
        assertThat(scene.session.startUpgrade(scene.newcomer())).isFalse();
    }

    @Test
    void sessionClosedWhileProbingClosesTheNewcomer() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void upgradeOfAClosingSessionClosesTheNewTransport() {
        SessionScene scene = SessionScene.polling();
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.session.close(CloseReason.FORCED_CLOSE);
        newcomer.receive("5");
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.heard).containsExactly("upgraded websocket", "closed forced close");
    }

    @Test
    void upgradeOfAClosingSessionWritesFirstWhatWaits() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("last"));
        FakeTransport newcomer = scene.newcomer();
        scene.session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        scene.session.close(CloseReason.FORCED_CLOSE);
        newcomer.receive("5");
        assertThat(newcomer.closings()).isEmpty();
        assertThat(newcomer.flush()).containsExactly("4last");
        assertThat(newcomer.closings()).containsExactly(Transport.Closing.ORDERLY);
    }

    @Test
    void oldTransportIsDeafAfterTheUpgrade() {
        SessionScene scene = SessionScene.polling();
        scene.upgrade();
        scene.heard.clear();
        scene.transport.receive("4late");
        scene.transport.receive(new byte[1]);
        scene.transport.fail(CloseReason.TRANSPORT_ERROR, "late");
        scene.session.drained(scene.transport);
        assertThat(scene.heard).isEmpty();
        assertThat(scene.session.open()).isTrue();
    }

    @Test
    void pausedReadingHoldsOnTheNewTransport() {
        SessionScene scene = SessionScene.polling();
        scene.session.pauseReading(true);
        assertThat(scene.upgrade().reading()).isFalse();
    }
}
