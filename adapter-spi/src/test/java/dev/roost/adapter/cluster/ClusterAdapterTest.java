package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.InMemoryBus;
import dev.roost.adapter.tck.RecordingNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClusterAdapterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LongAdder lost = new LongAdder();
    private final LongAdder collisions = new LongAdder();

    @Test
    void twoNodesFindEachOtherAndTalk() throws Exception {
        InMemoryBus.Network network = new InMemoryBus.Network();
        RecordingNode nodeA = new RecordingNode();
        RecordingNode nodeB = new RecordingNode();
        nodeB.onBroadcastWithAck((broadcast, sink) -> {
            sink.ack(json("1"));
            sink.clients(2);
            sink.ack(json("2"));
        });
        try (ClockScheduler clock = new ClockScheduler();
                ClusterAdapter a = adapter(network, nodeA, clock)) {
            try (ClusterAdapter b = adapter(network, nodeB, clock)) {
                a.start();
                b.start();
                assertThat(a.nodes()).isEqualTo(b.nodes()).hasSize(2);
                for (int i = 0; i < 1000; i++) {
                    a.send(new Command.Broadcast("/", Selection.ALL, json("[" + i + "]")));
                }
                nodeB.awaitCommands(1000, PATIENCE);
                assertThat(nodeB.events()).hasSize(1000).endsWith("[999]");
                assertThat(nodeA.commands()).isEmpty();
                Gathered<Payload> acks = a.broadcastWithAck(
                                new Command.Broadcast("/", Selection.ALL, json("[]")), PATIENCE, ack -> {})
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                assertThat(acks.complete()).isTrue();
                assertThat(acks.values()).hasSize(2);
            }
            await().atMost(PATIENCE).until(() -> a.nodes().size() == 1);
            assertThat(lost.sum()).as("who says good-bye is not lost").isZero();
            assertThat(collisions.sum()).as("own frames that come back").isZero();
        }
    }

    @Test
    void nodeWithoutAConnectionIsLostBeforeItsHeartbeatsAreMissed() {
        InMemoryBus.Network network = new InMemoryBus.Network();
        Set<NodeId> unconnected = ConcurrentHashMap.newKeySet();
        NodeId id = NodeId.random();
        try (ClockScheduler clock = new ClockScheduler();
                ClusterAdapter a = adapter(new AskedBus(network.bus(id), unconnected), id, new RecordingNode(), clock);
                ClusterAdapter b = adapter(network, new RecordingNode(), clock)) {
            a.start();
            b.start();
            await().atMost(PATIENCE).until(() -> a.nodes().size() == 2);
            a.nodes().forEach(node -> unconnected.add(node.id()));
            // It goes on beating, so nothing but the bus can have said so.
            await().atMost(PATIENCE).until(() -> lost.sum() > 0);
            unconnected.clear();
            await().atMost(PATIENCE).until(() -> a.nodes().size() == 2);
        }
    }

    /** A bus that can be asked who is connected. */
    private record AskedBus(ClusterBus bus, Set<NodeId> unconnected) implements ClusterBus {
        @Override
        public Capabilities capabilities() {
            return bus.capabilities();
        }

        @Override
        public void start(BusEvents events) {
            bus.start(events);
        }

        @Override
        public void send(Target target, byte[] frame) {
            bus.send(target, frame);
        }

        @Override
        public Optional<ConnectionSource> connections() {
            return Optional.of(
                    nodes -> nodes.stream().filter(unconnected::contains).collect(Collectors.toSet()));
        }

        @Override
        public void close() {
            bus.close();
        }
    }

    private ClusterAdapter adapter(InMemoryBus.Network network, RecordingNode node, ClockScheduler clock) {
        NodeId id = NodeId.random();
        return adapter(network.bus(id), id, node, clock);
    }

    private ClusterAdapter adapter(ClusterBus bus, NodeId id, RecordingNode node, ClockScheduler clock) {
        return new ClusterAdapter(
                new AdapterContext(
                        Map.of(),
                        new NodeDescriptor(id, System.currentTimeMillis(), "", "test"),
                        node,
                        clock,
                        (counter, amount) -> {
                            switch (counter) {
                                case "cluster.nodes.lost" -> lost.add(amount);
                                case "cluster.nodes.collisions" -> collisions.add(amount);
                                default -> {}
                            }
                        },
                        Optional.of("secret")),
                bus);
    }

    private static Payload json(String text) {
        return Payload.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
