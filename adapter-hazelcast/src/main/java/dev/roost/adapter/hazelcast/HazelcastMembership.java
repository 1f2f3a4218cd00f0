package dev.roost.adapter.hazelcast;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.MembershipSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of the Hazelcast cluster that are nodes, read from their attributes.
 *
 * <p>Thread-safe: volatile reference, concurrent list. Listeners are told by whichever thread learns of a change, one
 * at a time: a thread that comes while another is telling only leaves a note, and the other tells once more. So the
 * last thing a listener hears is always the newest state.
 */
final class HazelcastMembership implements MembershipSource {
    private final String key;
    private final List<Consumer<Set<NodeDescriptor>>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable HazelcastInstance instance;

    HazelcastMembership(String key) {
        this.key = key;
    }

    /** Follows the membership of an instance from now on. */
    void follow(HazelcastInstance started) {
        instance = started;
        started.getCluster().addMembershipListener(new Changes());
    }

    @Override
    public Set<NodeDescriptor> current() {
        HazelcastInstance followed = instance;
        Set<NodeDescriptor> nodes = new HashSet<>();
        if (followed != null && followed.getLifecycleService().isRunning()) {
            for (Member member : followed.getCluster().getMembers()) {
                NodeDescriptor node = descriptor(member.getAttributes());
                if (node != null) {
                    nodes.add(node);
                }
            }
        }
        return Set.copyOf(nodes);
    }

    @Override
    public void listen(Consumer<Set<NodeDescriptor>> listener) {
        listeners.add(listener);
        changed();
    }

    /** Reads the membership again and tells it; also needed after a merge, which replaces members without an event. */
    void changed() {
        if (pending.getAndIncrement() != 0) {
            return;
        }
        int told;
        do {
            told = pending.get();
            Set<NodeDescriptor> nodes = current();
            listeners.forEach(listener -> listener.accept(nodes));
        } while (pending.addAndGet(-told) != 0);
    }

    /** Returns null for a member that is no node of ours, or claims to be one and makes no sense. */
    private @Nullable NodeDescriptor descriptor(Map<String, String> attributes) {
        String id = attributes.get(HazelcastTopics.ATTRIBUTE_NODE);
        String epoch = attributes.get(HazelcastTopics.ATTRIBUTE_EPOCH);
        if (id == null || epoch == null || !key.equals(attributes.get(HazelcastTopics.ATTRIBUTE_KEY))) {
            return null;
        }
        try {
            return new NodeDescriptor(
                    NodeId.parse(id),
                    Long.parseLong(epoch),
                    attributes.getOrDefault(HazelcastTopics.ATTRIBUTE_ADDRESS, ""),
                    attributes.getOrDefault(HazelcastTopics.ATTRIBUTE_VERSION, ""));
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** Turns every event into one question for the whole membership. */
    private final class Changes implements InitialMembershipListener {
        @Override
        public void init(InitialMembershipEvent event) {
            changed();
        }

        @Override
        public void memberAdded(MembershipEvent event) {
            changed();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            changed();
        }
    }
}
