package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.FaultyBus;
import dev.roost.adapter.tck.History;
import dev.roost.adapter.tck.InMemoryBus;
import dev.roost.adapter.tck.RecordedEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is seen twice or out of order, and nothing is lost without a word, whatever happens on the way. */
@Timeout(120)
class ClusterAdapterFaultsTest {
    private static final ClusterOptions QUICK =
            ClusterOptions.DEFAULT.withHeartbeat(Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofMillis(50));
    private final InMemoryBus.Network network = new InMemoryBus.Network();
    private final ClockScheduler clock = new ClockScheduler();
    private final History history = new History();
    private final Map<NodeId, Adapter> adapters = new LinkedHashMap<>();
    private final Map<String, LongAdder> counted = new ConcurrentHashMap<>();

    @AfterEach
    void closeAll() {
        adapters.values().forEach(Adapter::close);
        clock.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void eventsUnderFaultsAreInOrderOnceOrReportedAsLost(long seed) {
        FaultyBus.Faults faults = new FaultyBus.Faults(seed);
        List<NodeId> nodes = start(faults);
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            NodeId chosen = nodes.get(random.nextInt(3));
            switch (random.nextInt(4)) {
                case 0 -> faults.rates(0.05, 0.05, 0.02, 0.05);
                case 1 -> faults.isolate(chosen, nodes);
                case 2 -> faults.cut(chosen, nodes.get(random.nextInt(3)));
                default -> faults.pause(chosen);
            }
            for (int i = 0; i < 300; i++) {
                adapters.forEach(history::send);
                if (i % 100 == 0) {
                    join(answers(nodes.get(i % 3), Duration.ofMillis(50)));
                }
            }
            if (random.nextBoolean()) {
                faults.heal();
            }
        }
        faults.heal();
        awaitAllHeard(nodes);
        assertThat(history.violations()).isEmpty();
        assertThat(history.lost()).as("the faults have hit").isPositive();
        await().atMost(RecordedEvents.PATIENCE)
                .untilAsserted(() -> assertThat(nodes).allSatisfy(node -> {
                    Gathered<Payload> all = join(answers(node, RecordedEvents.PATIENCE));
                    assertThat(all.complete()).isTrue();
                    assertThat(all.values()).hasSize(2);
                }));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aKilledNodeIsMissingInEveryRequestAndTheOthersLoseNothing(long seed) {
        FaultyBus.Faults faults = new FaultyBus.Faults(seed);
        List<NodeId> nodes = start(faults);
        NodeId victim = nodes.get(2);
        faults.kill(victim);
        CompletionStage<Gathered<Payload>> open =
                adapters.get(nodes.get(0)).serverSideEmitWithAck(who(), Duration.ofHours(1));
        for (int i = 0; i < 1000; i++) {
            history.send(nodes.get(0), adapters.get(nodes.get(0)));
            history.send(nodes.get(1), adapters.get(nodes.get(1)));
        }
        assertThat(join(open).missing()).containsExactly(victim);
        awaitAllHeard(nodes.subList(0, 2));
        assertThat(history.violations()).isEmpty();
        assertThat(adapters.get(nodes.get(1)).nodes())
                .extracting(NodeDescriptor::id)
                .doesNotContain(victim);
    }

    @Test
    void nodesThatLoseEachOtherSaySoAndSoTheyDoWhenTheyAreBack() {
        FaultyBus.Faults faults = new FaultyBus.Faults(1);
        List<NodeId> nodes = start(faults);
        NodeId alone = nodes.get(2);
        faults.isolate(alone, nodes);
        // Two lose one, and one loses two.
        await().atMost(RecordedEvents.PATIENCE)
                .untilAsserted(() -> assertThat(count("cluster.nodes.lost")).isGreaterThanOrEqualTo(4));
        assertThat(count("cluster.nodes.returned")).isLessThan(count("cluster.nodes.lost"));
        faults.heal();
        awaitMembers(nodes);
        await().atMost(RecordedEvents.PATIENCE)
                .untilAsserted(
                        () -> assertThat(count("cluster.nodes.returned")).isEqualTo(count("cluster.nodes.lost")));
    }

    private long count(String counter) {
        return counted.getOrDefault(counter, new LongAdder()).sum();
    }

    private List<NodeId> start(FaultyBus.Faults faults) {
        for (int i = 1; i <= 3; i++) {
            NodeId id = new NodeId(i);
            AdapterContext context = new AdapterContext(
                    Map.of(),
                    new NodeDescriptor(id, i, "", "test"),
                    history.node(id),
                    clock,
                    (counter, amount) -> counted.computeIfAbsent(counter, missing -> new LongAdder())
                            .add(amount),
                    Optional.of("secret"));
            adapters.put(id, new ClusterAdapter(context, faults.over(network.bus(id), id), QUICK));
        }
        adapters.values().forEach(Adapter::start);
        List<NodeId> nodes = List.copyOf(adapters.keySet());
        awaitMembers(nodes);
        return nodes;
    }

    /** Sends more until each node has seen an event that was sent now, of each other. */
    private void awaitAllHeard(List<NodeId> nodes) {
        awaitMembers(nodes);
        await().atMost(RecordedEvents.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    nodes.forEach(node -> history.send(node, adapters.get(node)));
                    return nodes.stream()
                            .allMatch(to -> nodes.stream()
                                    .allMatch(from ->
                                            from.equals(to) || history.last(to, from) >= history.sent(from) - 2));
                });
    }

    private void awaitMembers(List<NodeId> nodes) {
        await().atMost(RecordedEvents.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(nodes)
                        .allSatisfy(node -> assertThat(ids(node)).containsExactlyInAnyOrderElementsOf(nodes)));
    }

    private Set<NodeId> ids(NodeId node) {
        return adapters.get(node).nodes().stream().map(NodeDescriptor::id).collect(Collectors.toSet());
    }

    private CompletionStage<Gathered<Payload>> answers(NodeId node, Duration timeout) {
        return adapters.get(node).serverSideEmitWithAck(who(), timeout);
    }

    private static Gathered<Payload> join(CompletionStage<Gathered<Payload>> answers) {
        return answers.toCompletableFuture().join();
    }

    private static Command.ServerSideEmit who() {
        return new Command.ServerSideEmit("/", Payload.of("[\"who\"]".getBytes(StandardCharsets.UTF_8)));
    }
}
