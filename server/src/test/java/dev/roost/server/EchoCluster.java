package dev.roost.server;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.server.forward.ClusterView;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of servers of one JVM that know each other without a bus.
 *
 * <p>Thread-safe: concurrent maps.
 */
public final class EchoCluster {
    private final ConcurrentMap<NodeId, NodeDescriptor> nodes = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> counted = new ConcurrentHashMap<>();

    void joined(NodeId node, String address) {
        nodes.put(node, new NodeDescriptor(node, 0, address, "test"));
    }

    /** The process is reached under another address from now on. */
    public void moved(NodeId node, String address) {
        joined(node, address);
    }

    /** The process is gone for the others. */
    public void left(NodeId node) {
        nodes.remove(node);
    }

    /** How often something was counted by all processes together. */
    public long counted(String name) {
        return counted.getOrDefault(name, 0L);
    }

    ClusterView view(NodeId self) {
        return new ClusterView() {
            @Override
            public NodeId self() {
                return self;
            }

            @Override
            public Set<NodeDescriptor> nodes() {
                // A process always sees itself.
                Stream<NodeDescriptor> alone = Stream.of(new NodeDescriptor(self, 0, "", "test"));
                return Stream.concat(
                                nodes.values().stream()
                                        .filter(node -> !node.id().equals(self)),
                                alone)
                        .collect(Collectors.toUnmodifiableSet());
            }

            @Override
            public Counters counters() {
                return (name, amount) -> counted.merge(name, amount, Long::sum);
            }
        };
    }

    /** The nodes there are. */
    public Map<NodeId, NodeDescriptor> nodes() {
        return Map.copyOf(nodes);
    }
}
