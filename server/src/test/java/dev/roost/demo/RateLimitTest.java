package dev.roost.demo;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.namespace.EventRefused;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private long now = -5;
    private final RateLimit limit = new RateLimit(3, Duration.ofMillis(500), () -> now);

    @Test
    void aBurstPassesAndThenOnePerInterval() {
        take(3);
        assertRefused();
        pass(499);
        assertRefused();
        pass(1);
        take(1);
        assertRefused();
    }

    @Test
    void aLongSilenceGivesNoMoreThanOneBurst() {
        pass(3_600_000);
        take(3);
        assertRefused();
    }

    private void take(int permits) {
        for (int i = 0; i < permits; i++) {
            assertThatCode(limit::take).doesNotThrowAnyException();
        }
    }

    private void assertRefused() {
        assertThatThrownBy(limit::take).isInstanceOf(EventRefused.class);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
