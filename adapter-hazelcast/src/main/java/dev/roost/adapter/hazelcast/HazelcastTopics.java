package dev.roost.adapter.hazelcast;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.Target;

/**
 * Names of all topics and member attributes. Immutable.
 *
 * <p>There is one topic for all nodes and one per node. No name of one key equals a name of another: what follows the
 * key's last {@code :} is either {@code all}, {@code store} or eight hexadecimal digits.
 *
 * @param key the setting {@code key}
 */
record HazelcastTopics(String key) {
    /** Member attributes that carry the node's descriptor. */
    static final String ATTRIBUTE_NODE = "roost.node";

    static final String ATTRIBUTE_EPOCH = "roost.epoch";
    static final String ATTRIBUTE_ADDRESS = "roost.address";
    static final String ATTRIBUTE_VERSION = "roost.version";
    /** Two servers of one cluster that use different keys are not each other's nodes. */
    static final String ATTRIBUTE_KEY = "roost.key";

    String all() {
        return key + ":all";
    }

    /** The map of what outlives every node. */
    String store() {
        return key + ":store";
    }

    String node(NodeId id) {
        return key + ":node:" + id;
    }

    String of(Target target) {
        return switch (target) {
            case Target.All all -> all();
            case Target.Node(NodeId id) -> node(id);
        };
    }
}
