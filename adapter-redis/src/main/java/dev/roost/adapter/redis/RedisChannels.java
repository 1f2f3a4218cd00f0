package dev.roost.adapter.redis;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.Target;
import java.nio.charset.StandardCharsets;

/**
 * Names of all channels and keys. Immutable.
 *
 * <p>There is one channel for all nodes and one per node, subscribed by exact name. In the key everything but letters,
 * digits, {@code .}, {@code _} and {@code -} is percent-encoded, so that it never holds the separator {@code :}, and no
 * name of one key begins another's; nor can a key hold a pattern or the braces of a hash tag.
 */
final class RedisChannels {
    private final String prefix;

    /** Takes the setting {@code key}. */
    RedisChannels(String key) {
        this.prefix = escape(key) + ":";
    }

    byte[] all() {
        return bytes(prefix + "all");
    }

    byte[] node(NodeId id) {
        return bytes(prefix + "node:" + id);
    }

    byte[] of(Target target) {
        return switch (target) {
            case Target.All all -> all();
            case Target.Node(NodeId id) -> node(id);
        };
    }

    /** Key of a value in the store. */
    byte[] stored(String key) {
        return bytes(prefix + "store:" + key);
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static String escape(String key) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : bytes(key)) {
            char c = (char) (each & 0xff);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._-".indexOf(c) >= 0;
            if (plain) {
                escaped.append(c);
            } else {
                escaped.append(String.format("%%%02X", (int) c));
            }
        }
        return escaped.toString();
    }
}
