package dev.roost.adapter.redis;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("X01: the contract of adapters in the mode node")
class NodeAdapterContractTest extends RedisModeContract {
    NodeAdapterContractTest() {
        super(
                "node",
                Map.of(
                        Limit.JSON_IS_REWRITTEN,
                        "Node writes msgpack or JSON of its own, in which a number has many ways to be written",
                        Limit.QUESTIONS_HAVE_NO_FLAGS,
                        "a server of Node takes no flags from such a message"));
    }
}
