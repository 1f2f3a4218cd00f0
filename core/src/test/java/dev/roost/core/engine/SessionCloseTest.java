package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E35, E52, E53: closing a session")
class SessionCloseTest {
    @Test
    void idleWebSocketIsClosedAtOnce() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void webSocketIsClosedAfterWhatWasSentBefore() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.append(SessionScene.message("last"));
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.session.append(SessionScene.message("too late"))).isFalse();
        assertThat(scene.transport.take()).containsExactly("4last");
        assertThat(scene.heard).as("not before it is written").isEmpty();
        scene.session.drained(scene.transport);
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void webSocketWithUnsentBytesIsClosedWhenTheyAreGone() {
        SessionScene scene = SessionScene.webSocket();
        scene.transport.writable(false);
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.closings()).isEmpty();
        scene.session.drained(scene.transport);
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.ORDERLY);
    }

    @Test
    void waitingPollIsClosedAtOnce() {
        SessionScene scene = SessionScene.polling();
        scene.transport.poll();
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.ORDERLY);
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void nextPollGetsNoopAndClose() {
        SessionScene scene = SessionScene.polling();
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.engine.find(scene.session.id()))
                .as("still in the table")
                .isNotNull();
        assertThat(scene.session.open()).isFalse();
        assertThat(scene.transport.poll()).containsExactly("6", "1");
        assertThat(scene.heard).containsExactly("closed forced close");
        assertThat(scene.engine.sessionCount()).isZero();
    }

    @Test
    void nextPollGetsWhatWaitsAndTheOneAfterItClose() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("a"));
        scene.session.append(SessionScene.message("b"));
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.poll()).containsExactly("4a", "4b");
        assertThat(scene.heard).isEmpty();
        assertThat(scene.transport.poll()).containsExactly("6", "1");
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void closeIsSaidOnlyAfterTheLastBatch() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("aaaa"));
        scene.session.append(SessionScene.message("bbbb"));
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.take(5)).containsExactly("4aaaa");
        scene.session.drained(scene.transport);
        assertThat(scene.heard).isEmpty();
        assertThat(scene.transport.poll()).containsExactly("4bbbb");
        assertThat(scene.transport.poll()).containsExactly("6", "1");
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void answerUnderWayWhenTheSessionClosesIsNotTheGoodBye() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("a"));
        scene.transport.take();
        scene.transport.writable(true); // the GET is there until it has its answer
        scene.session.close(CloseReason.FORCED_CLOSE);
        scene.transport.writable(false);
        scene.session.drained(scene.transport);
        assertThat(scene.heard).isEmpty();
        assertThat(scene.transport.poll()).containsExactly("6", "1");
        assertThat(scene.heard).containsExactly("closed forced close");
    }

    @Test
    void goodByeIsSaidOnce() {
        SessionScene scene = SessionScene.polling();
        scene.session.close(CloseReason.FORCED_CLOSE);
        assertThat(scene.transport.take()).containsExactly("6", "1");
        assertThat(scene.transport.take()).isEmpty();
    }

    @Test
    void parkedCloseEndsAfter30Seconds() {
        SessionScene scene = SessionScene.polling();
        scene.loop.advanceMillis(20_000);
        scene.session.close(CloseReason.FORCED_CLOSE);
        scene.loop.advanceMillis(29_999);
        assertThat(scene.heard).isEmpty();
        scene.loop.advanceMillis(1);
        assertThat(scene.heard).containsExactly("closed forced close");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void clientThatLeavesWhileClosingEndsItWithTheRequestedReason() {
        SessionScene scene = SessionScene.polling();
        scene.session.append(SessionScene.message("a"));
        scene.session.close(CloseReason.SERVER_SHUTTING_DOWN);
        scene.transport.receive("4ignored");
        scene.transport.receive("1");
        assertThat(scene.heard).containsExactly("closed server shutting down");
    }

    @Test
    void transportThatFailsWhileClosingEndsItWithTheRequestedReason() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.append(SessionScene.message("a"));
        scene.session.close(CloseReason.SERVER_SHUTTING_DOWN);
        scene.transport.fail(CloseReason.TRANSPORT_CLOSE, null);
        assertThat(scene.heard).containsExactly("closed server shutting down");
    }

    @Test
    void discardLosesWhatWaits() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.append(SessionScene.message("lost"));
        scene.session.discard(CloseReason.FORCED_CLOSE, "gone");
        assertThat(scene.transport.take()).isEmpty();
        assertThat(scene.session.bufferedBytes()).isZero();
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.DISCARD);
        assertThat(scene.heard).containsExactly("closed forced close: gone");
    }

    @Test
    void discardEndsAGracefulClose() {
        SessionScene scene = SessionScene.polling();
        scene.session.close(CloseReason.SERVER_SHUTTING_DOWN);
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        assertThat(scene.heard).containsExactly("closed forced close");
        assertThat(scene.loop.timers()).isZero();
    }

    @Test
    void closedIsToldOnceWhoeverCloses() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.close(CloseReason.FORCED_CLOSE);
        scene.session.close(CloseReason.SERVER_SHUTTING_DOWN);
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        scene.transport.fail(CloseReason.TRANSPORT_ERROR, "late");
        scene.loop.advanceMillis(120_000);
        assertThat(scene.heard).containsExactly("closed forced close");
        assertThat(scene.transport.closings()).hasSize(1);
        assertThat(scene.observed).containsExactly("closed forced close");
    }

    @Test
    void closeFromAnotherThreadFollowsWhatThatThreadSent() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.outside(() -> {
            scene.session.send(SessionScene.message("a"));
            scene.session.close(CloseReason.FORCED_CLOSE);
        });
        assertThat(scene.heard).isEmpty();
        scene.loop.run();
        assertThat(scene.transport.flush()).containsExactly("4a");
        assertThat(scene.heard).containsExactly("closed forced close");
    }
}
