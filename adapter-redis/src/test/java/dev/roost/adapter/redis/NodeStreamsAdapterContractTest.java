package dev.roost.adapter.redis;

import java.util.Map;

class NodeStreamsAdapterContractTest extends RedisModeContract {
    NodeStreamsAdapterContractTest() {
        super(
                "node-streams",
                Map.of(
                        Limit.JSON_IS_REWRITTEN,
                        "Node writes msgpack or JSON of its own, in which a number has many ways to be written",
                        Limit.QUESTIONS_HAVE_NO_PLACE,
                        "Node has commands pass a stream, and questions and server-side emits channels"));
    }
}
