package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Command;
import dev.roost.adapter.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** X08: an event of this node is delivered once, when it is read back or when nobody waits for that any more. */
@Timeout(60)
class StreamAppendsTest {
    private static final Command.Broadcast EVENT = new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"e\"]"));
    private static final CompletableFuture<String> ADDED = CompletableFuture.completedFuture("1-0");

    private final List<Command.Broadcast> delivered = new CopyOnWriteArrayList<>();
    private final StreamAppends patient = new StreamAppends(Duration.ofSeconds(30));
    private final StreamAppends hasty = new StreamAppends(Duration.ofMillis(20));

    @Test
    void whoSendsWaitsUntilItIsReadBack() throws InterruptedException {
        String token = patient.begin(EVENT);
        Thread reader = Thread.startVirtualThread(() -> patient.readBack(token, delivered::add));
        assertThat(patient.await(token, ADDED)).isTrue();
        assertThat(delivered).containsExactly(EVENT);
        reader.join();
        patient.readBack(token, delivered::add);
        assertThat(delivered).hasSize(1);
    }

    @Test
    void anEventThatWasReadFirstIsNotWaitedFor() {
        String token = patient.begin(EVENT);
        patient.readBack(token, delivered::add);
        assertThat(patient.await(token, ADDED)).isTrue();
        assertThat(delivered).containsExactly(EVENT);
    }

    @Test
    void anEventThatRedisRefusedIsPassedOverShouldItComeBack() {
        String token = patient.begin(EVENT);
        CompletableFuture<String> refused = CompletableFuture.failedFuture(new IllegalStateException("OOM"));
        assertThat(patient.await(token, refused)).isFalse();
        patient.readBack(token, delivered::add);
        assertThat(delivered).isEmpty();
    }

    @Test
    void anEventThatComesLateIsPassedOver() {
        String token = hasty.begin(EVENT);
        assertThat(hasty.await(token, new CompletableFuture<>())).isFalse();
        hasty.readBack(token, delivered::add);
        assertThat(delivered).isEmpty();
    }

    @Test
    void afterOneThatWasLateNoneIsWaitedForUntilOneIsReadBack() {
        StreamAppends slow = new StreamAppends(Duration.ofMillis(300));
        String late = slow.begin(EVENT);
        slow.await(late, ADDED);
        long before = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            assertThat(slow.await(slow.begin(EVENT), ADDED)).isFalse();
        }
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(30));
        slow.readBack(late, delivered::add);
        String next = slow.begin(EVENT);
        Thread.startVirtualThread(() -> slow.readBack(next, delivered::add));
        assertThat(slow.await(next, ADDED)).isEqualTo(!delivered.isEmpty());
    }

    @Test
    void nobodysEventsAreNotDelivered() {
        patient.readBack(null, delivered::add);
        patient.readBack("unknown", delivered::add);
        assertThat(delivered).isEmpty();
    }

    @Test
    void anInterruptedSenderStillLearnsWhatBecameOfIt() {
        String token = patient.begin(EVENT);
        Thread.currentThread().interrupt();
        Thread.startVirtualThread(() -> patient.readBack(token, delivered::add));
        assertThat(patient.await(token, ADDED)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(delivered).containsExactly(EVENT);
    }
}
