package dev.roost.adapter.redis;

import java.util.Map;

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
