package dev.roost.adapter.hazelcast;

import static dev.roost.adapter.hazelcast.RecordedEvents.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.RecordingNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole adapter over a cluster of two. */
@Timeout(120)
class HazelcastAdapterTest {
    private final Map<String, String> settings =
            Map.of("cluster-name", "test-" + UUID.randomUUID(), "port", "" + Ports.free(3), "port-count", "3");
    private final ClockScheduler scheduler = new ClockScheduler();
    private final List<Adapter> opened = new ArrayList<>();
    private final RecordingNode atFirst = new RecordingNode();
    private final RecordingNode atSecond = new RecordingNode();
    private final Adapter first = start(1, atFirst);
    private final Adapter second = start(2, atSecond);

    @AfterEach
    void closeAll() {
        opened.forEach(Adapter::close);
        scheduler.close();
    }

    @Test
    void eventsReachTheOtherNodeOnceAndInOrder() {
        int count = 5000;
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add("[\"n\"," + i + "]");
            first.send(new Command.Broadcast(
                    "/", Selection.ALL, Payload.of(sent.getLast().getBytes(StandardCharsets.UTF_8))));
        }
        atSecond.awaitCommands(count, PATIENCE);
        assertThat(atSecond.events()).containsExactlyElementsOf(sent);
        assertThat(atFirst.commands()).isEmpty();
        assertThat(atSecond.gaps()).isEmpty();
    }

    @Test
    void requestsAreAnsweredAndANodeThatLeavesIsMissedAtOnce() {
        await().atMost(PATIENCE).until(() -> first.nodes().contains(descriptor(2)));
        Gathered<SocketSnapshot> answer =
                first.fetch("/", Selection.ALL, PATIENCE).toCompletableFuture().join();
        assertThat(answer.missing()).isEmpty();
        assertThat(atSecond.fetches()).hasSize(1);
        long before = System.nanoTime();
        second.close();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> first.nodes().size() == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isLessThan(Duration.ofSeconds(MemberSetup.NO_HEARTBEAT_SECONDS));
    }

    private Adapter start(int node, RecordingNode local) {
        AdapterContext context =
                new AdapterContext(settings, descriptor(node), local, scheduler, Counters.NONE, Optional.empty());
        Adapter adapter = new HazelcastAdapterFactory().create(context);
        opened.add(adapter);
        adapter.start();
        return adapter;
    }

    private static NodeDescriptor descriptor(int node) {
        return new NodeDescriptor(new NodeId(node), node, "", "test");
    }
}
