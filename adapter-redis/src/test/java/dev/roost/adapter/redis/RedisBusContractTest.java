package dev.roost.adapter.redis;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.tck.ClusterBusContract;
import dev.roost.adapter.tck.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisBusContractTest extends ClusterBusContract {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    @Override
    protected ClusterBus bus(NodeDescriptor self) {
        return new RedisBus(RedisAdapterConfig.from(Map.of("uri", REDIS.uri())), self.id(), Counters.NONE);
    }

    @Override
    protected void inject(byte[] bytes) {
        REDIS.command("PUBLISH".getBytes(StandardCharsets.UTF_8), new RedisChannels("roost").all(), bytes);
    }

    @Override
    protected void takeMediumAway() {
        REDIS.kill();
    }

    @Override
    protected void bringMediumBack() {
        REDIS.start();
    }
}
