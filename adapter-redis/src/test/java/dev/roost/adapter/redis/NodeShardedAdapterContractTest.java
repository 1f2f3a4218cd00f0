package dev.roost.adapter.redis;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("X07: the contract of adapters in the mode node-sharded")
class NodeShardedAdapterContractTest extends RedisModeContract {
    NodeShardedAdapterContractTest() {
        super(
                "node-sharded",
                Map.of(
                        Limit.JSON_IS_REWRITTEN,
                        "Node writes msgpack or JSON of its own, in which a number has many ways to be written"));
    }
}
