package dev.roost.adapter.hazelcast;

import static dev.roost.adapter.hazelcast.NodeProcess.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.tck.RecordedEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What needs processes: many that start, a crash, and one that hangs and comes back. */
@Timeout(600)
class HazelcastProcessesTest {
    private static final Duration SILENCE = Duration.ofSeconds(MemberSetup.NO_HEARTBEAT_SECONDS);
    /** Where a word takes longer, how long it takes to miss somebody says nothing. */
    private static final Duration CALM = Duration.ofMillis(500);

    private final RecordedEvents events = new RecordedEvents(PATIENCE);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    @DisplayName("processes that start at once are one cluster; one that is killed is missed by its connection, not by"
            + " its silence; the others lose nothing")
    void processesStartAtOnceAndOneIsKilled() {
        Map<String, String> settings = settings(4);
        NodeProcess victim = process(2, settings);
        NodeProcess survivor = process(3, settings);
        NodeProcess other = process(4, settings);
        HazelcastBus bus = start(settings);
        awaitNodes(bus, 4);
        await().atMost(PATIENCE).untilAsserted(() -> {
            survivor.say("here");
            assertThat(events.texts()).contains("here");
            assertThat(other.said).contains("frame here");
        });
        int gaps = events.gaps().size();
        long asked = System.nanoTime();
        survivor.say("how busy is it here?");
        events.awaitText("how busy is it here?");
        Duration busy = Duration.ofNanos(System.nanoTime() - asked);
        long before = System.nanoTime();
        victim.kill();
        awaitNodes(bus, 3);
        Duration missed = Duration.ofNanos(System.nanoTime() - before);
        survivor.say("still here");
        events.awaitText("still here");
        other.awaitSaid("frame still here");
        assertThat(events.gaps()).hasSize(gaps);
        assumeTrue(busy.compareTo(CALM) < 0, "a word from one process to another took " + busy);
        assertThat(missed).isLessThan(SILENCE);
    }

    @Test
    @DisplayName("sec-B20: a node that hung is missed, comes back with a gap, and is heard and hears again")
    @DisabledOnOs(OS.WINDOWS)
    void aNodeThatHungJoinsAgain() {
        // A port more that nobody has would cost the search for the lost part five seconds.
        Map<String, String> settings = settings(2);
        HazelcastBus bus = start(settings);
        NodeProcess hung = process(2, settings);
        awaitNodes(bus, 2);
        hung.awaitSaid("nodes 2");
        hung.signal("STOP");
        awaitNodes(bus, 1);
        int before = hung.said.size();
        hung.signal("CONT");
        awaitNodes(bus, 2);
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> said = List.copyOf(hung.said);
            List<String> since = said.subList(before, said.size());
            assertThat(since).anyMatch(line -> line.startsWith("gap "));
            assertThat(since).contains("nodes 2");
        });
        await().atMost(PATIENCE).untilAsserted(() -> {
            hung.say("back");
            bus.send(new Target.All(), "welcome".getBytes(StandardCharsets.UTF_8));
            assertThat(events.texts()).contains("back");
            assertThat(hung.said).contains("frame welcome");
        });
    }

    private static Map<String, String> settings(int ports) {
        return Map.of(
                "cluster-name", "test-" + UUID.randomUUID(), "port", "" + Ports.free(ports), "port-count", "" + ports);
    }

    private HazelcastBus start(Map<String, String> settings) {
        NodeDescriptor self = new NodeDescriptor(new NodeId(1), 1, "", "test");
        HazelcastBus bus = new HazelcastBus(HazelcastAdapterConfig.from(settings), self, Counters.NONE);
        opened.add(bus);
        bus.start(events);
        return bus;
    }

    private NodeProcess process(int id, Map<String, String> settings) {
        NodeProcess process = new NodeProcess(new NodeId(id), settings);
        opened.addFirst(process);
        return process;
    }

    private static void awaitNodes(HazelcastBus bus, int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> bus.membership().orElseThrow().current().size() == count);
    }
}
