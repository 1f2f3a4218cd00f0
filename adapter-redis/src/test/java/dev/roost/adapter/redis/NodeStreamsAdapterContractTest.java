package dev.roost.adapter.redis;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("X08: the contract of adapters in the mode node-streams")
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
