package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.AdapterContract;
import dev.roost.adapter.tck.RedisServer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract in one mode, with Roost nodes only; what Node's servers make of it is in the tests of interop. */
abstract class RedisModeContract extends AdapterContract {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private final Set<NodeId> nodes = new HashSet<>();
    private final String mode;
    private final Map<Limit, String> limits;

    RedisModeContract(String mode, Map<Limit, String> limits) {
        this.mode = mode;
        this.limits = limits;
    }

    @Override
    protected AdapterFactory factory() {
        return new RedisAdapterFactory();
    }

    /** Every node has a user of its own, so that one of them can be locked out. */
    @Override
    protected Map<String, String> settings(String cluster, NodeId node) {
        nodes.add(node);
        letIn(node);
        return Map.of("uri", "redis://" + node + ":pw@127.0.0.1:" + REDIS.port(), "key", cluster, "mode", mode);
    }

    @Override
    protected Map<Limit, String> limits() {
        return limits;
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
        nodes.forEach(RedisModeContract::letIn);
    }

    private static void letIn(NodeId node) {
        REDIS.command("ACL", "SETUSER", node.toString(), "on", ">pw", "+@all", "~*", "&*");
    }
}
