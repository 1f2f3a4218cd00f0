package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.tck.AdapterContract;
import dev.roost.adapter.tck.ClusterBusContract;
import dev.roost.adapter.tck.RecordedEvents;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** X06: every node at another master of a Redis Cluster, which passes on what is published at one of them. */
class RedisClusterTest {
    private static final RedisCluster REDIS = new RedisCluster();
    private static final AtomicInteger TESTS = new AtomicInteger();

    @BeforeAll
    static void startMasters() {
        REDIS.start();
    }

    @AfterAll
    static void endMasters() {
        REDIS.close();
    }

    @Test
    @DisplayName("X06: a Redis Cluster is no store, since the key may be another master's")
    void aRedisClusterIsNoStore() {
        try (ClusterBus bus = bus(new NodeId(1))) {
            bus.start(new RecordedEvents());
            assertThat(bus.store()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"node-sharded", "node-streams"})
    @DisplayName("X07, X08: a Redis Cluster is refused where the format needs all channels or keys at one Redis")
    void aRedisClusterIsRefusedWhereAllMustBeAtOneRedis(String mode) {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("uri", REDIS.uri(new NodeId(1)), "mode", mode));
        try (RedisLink link = new RedisLink(config, Counters.NONE)) {
            assertThatThrownBy(() -> link.start("roost-test", new byte[] {'p'}, new RecordedEvents()))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContainingAll(config.address().toString(), "Redis Cluster", mode);
        }
    }

    private static ClusterBus bus(NodeId node) {
        return new RedisBus(RedisAdapterConfig.from(Map.of("uri", REDIS.uri(node))), node, Counters.NONE);
    }

    @Nested
    class Bus extends ClusterBusContract {
        @Override
        protected ClusterBus bus(NodeDescriptor self) {
            return RedisClusterTest.bus(self.id());
        }

        @Override
        protected void inject(byte[] bytes) {
            REDIS.master(0)
                    .command("PUBLISH".getBytes(StandardCharsets.UTF_8), new RedisChannels("roost").all(), bytes);
        }
    }

    @Nested
    class Adapter extends AdapterContract {
        /** Another for each test: what one of them said may still be on its way between the masters. */
        private final int test = TESTS.incrementAndGet();

        @Override
        protected AdapterFactory factory() {
            return new RedisAdapterFactory();
        }

        @Override
        protected Map<String, String> settings(String cluster, NodeId node) {
            return Map.of("uri", REDIS.uri(node), "key", cluster + test);
        }
    }
}
