package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E23, E54, sec-W13: what a session sends")
class SessionSendTest {
    @Test
    void messagesLeaveInOrder() {
        SessionScene scene = SessionScene.webSocket();
        scene.loop.outside(() -> {
            scene.session.send(SessionScene.message("1"));
            scene.session.send(SessionScene.message("2"));
        });
        scene.loop.run();
        scene.session.send(SessionScene.message("3"));
        assertThat(scene.transport.take()).containsExactly("41", "42", "43");
        assertThat(scene.transport.readyCalls()).isPositive();
    }

    @Test
    void textAndItsAttachmentsAreOneEntry() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.append(
                OutboundMessage.of("451-".getBytes(UTF_8), List.of(new byte[10], new byte[20]), false, true));
        scene.session.append(SessionScene.message("x"));
        assertThat(scene.session.bufferedBytes()).isEqualTo(36);
        assertThat(scene.transport.take(1)).containsExactly("451-+10+20");
        assertThat(scene.session.bufferedBytes()).isEqualTo(2);
    }

    @Test
    void batchIsBoundedButNeverEmpty() {
        SessionScene scene = SessionScene.webSocket();
        for (String text : List.of("aaaa", "bbbb", "cccc")) {
            scene.session.append(SessionScene.message(text));
        }
        assertThat(scene.transport.take(14)).containsExactly("4aaaa", "4bbbb");
        assertThat(scene.transport.take(1)).containsExactly("4cccc");
        assertThat(scene.transport.take(1)).isEmpty();
    }

    @Test
    void volatileMessageIsDroppedUnlessTheClientIsWritable() {
        SessionScene scene = SessionScene.webSocket();
        assertThat(scene.session.append(SessionScene.volatileMessage("now"))).isTrue();
        assertThat(scene.session.append(SessionScene.volatileMessage("this turn too")))
                .isTrue();
        scene.transport.writable(false);
        assertThat(scene.session.writable()).isFalse();
        assertThat(scene.session.append(SessionScene.volatileMessage("dropped")))
                .isFalse();
        assertThat(scene.session.append(SessionScene.message("kept"))).isTrue();
        assertThat(scene.transport.take()).containsExactly("4now", "4this turn too", "4kept");
    }

    @Test
    void volatileMessageIsDroppedWithoutAWaitingPoll() {
        SessionScene scene = SessionScene.polling();
        assertThat(scene.session.append(SessionScene.volatileMessage("dropped")))
                .isFalse();
        scene.transport.poll();
        assertThat(scene.session.append(SessionScene.volatileMessage("sent"))).isTrue();
        assertThat(scene.transport.take()).containsExactly("4sent");
    }

    @Test
    void overflowClosesWithAReasonThatNamesTheBound() {
        SessionScene scene = SessionScene.polling(EngineConfig.builder().outboxMaxBytes(100));
        assertThat(scene.session.append(SessionScene.message("x".repeat(99)))).isTrue();
        assertThat(scene.session.append(SessionScene.message("y"))).isFalse();
        assertThat(scene.heard).as("never inside the sender's call").isEmpty();
        assertThat(scene.session.open()).isFalse();
        scene.loop.run();
        assertThat(scene.heard).containsExactly("closed transport error: outbox.max-bytes is 100, 102 would wait");
        assertThat(scene.transport.closings()).containsExactly(Transport.Closing.DISCARD);
    }

    @Test
    void overflowDropsTheOldestIfToldTo() {
        SessionScene scene = SessionScene.polling(
                EngineConfig.builder().outboxMaxBytes(10).outboxOverflow(OverflowPolicy.DROP_OLDEST));
        for (String text : List.of("aaaa", "bbbb", "c", "ddd")) {
            assertThat(scene.session.append(SessionScene.message(text))).isTrue();
        }
        assertThat(scene.transport.take()).containsExactly("4c", "4ddd");
        assertThat(scene.observed).contains("dropped 4aaaa", "dropped 4bbbb");
    }

    @Test
    void controlPacketsAreNeverDropped() {
        SessionScene scene = SessionScene.polling(
                EngineConfig.builder().outboxMaxBytes(10).outboxOverflow(OverflowPolicy.DROP_OLDEST));
        scene.loop.advanceMillis(25_000);
        scene.session.append(OutboundMessage.control("40{}"));
        scene.session.append(SessionScene.message("aaa"));
        scene.session.append(SessionScene.message("bbb"));
        assertThat(scene.transport.take()).containsExactly("2", "40{}", "4bbb");
    }

    @Test
    void messageLargerThanTheBoundPushesNothingOut() {
        SessionScene scene = SessionScene.polling(
                EngineConfig.builder().outboxMaxBytes(10).outboxOverflow(OverflowPolicy.DROP_OLDEST));
        scene.session.append(SessionScene.message("a"));
        assertThat(scene.session.append(SessionScene.message("x".repeat(10)))).isFalse();
        assertThat(scene.transport.take()).containsExactly("4a");
    }

    @Test
    @DisplayName("E54: callbacks run in order once their messages are written")
    void callbacksRunInOrderOnceWritten() {
        SessionScene scene = SessionScene.webSocket();
        List<String> written = new ArrayList<>();
        scene.session.send(SessionScene.message("1"), () -> written.add("1"));
        scene.session.send(SessionScene.message("2"));
        scene.session.send(SessionScene.message("3"), () -> written.add("3"));
        assertThat(scene.transport.take(2)).containsExactly("41");
        assertThat(written).isEmpty();
        scene.session.drained(scene.transport);
        assertThat(written).containsExactly("1");
        assertThat(scene.transport.flush()).containsExactly("42", "43");
        assertThat(written).containsExactly("1", "3");
        scene.session.drained(scene.transport);
        assertThat(written).hasSize(2);
    }

    @Test
    void callbackOfAMessageThatIsLostNeverRuns() {
        SessionScene scene = SessionScene.webSocket();
        List<String> written = new ArrayList<>();
        scene.session.send(SessionScene.message("1"), () -> written.add("1"));
        scene.transport.take();
        scene.session.send(SessionScene.message("2"), () -> written.add("2"));
        scene.session.discard(CloseReason.FORCED_CLOSE, null);
        scene.session.drained(scene.transport);
        assertThat(written).isEmpty();
    }

    @Test
    void callbackThatClosesTheSessionIsTheLastThingHeard() {
        SessionScene scene = SessionScene.webSocket();
        scene.session.send(SessionScene.message("1"), () -> scene.session.discard(CloseReason.FORCED_CLOSE, null));
        scene.transport.flush();
        assertThat(scene.observed).doesNotContain("drained").endsWith("closed forced close");
    }
}
