package dev.roost.adapter.redis;

import dev.roost.adapter.NodeId;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * What a node calls itself in the formats of Node's adapters. Pure.
 *
 * <p>A Roost node is known by the six characters that its id has in URL-safe base64, in every namespace. What Node
 * processes call themselves, per namespace, is random; it is made an id by its hash.
 */
final class NodeUid {
    /** Sender of what comes from no node at all. */
    static final String EMITTER = "emitter";

    private NodeUid() {}

    static String of(NodeId id) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(id.value()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static NodeId foreign(String uid) {
        return new NodeId(uid.hashCode());
    }
}
