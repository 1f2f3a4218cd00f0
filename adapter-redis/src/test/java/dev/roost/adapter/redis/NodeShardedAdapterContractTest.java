package dev.roost.adapter.redis;

import java.util.Map;

class NodeShardedAdapterContractTest extends RedisModeContract {
    NodeShardedAdapterContractTest() {
        super(
                "node-sharded",
                Map.of(
                        Limit.JSON_IS_REWRITTEN,
                        "Node writes msgpack or JSON of its own, in which a number has many ways to be written"));
    }
}
