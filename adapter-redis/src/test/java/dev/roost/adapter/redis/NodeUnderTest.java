package dev.roost.adapter.redis;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.RecordingNode;
import dev.roost.adapter.tck.RedisServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A node of this JVM in one of the modes of Node. Confined to the test's thread. */
final class NodeUnderTest implements AutoCloseable {
    private final NodeId id = NodeId.random();
    private final RecordingNode local = new RecordingNode();
    private final ClockScheduler scheduler = new ClockScheduler();
    private final Map<String, LongAdder> counted = new ConcurrentHashMap<>();
    private final Adapter adapter;

    private NodeUnderTest(Map<String, String> settings) {
        Counters counters = (name, amount) ->
                counted.computeIfAbsent(name, key -> new LongAdder()).add(amount);
        adapter = new RedisAdapterFactory()
                .create(new AdapterContext(
                        settings,
                        new NodeDescriptor(id, System.currentTimeMillis(), "", "test"),
                        local,
                        scheduler,
                        counters,
                        Optional.empty()));
    }

    /** Starts a node; the main namespace is always open. */
    static NodeUnderTest start(RedisServer redis, String mode, Map<String, String> more, String... namespaces) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("uri", redis.uri());
        return start(mode, settings, namespaces);
    }

    /** Starts a node with an address of its own. */
    static NodeUnderTest start(String mode, Map<String, String> more, String... namespaces) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("mode", mode);
        NodeUnderTest node = new NodeUnderTest(settings);
        try {
            node.adapter.start();
        } catch (RuntimeException e) {
            node.scheduler.close();
            throw e;
        }
        node.adapter.namespaceOpened("/");
        for (String namespace : namespaces) {
            node.adapter.namespaceOpened(namespace);
        }
        return node;
    }

    NodeId id() {
        return id;
    }

    RecordingNode local() {
        return local;
    }

    Adapter adapter() {
        return adapter;
    }

    void send(Command command) {
        adapter.send(command);
    }

    long count(String counter) {
        LongAdder adder = counted.get(counter);
        return adder == null ? 0 : adder.sum();
    }

    @Override
    public void close() {
        adapter.close();
        scheduler.close();
    }
}
