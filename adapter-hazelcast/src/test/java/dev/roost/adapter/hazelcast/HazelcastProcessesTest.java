package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What needs processes: a crash, and one that hangs and comes back. */
@Timeout(120)
class HazelcastProcessesTest {
    private final Map<String, String> settings =
            Map.of("cluster-name", "test-" + UUID.randomUUID(), "port", "" + Ports.free(3), "port-count", "3");
    private final RecordedEvents events = new RecordedEvents();
    private final List<NodeProcess> processes = new ArrayList<>();
    private final HazelcastBus bus = new HazelcastBus(
            HazelcastAdapterConfig.from(settings), new NodeDescriptor(new NodeId(1), 1, "", "test"), Counters.NONE);

    @BeforeEach
    void start() {
        bus.start(events);
    }

    @AfterEach
    void closeAll() {
        processes.forEach(NodeProcess::close);
        bus.close();
    }

    @Test
    void aKilledProcessIsMissedWithinASecondAndTheOthersLoseNothing() {
        NodeProcess victim = process(2);
        NodeProcess survivor = process(3);
        awaitNodes(3, Duration.ofSeconds(30));
        victim.kill();
        long before = System.nanoTime();
        awaitNodes(2, Duration.ofSeconds(10));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        survivor.say("still here");
        events.awaitText("still here");
        assertThat(events.gaps).isEmpty();
    }

    @Test
    @DisplayName("sec-B20: a node that hung is missed, comes back with a gap, and is heard and hears again")
    @DisabledOnOs(OS.WINDOWS)
    void aNodeThatHungJoinsAgain() {
        NodeProcess hung = process(2);
        awaitNodes(2, Duration.ofSeconds(30));
        hung.signal("STOP");
        awaitNodes(1, Duration.ofSeconds(15));
        hung.signal("CONT");
        awaitNodes(2, Duration.ofSeconds(15));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> hung.said.stream().anyMatch(line -> line.startsWith("gap ")));
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            hung.say("back");
            bus.send(new Target.All(), "welcome".getBytes(StandardCharsets.UTF_8));
            assertThat(events.texts()).contains("back");
            assertThat(hung.said).contains("frame welcome");
        });
        assertThat(hung.said.lastIndexOf("nodes 2")).isGreaterThan(hung.said.indexOf("nodes 2"));
    }

    private NodeProcess process(int id) {
        NodeProcess process = new NodeProcess(new NodeId(id), settings);
        processes.add(process);
        return process;
    }

    private void awaitNodes(int count, Duration limit) {
        await().atMost(limit)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> bus.membership().orElseThrow().current().size() == count);
    }
}
