package dev.roost.server.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the other processes of the cluster, kept for the next request.
 *
 * <p>Each owner has a pool of its own with a lock of its own, and nothing waits under it, so an owner that is slow or
 * gone keeps no request for another one waiting.
 *
 * <p>Thread-safe: a concurrent map of pools.
 */
final class Peers {
    /** Longest that a link waits for its next request; owners close one that waits longer than 30 s. */
    static final Duration MAX_IDLE = Duration.ofSeconds(20);
    /** Links of one owner that wait for their next request. */
    static final int MAX_IDLE_LINKS = 64;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Greeting greeting;
    private final int maxLinks;
    private final ConcurrentMap<NodeId, Pool> pools = new ConcurrentHashMap<>();

    /**
     * Makes an empty pool.
     *
     * @param maxLinks requests under way to one owner, hanging ones among them
     */
    Peers(PeerSecret secret, int maxLinks) {
        this.greeting = new Greeting(secret);
        this.maxLinks = maxLinks;
    }

    /** There are as many requests under way to that owner as there may be. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1L;

        Busy() {
            super("too many requests under way to one owner");
        }
    }

    /**
     * Takes a link; the caller gives it back by {@link #release}.
     *
     * @param due when the request should be over
     * @throws IOException if the owner cannot be reached
     */
    PeerLink link(NodeDescriptor owner, long due) throws IOException {
        Pool pool = pools.computeIfAbsent(owner.id(), id -> new Pool());
        if (pool.active.size() >= maxLinks) {
            throw new Busy();
        }
        PeerLink link = pool.take(System.nanoTime());
        if (link == null) {
            link = connect(owner);
        }
        link.dueAt(due);
        pool.active.add(link);
        return link;
    }

    private PeerLink connect(NodeDescriptor owner) throws IOException {
        PeerAddress address = PeerAddress.parse(owner.address());
        if (address == null) {
            throw new IOException("node " + owner.id() + " has no usable address");
        }
        InetSocketAddress target = address.resolve();
        return PeerLink.connect(target, owner.id(), greeting, CONNECT_TIMEOUT);
    }

    /** Takes a link back, to be used again if it can be. */
    void release(NodeDescriptor owner, PeerLink link) {
        Pool pool = forget(owner, link);
        link.onWake(null);
        if (pool == null || !link.isReusable() || !pool.keep(link, System.nanoTime())) {
            link.abort();
        }
    }

    /** Begins to watch over something else than a request. */
    void add(NodeDescriptor owner, Active active) {
        pools.computeIfAbsent(owner.id(), id -> new Pool()).active.add(active);
    }

    /** It is over, or somebody else's now. */
    @Nullable
    Pool forget(NodeDescriptor owner, Active active) {
        Pool pool = pools.get(owner.id());
        if (pool != null) {
            pool.active.remove(active);
        }
        return pool;
    }

    /** Requests and WebSockets that are with other processes at present. */
    int activeCount() {
        return pools.values().stream().mapToInt(pool -> pool.active.size()).sum();
    }

    /**
     * Closes what waited too long, and breaks off what is overdue or with an owner that is gone.
     *
     * @param alive whether a process can be asked
     */
    void sweep(Predicate<NodeId> alive) {
        long now = System.nanoTime();
        pools.forEach((node, pool) -> {
            boolean gone = !alive.test(node);
            pool.takeIdle(now, gone).forEach(PeerLink::abort);
            for (Active active : pool.active) {
                if (gone || active.isOverdue(now)) {
                    active.abort();
                }
            }
            if (gone && pool.active.isEmpty()) {
                pools.remove(node, pool);
            }
        });
    }

    /**
     * Has everything that is under way ended in good order, as far as it can be begun from here.
     *
     * @param pace called after each
     */
    void leave(Runnable pace) {
        for (Pool pool : pools.values()) {
            for (Active active : pool.active) {
                active.leave();
                pace.run();
            }
        }
    }

    /**
     * Makes sure that a process still answers.
     *
     * @throws IOException if it does not, or not in time
     */
    void probe(NodeDescriptor node) throws IOException {
        connect(node).abort();
    }

    /** Breaks everything off. */
    void close() {
        sweep(node -> false);
    }

    /** The links to one owner. Thread-safe: a concurrent set, the waiting ones guarded by its own lock. */
    static final class Pool {
        private final Set<Active> active = ConcurrentHashMap.newKeySet();
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private final Deque<PeerLink> idle = new ArrayDeque<>();

        private @Nullable PeerLink take(long now) {
            lock.lock();
            try {
                PeerLink last = idle.peekLast();
                // The one used last is the freshest: if it is too old all are.
                return last != null && now - last.idleSince() < MAX_IDLE.toNanos() ? idle.pollLast() : null;
            } finally {
                lock.unlock();
            }
        }

        private boolean keep(PeerLink link, long now) {
            lock.lock();
            try {
                if (idle.size() >= MAX_IDLE_LINKS) {
                    return false;
                }
                link.idleSince(now);
                idle.addLast(link);
                return true;
            } finally {
                lock.unlock();
            }
        }

        private List<PeerLink> takeIdle(long now, boolean all) {
            List<PeerLink> taken = new ArrayList<>();
            lock.lock();
            try {
                PeerLink first = idle.peekFirst();
                while (first != null && (all || now - first.idleSince() >= MAX_IDLE.toNanos())) {
                    taken.add(first);
                    idle.removeFirst();
                    first = idle.peekFirst();
                }
                return taken;
            } finally {
                lock.unlock();
            }
        }
    }
}
