package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final FakeTransport transport = FakeTransport.webSocket();
    private final Outbox outbox = new Outbox();

    OutboxTest() {
        outbox.moveTo(transport);
        outbox.opened();
    }

    @Test
    void aDrainIsAwaitedForACallbackOfWhatWasTakenUntilItRan() {
        outbox.offer(SessionScene.message("1"), null, 100);
        take();
        assertThat(outbox.awaitsDrain()).isFalse();
        outbox.offer(SessionScene.message("2"), () -> {}, 100);
        assertThat(outbox.awaitsDrain()).isFalse();
        take();
        assertThat(outbox.awaitsDrain()).isTrue();
        assertThat(outbox.takeWritten()).hasSize(1);
        assertThat(outbox.awaitsDrain()).isFalse();
    }

    @Test
    void aDrainIsAwaitedForTheEndOfASession() {
        outbox.closeRequested();
        assertThat(outbox.awaitsDrain()).isTrue();
        outbox.ended();
        assertThat(outbox.awaitsDrain()).isFalse();
    }

    private void take() {
        List<OutboundMessage> taken = new ArrayList<>();
        assertThat(outbox.take(transport, Long.MAX_VALUE, taken)).isEqualTo(1);
    }
}
