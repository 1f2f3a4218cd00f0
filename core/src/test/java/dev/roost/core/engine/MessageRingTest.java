package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageRingTest {
    @Test
    void behavesAsAQueueThatCountsBytes() {
        Random random = new Random(7);
        MessageRing ring = new MessageRing();
        Deque<OutboundMessage> model = new ArrayDeque<>();
        for (int i = 0; i < 100_000; i++) {
            switch (random.nextInt(8)) {
                case 0 -> compareDrain(ring, model, random.nextInt(200));
                case 1 -> compareDropOldest(ring, model);
                case 2 -> {
                    ring.removeAll(OutboundMessage.NOOP);
                    model.removeIf(m -> m == OutboundMessage.NOOP);
                }
                default -> {
                    OutboundMessage message = random(random);
                    ring.add(message, null);
                    model.add(message);
                }
            }
            if (ring.size() != model.size()
                    || ring.bytes()
                            != model.stream().mapToLong(OutboundMessage::bytes).sum()) {
                assertThat(ring.size()).isEqualTo(model.size());
                assertThat(ring.bytes())
                        .isEqualTo(
                                model.stream().mapToLong(OutboundMessage::bytes).sum());
            }
        }
    }

    private static void compareDrain(MessageRing ring, Deque<OutboundMessage> model, long maxBytes) {
        List<OutboundMessage> drained = new ArrayList<>();
        ring.drainTo(drained, maxBytes, null);
        List<OutboundMessage> expected = new ArrayList<>();
        long left = maxBytes;
        while (!model.isEmpty() && (expected.isEmpty() || model.peek().bytes() <= left)) {
            OutboundMessage message = model.remove();
            left -= message.bytes();
            expected.add(message);
        }
        assertThat(drained).isEqualTo(expected);
    }

    private static void compareDropOldest(MessageRing ring, Deque<OutboundMessage> model) {
        OutboundMessage expected =
                model.stream().filter(m -> !m.isControl()).findFirst().orElse(null);
        assertThat(ring.dropOldest()).isSameAs(expected);
        if (expected != null) {
            model.removeFirstOccurrence(expected);
        }
    }

    private static OutboundMessage random(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> OutboundMessage.NOOP;
            case 1 -> OutboundMessage.PING;
            default -> SessionScene.message("x".repeat(random.nextInt(50)));
        };
    }
}
