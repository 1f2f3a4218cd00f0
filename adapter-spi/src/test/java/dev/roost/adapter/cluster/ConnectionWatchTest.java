package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.ManualScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {
    private static final NodeId A = new NodeId(1);
    private static final NodeId B = new NodeId(2);

    private final ManualScheduler clock = new ManualScheduler();
    private final List<NodeId> lost = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Set<NodeId> unconnected = Set.of();
    private volatile boolean broken;
    private final ConnectionWatch watch = new ConnectionWatch(this::ask, clock, () -> Set.of(A, B), lost::addAll);

    @Test
    void whoIsNotConnectedTwiceInARowIsLost() {
        watch.start();
        look();
        unconnected = Set.of(A);
        look();
        assertThat(lost).isEmpty();
        look();
        assertThat(lost).containsExactly(A);
    }

    @Test
    void whoIsBackAtTheNextLookIsNotLost() {
        watch.start();
        for (int i = 0; i < 3; i++) {
            unconnected = Set.of(A);
            look();
            unconnected = Set.of(B);
            look();
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void nobodyIsJudgedForAWhileAfterThisNodeWasCutOff() {
        watch.start();
        unconnected = Set.of(A, B);
        look();
        watch.forgive();
        long end = clock.nanoTime() + ConnectionWatch.GRACE.toNanos();
        while (clock.nanoTime() + ConnectionWatch.INTERVAL.toNanos() < end) {
            look();
        }
        assertThat(lost).isEmpty();
        look();
        look();
        assertThat(lost).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void backendThatDoesNotAnswerIsAskedAgain() {
        watch.start();
        unconnected = Set.of(A);
        look();
        broken = true;
        look();
        broken = false;
        look();
        look();
        assertThat(lost).as("it was cut off").isEmpty();
        assertThat(asked).hasValue(4);
    }

    @Test
    void closedWatchLooksNoMore() {
        watch.start();
        look();
        watch.close();
        assertThat(clock.pending()).isZero();
    }

    private Set<NodeId> ask(Set<NodeId> nodes) {
        assertThat(nodes).containsExactlyInAnyOrder(A, B);
        asked.incrementAndGet();
        if (broken) {
            throw new AdapterException("away");
        }
        return unconnected;
    }

    /** Lets an interval pass; the watch looks on a thread of its own and asks for the next interval when it is done. */
    private void look() {
        assertThat(clock.pending()).isOne();
        clock.advance(ConnectionWatch.INTERVAL);
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> clock.pending() == 1);
    }
}
