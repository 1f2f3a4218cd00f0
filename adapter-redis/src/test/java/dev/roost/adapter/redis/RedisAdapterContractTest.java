package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.AdapterContract;
import dev.roost.adapter.tck.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisAdapterContractTest extends AdapterContract {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    @Override
    protected AdapterFactory factory() {
        return new RedisAdapterFactory();
    }

    private final Set<NodeId> nodes = new HashSet<>();

    /** Every node has a user of its own, so that one of them can be locked out. */
    @Override
    protected Map<String, String> settings(String cluster, NodeId node) {
        nodes.add(node);
        letIn(node);
        return Map.of("uri", "redis://" + node + ":pw@127.0.0.1:" + REDIS.port(), "key", cluster);
    }

    @Override
    protected void kill(NodeId node) {
        REDIS.command("ACL", "DELUSER", node.toString());
    }

    @Override
    protected void takeMediumAway() {
        REDIS.kill();
    }

    @Override
    protected void bringMediumBack() {
        REDIS.start();
        nodes.forEach(RedisAdapterContractTest::letIn);
    }

    @Override
    protected void inject(byte[] bytes) {
        REDIS.command("PUBLISH".getBytes(StandardCharsets.UTF_8), new RedisChannels("main").all(), bytes);
    }

    private static void letIn(NodeId node) {
        REDIS.command("ACL", "SETUSER", node.toString(), "on", ">pw", "+@all", "~*", "&*");
    }
}
