package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionClaim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The wire form of a session that goes from one node to another. Pure.
 *
 * <p>Every number of entries is checked against the bytes that are left.
 */
final class SavedSessionCodec {
    /** Most events in one list of entries; more are written as several. */
    private static final int CHUNK = 60_000;

    private SavedSessionCodec() {}

    static void claim(SessionClaim claim, ByteWriter out) {
        out.string(claim.namespace());
        out.string(claim.pid());
        out.u32(claim.owner().value());
        out.u8(claim.position().isPresent() ? 1 : 0);
        out.varint(claim.position().orElse(0));
        out.varint(claim.maxBytes());
    }

    static SessionClaim claim(ByteReader in) throws FrameFormatException {
        String namespace = in.string();
        String pid = in.string();
        NodeId owner = new NodeId(in.u32());
        boolean remembers = in.u8() != 0;
        long position = in.varint();
        return new SessionClaim(
                namespace, pid, owner, remembers ? OptionalLong.of(position) : OptionalLong.empty(), in.varint());
    }

    static void session(SavedSession session, ByteWriter out) {
        out.string(session.namespace());
        out.string(session.pid());
        out.string(session.socketId());
        ClusterMessageCodec.strings(session.rooms(), out);
        ClusterMessageCodec.payload(session.data(), out);
        out.varint(session.known().size());
        session.known().forEach((node, number) -> {
            out.u32(node.value());
            out.varint(number);
        });
        List<Payload> missed = session.missed();
        for (int from = 0; from < missed.size(); from += CHUNK) {
            List<Payload> chunk = missed.subList(from, Math.min(missed.size(), from + CHUNK));
            out.varint(chunk.size());
            chunk.forEach(event -> ClusterMessageCodec.payload(event, out));
        }
        out.varint(0);
    }

    static SavedSession session(ByteReader in) throws FrameFormatException {
        String namespace = in.string();
        String pid = in.string();
        String socketId = in.string();
        Set<String> rooms = ClusterMessageCodec.strings(in);
        Payload data = ClusterMessageCodec.payload(in);
        Map<NodeId, Long> known = new HashMap<>();
        int nodes = in.count(5);
        for (int i = 0; i < nodes; i++) {
            known.put(new NodeId(in.u32()), in.varint());
        }
        List<Payload> missed = new ArrayList<>();
        for (int count = in.count(2); count > 0; count = in.count(2)) {
            for (int i = 0; i < count; i++) {
                missed.add(ClusterMessageCodec.payload(in));
            }
        }
        return new SavedSession(namespace, pid, socketId, rooms, data, missed, known);
    }
}
