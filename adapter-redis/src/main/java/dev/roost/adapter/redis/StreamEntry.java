package dev.roost.adapter.redis;

import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a stream, its data not read yet. Immutable.
 *
 * @param texts the short fields: uid, nsp, type, and the token of an event whose sender waits for it
 * @param data JSON, or base64 of msgpack
 */
record StreamEntry(Map<String, String> texts, byte[] data) {
    /** A field only Roost writes and reads. */
    static final String TOKEN = "token";

    private static final int LONGEST_TEXT = 1000;

    /** Base64 is a third longer than what it holds. */
    private static final int MOST_BYTES = WireValue.MAX_BYTES / 3 * 4 + 4;

    StreamEntry {
        texts = Map.copyOf(texts);
    }

    static StreamEntry of(Map<byte[], byte[]> fields) {
        byte[] data = new byte[0];
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
            String name = new String(field.getKey(), StandardCharsets.UTF_8);
            if (name.equals("data")) {
                data = field.getValue();
            } else if (field.getValue().length < LONGEST_TEXT) {
                texts.put(name, new String(field.getValue(), StandardCharsets.UTF_8));
            }
        }
        return new StreamEntry(texts, data);
    }

    /** Who wrote it. */
    String sender() {
        return texts.getOrDefault("uid", "");
    }

    String namespace() {
        return texts.getOrDefault("nsp", "");
    }

    long type() throws WireFormatException {
        try {
            return Long.parseLong(texts.getOrDefault("type", ""));
        } catch (NumberFormatException e) {
            throw new WireFormatException("expected a number for the type");
        }
    }

    /** Whether a client that is away may have missed it, or was sent away by it. */
    boolean mayConcernTheAway() throws WireFormatException {
        long type = type();
        return type == PeerMessageCodec.BROADCAST || type == PeerMessageCodec.DISCONNECT;
    }

    /** What its sender, if that is this node, knows it by; null if nobody waits for it. */
    @Nullable
    String token() {
        return texts.get(TOKEN);
    }

    /** Reads it whole. */
    PeerMessage message() throws WireFormatException {
        // Who describes its sockets is known by the question; here any node will do.
        return PeerMessageCodec.decode(type(), namespace(), sender(), object(), NodeQuestion.STRANGERS);
    }

    private WireObject object() throws WireFormatException {
        if (data.length > MOST_BYTES) {
            throw new WireFormatException("expected at most " + MOST_BYTES + " bytes, got " + data.length);
        }
        try {
            WireValue value = data.length > 0 && data[0] == '{'
                    ? WireValue.json(data)
                    : WireValue.packed(Base64.getDecoder().decode(data));
            return value.object();
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("expected JSON or base64");
        }
    }
}
