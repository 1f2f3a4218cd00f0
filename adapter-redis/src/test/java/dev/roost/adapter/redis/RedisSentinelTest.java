package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.RecordedEvents;
import dev.roost.adapter.tck.RecordingNode;
import dev.roost.adapter.tck.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two Redis servers and a Sentinel that watches them. */
@Timeout(180)
class RedisSentinelTest {
    private static final Target ALL = new Target.All();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RedisServer MASTER = new RedisServer("--repl-diskless-sync-delay", "0");
    private static RedisServer replica;
    private static RedisServer sentinel;

    private final List<ClusterBus> opened = new ArrayList<>();
    private final List<Adapter> adapters = new ArrayList<>();
    private final ClockScheduler scheduler = new ClockScheduler();
    private final RecordedEvents atFirst = new RecordedEvents(PATIENCE);
    private final RecordedEvents atSecond = new RecordedEvents(PATIENCE);

    @BeforeAll
    static void startServers() {
        MASTER.start();
        replica = new RedisServer("--replicaof", "127.0.0.1", Integer.toString(MASTER.port()));
        replica.start();
        await().atMost(PATIENCE)
                .until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
        sentinel = RedisServer.sentinel(
                "sentinel monitor main 127.0.0.1 " + MASTER.port() + " 1",
                "sentinel down-after-milliseconds main 1000",
                "sentinel failover-timeout main 5000");
        sentinel.start();
        await().atMost(PATIENCE)
                .until(() ->
                        sentinel.command("SENTINEL", "REPLICAS", "main").contains(Integer.toString(replica.port())));
    }

    @AfterAll
    static void endServers() {
        MASTER.close();
        if (replica != null) {
            replica.close();
        }
        if (sentinel != null) {
            sentinel.close();
        }
    }

    @AfterEach
    void closeAll() {
        adapters.forEach(Adapter::close);
        opened.forEach(ClusterBus::close);
        scheduler.close();
    }

    @Test
    @DisplayName(
            "X06: a bus and an adapter that ask a Sentinel outlive their Redis: the gap is told, then all flows again")
    void aFailoverIsAGapAndThenFramesFlowAgain() {
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0?sentinelMasterId=main";
        RecordingNode here = new RecordingNode();
        RecordingNode there = new RecordingNode();
        Adapter speaker = adapter(uri, 3, here);
        Adapter listener = adapter(uri, 4, there);
        await().atMost(PATIENCE)
                .until(() -> speaker.nodes().size() == 2 && listener.nodes().size() == 2);
        ClusterBus first = bus(uri, new NodeId(1));
        ClusterBus second = bus(uri, new NodeId(2));
        first.start(atFirst);
        second.start(atSecond);
        first.send(ALL, bytes("before"));
        atSecond.awaitText("before");
        assertThat(atSecond.gaps()).isEmpty();
        MASTER.kill();
        atFirst.awaitState(BusState.DOWN);
        assertThatThrownBy(() -> first.send(ALL, bytes("lost"))).isInstanceOf(AdapterException.class);
        speaker.send(event("[\"meanwhile\"]"));
        for (RecordedEvents each : List.of(atFirst, atSecond)) {
            await().atMost(PATIENCE).until(() -> !each.gaps().isEmpty());
            each.awaitState(BusState.UP);
        }
        await().atMost(PATIENCE).ignoreException(AdapterException.class).until(() -> {
            first.send(ALL, bytes("after"));
            second.send(new Target.Node(new NodeId(1)), bytes("back"));
            return atSecond.texts().contains("after") && atFirst.texts().contains("back");
        });
        assertThat(replica.command("ROLE")).contains("master");
        await().atMost(PATIENCE).until(() -> {
            speaker.send(event("[\"after\"]"));
            return there.events().contains("[\"after\"]");
        });
        assertThat(here.awaitGaps(1, PATIENCE)).contains(Optional.empty());
        assertThat(there.awaitGaps(1, PATIENCE)).contains(Optional.empty());
        await().atMost(PATIENCE)
                .until(() -> speaker.nodes().size() == 2 && listener.nodes().size() == 2);
    }

    private Adapter adapter(String uri, int id, RecordingNode local) {
        NodeDescriptor self = new NodeDescriptor(new NodeId(id), id, "", "test");
        Adapter adapter = new RedisAdapterFactory()
                .create(new AdapterContext(
                        Map.of("uri", uri, "key", "app"), self, local, scheduler, Counters.NONE, Optional.empty()));
        adapters.add(adapter);
        adapter.start();
        return adapter;
    }

    private static Command event(String json) {
        return new Command.Broadcast("/", Selection.ALL, Payload.of(bytes(json)));
    }

    private ClusterBus bus(String uri, NodeId node) {
        ClusterBus bus = new RedisBus(RedisAdapterConfig.from(Map.of("uri", uri)), node, Counters.NONE);
        opened.add(bus);
        return bus;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
