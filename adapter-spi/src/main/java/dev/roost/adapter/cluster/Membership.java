package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes are alive. Confined to the receiving thread; {@link #nodes} and {@link #others} for any thread.
 *
 * <p>Fed by heartbeats, or by the backend's own membership. A node that said good-bye does not come back, whatever
 * late frames or stale membership say; one that was only silent does.
 */
final class Membership {
    private static final int MAX_DEPARTED = 1_000;

    private final NodeDescriptor self;
    private final int max;
    private final Map<NodeId, Member> members = new HashMap<>();
    private final Set<Departed> departed = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Departed, Boolean> eldest) {
            return size() > MAX_DEPARTED;
        }
    });
    private volatile Set<NodeDescriptor> nodes;
    private volatile Set<NodeId> others = Set.of();

    private static final class Member {
        private final NodeDescriptor node;
        private long heardAt;

        Member(NodeDescriptor node, long heardAt) {
            this.node = node;
            this.heardAt = heardAt;
        }
    }

    private record Departed(NodeId id, long epoch) {}

    /** What became of a node that showed itself. */
    enum Admission {
        NEW,
        KNOWN,
        REFUSED
    }

    Membership(NodeDescriptor self, int max) {
        this.self = self;
        this.max = max;
        nodes = Set.of(self);
    }

    /** All living nodes, this one among them. Any thread. */
    Set<NodeDescriptor> nodes() {
        return nodes;
    }

    /** The ids of all living nodes but this one. Any thread. */
    Set<NodeId> others() {
        return others;
    }

    /** Any thread. */
    boolean contains(NodeId id) {
        return others.contains(id);
    }

    boolean departed(NodeId id, long epoch) {
        return departed.contains(new Departed(id, epoch));
    }

    /** A node said who it is. */
    Admission admit(NodeDescriptor node, long now) {
        Member known = members.get(node.id());
        if (known != null && known.node.equals(node)) {
            known.heardAt = now;
            return Admission.KNOWN;
        }
        if (departed(node.id(), node.epoch())
                || known != null && known.node.epoch() < node.epoch()
                || known == null && members.size() >= max) {
            return Admission.REFUSED;
        }
        members.put(node.id(), new Member(node, now));
        publish();
        return Admission.NEW;
    }

    /** Any frame shows that its sender lives. */
    void heard(NodeId id, long epoch, long now) {
        Member member = members.get(id);
        if (member != null && member.node.epoch() == epoch) {
            member.heardAt = now;
        }
    }

    /** A node said good-bye; true if it was there. */
    boolean leave(NodeId id, long epoch) {
        departed.add(new Departed(id, epoch));
        Member member = members.get(id);
        if (member == null || member.node.epoch() != epoch) {
            return false;
        }
        members.remove(id);
        publish();
        return true;
    }

    /** Removes and returns the nodes that were silent for longer than the timeout. */
    List<NodeId> expire(long now, long timeout) {
        List<NodeId> dead = new ArrayList<>();
        for (Map.Entry<NodeId, Member> entry : members.entrySet()) {
            if (now - entry.getValue().heardAt > timeout) {
                dead.add(entry.getKey());
            }
        }
        return remove(dead);
    }

    /** Removes nodes and returns those that were there. */
    List<NodeId> remove(Collection<NodeId> nodes) {
        List<NodeId> gone = new ArrayList<>(nodes);
        gone.retainAll(members.keySet());
        if (!gone.isEmpty()) {
            members.keySet().removeAll(gone);
            publish();
        }
        return gone;
    }

    /** This process itself stood still for so long; nobody else is to blame, nor praised for being heard since. */
    void forgive(long nanos, long now) {
        for (Member member : members.values()) {
            member.heardAt += Math.min(nanos, now - member.heardAt);
        }
    }

    /** Takes over what the backend knows; returns the nodes that are no longer there. */
    List<NodeId> replace(Set<NodeDescriptor> current, long now) {
        Map<NodeId, Member> next = new HashMap<>();
        for (NodeDescriptor node : current) {
            if (!node.id().equals(self.id()) && !departed(node.id(), node.epoch())) {
                next.merge(node.id(), new Member(node, now), (a, b) -> a.node.epoch() <= b.node.epoch() ? a : b);
            }
        }
        List<NodeId> gone = new ArrayList<>();
        members.forEach((id, member) -> {
            Member still = next.get(id);
            if (still == null || still.node.epoch() != member.node.epoch()) {
                gone.add(id);
            }
        });
        members.clear();
        members.putAll(next);
        publish();
        return gone;
    }

    private void publish() {
        Set<NodeDescriptor> all = new HashSet<>();
        Set<NodeId> ids = new HashSet<>();
        all.add(self);
        for (Member member : members.values()) {
            all.add(member.node);
            ids.add(member.node.id());
        }
        nodes = Set.copyOf(all);
        others = Set.copyOf(ids);
    }
}
