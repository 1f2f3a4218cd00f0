package dev.roost.adapter.redis;

import dev.roost.adapter.NodeId;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * What a node calls itself in the formats of Node's adapters. Pure.
 *
 * <p>A Roost node is known by what follows from its id, in every namespace. What Node processes call themselves, per
 * namespace, is random; it is made an id by its hash.
 */
final class NodeUid {
    /** Sender of what comes from no node at all. */
    static final String EMITTER = "emitter";

    private NodeUid() {}

    /** The six characters that the id has in URL-safe base64, as the classic adapter has them. */
    static String of(NodeId id) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(id.value()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Sixteen hexadecimal digits, as the sharded adapter and the one over streams have them. */
    static String longOf(NodeId id) {
        return id + "726f6f73";
    }

    /** Whether it may be what a node of those adapters calls itself. */
    static boolean isLong(String uid) {
        return uid.length() == 16 && uid.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }

    static NodeId foreign(String uid) {
        return new NodeId(uid.hashCode());
    }
}
