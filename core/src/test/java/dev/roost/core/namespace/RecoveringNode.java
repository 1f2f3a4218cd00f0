package dev.roost.core.namespace;

import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.ClusterOptions;
import dev.roost.adapter.tck.FaultyBus;
import dev.roost.adapter.tck.InMemoryBus;
import dev.roost.core.engine.Engine;
import dev.roost.core.engine.EngineConfig;
import dev.roost.core.engine.SessionIds;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One process of several in the JVM of a test, with recovery on and faults between them. Thread-safe. */
final class RecoveringNode implements AutoCloseable {
    private static final AtomicLong EPOCHS = new AtomicLong(1_000);
    /** Losses show soon; nobody is taken for dead because the machine is slow. */
    private static final ClusterOptions OPTIONS =
            ClusterOptions.DEFAULT.withHeartbeat(Duration.ofMillis(50), Duration.ofSeconds(60), Duration.ofMillis(50));

    final NodeId id = NodeId.random();
    final LoopOfItsOwn loop = new LoopOfItsOwn();
    final SocketIo io;
    final Engine engine;
    private final ClusterAdapter adapter;
    volatile boolean gone;

    RecoveringNode(InMemoryBus.Network network, FaultyBus.Faults faults) {
        NodeDescriptor self = new NodeDescriptor(id, EPOCHS.incrementAndGet(), "", "test");
        io = new SocketIo(
                SocketIoOptions.builder()
                        .connectionStateRecovery(ConnectionStateRecovery.defaults())
                        .build(),
                self);
        engine = new Engine(EngineConfig.builder().build(), new SessionIds(id), io.sessionHandler());
        adapter = new ClusterAdapter(
                new AdapterContext(Map.of(), self, io.localNode(), loop, Counters.NONE, Optional.empty()),
                faults.over(network.bus(id), id),
                OPTIONS);
        io.onConnection(socket -> {
            if (!socket.recovered()) {
                socket.join(socket.handshake().auth(Robot.Auth.class).room());
            }
        });
        adapter.start();
        io.join(adapter, self);
    }

    /** Tells its clients that it goes, hands their sessions over, and goes. */
    void leave() {
        io.close();
        gone = true;
        await().atMost(Duration.ofSeconds(30)).until(() -> io.connectionCount() == 0 && io.unfinishedSockets() == 0);
        io.handOver();
        io.rest();
        adapter.close();
    }

    /** How many nodes it knows. */
    int nodes() {
        return io.nodes().size();
    }

    @Override
    public void close() {
        engine.close();
        adapter.close();
        loop.close();
    }
}
