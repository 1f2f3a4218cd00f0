package dev.roost.adapter.redis;

import java.util.Optional;

/**
 * Channels of one namespace in the formats of Node's sharded adapter and of the one over streams. Immutable.
 *
 * <p>Channels of rooms and of nodes begin alike: what has sixteen hexadecimal digits is taken for a node.
 *
 * <p>Spec: redis-wire 3 and 4.
 *
 * @param all what is meant for every node; begins the other channels
 */
record PeerChannels(String all) {
    static PeerChannels of(String key, String namespace) {
        return new PeerChannels(key + "#" + namespace + "#");
    }

    byte[] allBytes() {
        return NodeChannels.bytes(all);
    }

    /** Channel of a room, or of answers to the node that calls itself so. */
    String of(String name) {
        return all + name + "#";
    }

    /** Pattern of all channels but {@link #all}. */
    String pattern() {
        return NodeChannels.escaped(all) + "*#";
    }

    /** Returns whose answers a channel of the pattern carries, if it may be a node's. */
    Optional<String> uidOf(String channel) {
        if (channel.length() <= all.length()) {
            return Optional.empty();
        }
        String name = channel.substring(all.length(), channel.length() - 1);
        return NodeUid.isLong(name) ? Optional.of(name) : Optional.empty();
    }
}
