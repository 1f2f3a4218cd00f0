package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.SessionHandover;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form of what is kept in a {@link TtlStore}. Pure, but for the seal.
 *
 * <pre>
 * version u8 | kind u8 | content       [signature, 16 bytes]
 * </pre>
 *
 * <p>The version is none that a frame has, so that neither can be taken for the other.
 */
final class StoredCodec {
    /** Nothing that is read may be larger. */
    static final int MAX_BYTES = 16 << 20;

    private static final int VERSION = 0xa1;
    private static final int SESSION = 1;
    private static final int REST = 2;
    /** Of a name and a map without entries. */
    private static final int LEAST_BYTES = 2;

    private static final int LEAST_NUMBER_BYTES = 5;

    private StoredCodec() {}

    static byte[] session(SessionHandover session, @Nullable FrameSeal seal) {
        ByteWriter out = begin(SESSION);
        SavedSessionCodec.handovers(List.of(session), out);
        return end(out, seal);
    }

    static SessionHandover session(byte[] bytes, @Nullable FrameSeal seal) throws FrameFormatException {
        ByteReader in = begin(bytes, SESSION, seal);
        List<SessionHandover> sessions = SavedSessionCodec.handovers(in);
        end(in);
        if (sessions.size() != 1) {
            throw in.malformed("not exactly one session");
        }
        return sessions.getFirst();
    }

    static byte[] rest(Map<String, Map<NodeId, Long>> numbers, @Nullable FrameSeal seal) {
        ByteWriter out = begin(REST);
        out.varint(numbers.size());
        numbers.forEach((namespace, nodes) -> {
            out.string(namespace);
            out.varint(nodes.size());
            nodes.forEach((node, number) -> {
                out.u32(node.value());
                out.varint(number);
            });
        });
        return end(out, seal);
    }

    static Map<String, Map<NodeId, Long>> rest(byte[] bytes, @Nullable FrameSeal seal) throws FrameFormatException {
        ByteReader in = begin(bytes, REST, seal);
        Map<String, Map<NodeId, Long>> numbers = new HashMap<>();
        for (int left = in.count(LEAST_BYTES); left > 0; left--) {
            String namespace = in.string();
            Map<NodeId, Long> nodes = new HashMap<>();
            for (int entries = in.count(LEAST_NUMBER_BYTES); entries > 0; entries--) {
                nodes.put(new NodeId(in.u32()), in.varint());
            }
            numbers.put(namespace, nodes);
        }
        end(in);
        return numbers;
    }

    private static ByteWriter begin(int kind) {
        ByteWriter out = new ByteWriter(256);
        out.u8(VERSION);
        out.u8(kind);
        return out;
    }

    private static byte[] end(ByteWriter out, @Nullable FrameSeal seal) {
        if (seal != null) {
            seal.seal(out);
        }
        return out.toByteArray();
    }

    private static ByteReader begin(byte[] bytes, int kind, @Nullable FrameSeal seal) throws FrameFormatException {
        int end = bytes.length - (seal == null ? 0 : FrameSeal.BYTES);
        ByteReader in = new ByteReader(bytes, 0, Math.max(0, end));
        if (bytes.length > MAX_BYTES) {
            throw in.malformed("more than " + MAX_BYTES + " bytes");
        }
        if (seal != null && !seal.matches(bytes)) {
            throw in.malformed("not signed with this cluster's secret");
        }
        if (in.u8() != VERSION || in.u8() != kind) {
            throw in.malformed("of another version or kind");
        }
        return in;
    }

    private static void end(ByteReader in) throws FrameFormatException {
        if (in.remaining() > 0) {
            throw in.malformed("longer than what it says");
        }
    }
}
