package dev.roost.adapter.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;

class RedisAdapterContractTest extends RedisModeContract {
    RedisAdapterContractTest() {
        super("native", Map.of());
    }

    @Override
    protected void inject(byte[] bytes) {
        REDIS.command("PUBLISH".getBytes(StandardCharsets.UTF_8), new RedisChannels("main").all(), bytes);
    }
}
