package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
        identity(session, out);
        events(session.missed(), out);
    }

    static SavedSession session(ByteReader in) throws FrameFormatException {
        SavedSession session = identity(in);
        return with(session, events(in));
    }

    /** Writes sessions that have many events in common: each event once. */
    static void handovers(List<SessionHandover> handovers, ByteWriter out) {
        Map<Payload, Integer> table = new IdentityHashMap<>();
        List<Payload> events = new ArrayList<>();
        for (SessionHandover handover : handovers) {
            for (Payload event : handover.session().missed()) {
                if (table.putIfAbsent(event, events.size()) == null) {
                    events.add(event);
                }
            }
        }
        events(events, out);
        out.varint(handovers.size());
        for (SessionHandover handover : handovers) {
            identity(handover.session(), out);
            List<Payload> missed = handover.session().missed();
            out.varint(missed.size());
            for (int i = 0; i < missed.size(); i++) {
                out.varint(table.getOrDefault(missed.get(i), 0));
                out.varint(handover.positions().get(i));
            }
            out.u32(handover.node().value());
            out.u64(handover.connected());
            out.u64(handover.from());
            out.u64(handover.last());
            out.varint(Math.max(0, handover.left().toMillis()));
        }
    }

    static List<SessionHandover> handovers(ByteReader in) throws FrameFormatException {
        List<Payload> events = events(in);
        int count = in.count(40);
        List<SessionHandover> handovers = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            SavedSession session = identity(in);
            List<Payload> missed = new ArrayList<>();
            List<Long> positions = new ArrayList<>();
            for (int left = in.count(2); left > 0; left--) {
                int index = in.smallVarint();
                if (index >= events.size()) {
                    throw in.malformed("an event that is not there");
                }
                missed.add(events.get(index));
                positions.add(in.varint());
            }
            handovers.add(new SessionHandover(
                    with(session, missed),
                    new NodeId(in.u32()),
                    positions,
                    in.u64(),
                    in.u64(),
                    in.u64(),
                    Duration.ofMillis(in.varint())));
        }
        return handovers;
    }

    private static void identity(SavedSession session, ByteWriter out) {
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
    }

    private static SavedSession identity(ByteReader in) throws FrameFormatException {
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
        return new SavedSession(namespace, pid, socketId, rooms, data, List.of(), known);
    }

    private static SavedSession with(SavedSession session, List<Payload> missed) {
        return new SavedSession(
                session.namespace(),
                session.pid(),
                session.socketId(),
                session.rooms(),
                session.data(),
                missed,
                session.known());
    }

    private static void events(List<Payload> events, ByteWriter out) {
        for (int from = 0; from < events.size(); from += CHUNK) {
            List<Payload> chunk = events.subList(from, Math.min(events.size(), from + CHUNK));
            out.varint(chunk.size());
            chunk.forEach(event -> ClusterMessageCodec.payload(event, out));
        }
        out.varint(0);
    }

    private static List<Payload> events(ByteReader in) throws FrameFormatException {
        List<Payload> events = new ArrayList<>();
        for (int count = in.count(2); count > 0; count = in.count(2)) {
            for (int i = 0; i < count; i++) {
                events.add(ClusterMessageCodec.payload(in));
            }
        }
        return events;
    }
}
