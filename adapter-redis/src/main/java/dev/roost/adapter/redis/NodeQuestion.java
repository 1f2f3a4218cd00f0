package dev.roost.adapter.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.PendingRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A question to all nodes of a namespace, some of which do not say who they are.
 *
 * <p>Roost nodes sign their answers; Node processes do not. So the strangers are waited for by number: how many listened
 * to the question, less this node and the Roost nodes. All they give counts as one node's.
 *
 * <p>Thread-safe: guarded by its own lock.
 *
 * @param <T> kind of value
 */
final class NodeQuestion<T> {
    /** Stands for all nodes that do not say who they are. */
    static final NodeId STRANGERS = new NodeId(0);

    private static final int UNKNOWN = -1;

    private final PendingRequest<T> request;
    private final Set<NodeId> known;
    private final ReentrantLock lock = new ReentrantLock();

    /** How many strangers were asked. */
    @GuardedBy("lock")
    private int asked = UNKNOWN;

    /** How many known nodes did not listen when it was asked, having just begun to start: nobody says which. */
    @GuardedBy("lock")
    private int deaf;

    /** Known nodes that may still answer and have said nothing. */
    @GuardedBy("lock")
    private final Set<NodeId> silent;

    @GuardedBy("lock")
    private int answered;

    @GuardedBy("lock")
    private long values;

    /** Known nodes that were not there at the last look. */
    @GuardedBy("lock")
    private Set<NodeId> absentBefore = Set.of();

    /** Whether at the last look all strangers there were had answered. */
    @GuardedBy("lock")
    private boolean enoughBefore;

    /**
     * Makes a question.
     *
     * @param request waits for the known nodes and for {@link #STRANGERS}
     * @param known the Roost nodes that are asked
     */
    NodeQuestion(PendingRequest<T> request, Set<NodeId> known) {
        this.request = request;
        this.known = Set.copyOf(known);
        silent = new HashSet<>(known);
    }

    CompletionStage<Gathered<T>> result() {
        return request.result();
    }

    /** The question could not be asked, or not counted. */
    void giveUp() {
        request.giveUp();
    }

    /** So many listened to it, this node among them. */
    void listeners(long count) {
        lock.lock();
        try {
            asked = Math.clamp(count - 1 - known.size(), 0, Integer.MAX_VALUE);
            deaf = Math.clamp(known.size() - (count - 1), 0, known.size());
        } finally {
            lock.unlock();
        }
        settle();
        leaveTheDeaf(Set.of());
    }

    /** A node has given all its values at once. */
    void answer(@Nullable NodeId from, List<T> all) {
        NodeId node = who(from);
        all.forEach(value -> request.value(node, value));
        count(from, all.size());
    }

    /** A node has said how many values it gives in all. */
    void count(@Nullable NodeId from, int count) {
        NodeId node = who(from);
        if (!node.equals(STRANGERS)) {
            request.expect(node, count);
            leaveTheDeaf(Set.of(node));
            return;
        }
        lock.lock();
        try {
            if (asked != UNKNOWN && answered >= asked) {
                return;
            }
            answered++;
            values += count;
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** A node has given one of several values. */
    void value(@Nullable NodeId from, T value) {
        NodeId node = who(from);
        request.value(node, value);
        leaveTheDeaf(Set.of(node));
    }

    /** One of the values a node has announced will not come. */
    void gone(@Nullable NodeId from) {
        request.gone(who(from), 1);
    }

    /**
     * Looks who is still there. What was seen twice in a row is believed, since channels may change at any moment.
     *
     * <p>When as many strangers have answered as there are, nobody else will. If fewer listen than did, some of those
     * asked have left; else there are some who listen without being a node.
     *
     * @param members the Roost nodes that listen now
     * @param strangers how many Node processes there are now
     * @param listeners how many listen to questions now
     */
    void look(Set<NodeId> members, int strangers, long listeners) {
        Set<NodeId> absent = new HashSet<>(known);
        absent.removeAll(members);
        Set<NodeId> left = new HashSet<>(absent);
        boolean over;
        boolean someLeft;
        lock.lock();
        try {
            left.retainAll(absentBefore);
            absentBefore = absent;
            boolean now = asked != UNKNOWN && answered < asked && answered >= strangers;
            over = now && enoughBefore;
            enoughBefore = now;
            someLeft = listeners - 1 - (known.size() - absent.size()) < asked;
            if (over) {
                asked = answered;
            }
        } finally {
            lock.unlock();
        }
        left.forEach(request::nodeLeft);
        leaveTheDeaf(left);
        if (over && someLeft) {
            request.nodeLeft(STRANGERS);
        } else if (over) {
            settle();
        }
    }

    /** When as many are left that say nothing as did not listen, it is they. */
    private void leaveTheDeaf(Set<NodeId> settled) {
        List<NodeId> left;
        lock.lock();
        try {
            silent.removeAll(settled);
            if (silent.size() > deaf) {
                return;
            }
            left = List.copyOf(silent);
            silent.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(request::nodeLeft);
    }

    private NodeId who(@Nullable NodeId from) {
        return from != null && known.contains(from) ? from : STRANGERS;
    }

    private void settle() {
        long all;
        lock.lock();
        try {
            if (asked == UNKNOWN || answered < asked) {
                return;
            }
            all = values;
        } finally {
            lock.unlock();
        }
        request.expect(STRANGERS, (int) Math.min(all, Integer.MAX_VALUE));
    }
}
