package dev.roost.adapter.cluster;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The requests to other nodes that are under way. Thread-safe: a concurrent map of requests with a lock each.
 *
 * <p>Usable by any adapter, whatever its wire format. The number of requests and of values is bounded; what is beyond
 * fails at once, with every node missing. Spec: adapter 5 and 6.
 */
public final class PendingRequests implements AutoCloseable {
    /** For a node that will say itself how many values it gives. */
    public static final int UNKNOWN = -1;

    private final Scheduler scheduler;
    private final IncidentLog incidents;
    private final int maxRequests;
    private final int maxValues;
    private final ConcurrentMap<Long, PendingRequest<?>> requests = new ConcurrentHashMap<>();
    // A random start, so that answers to an earlier life of this process, or to nobody, find nothing.
    private final AtomicLong lastId = new AtomicLong(new SecureRandom().nextLong());
    private volatile boolean closed;

    public PendingRequests(Scheduler scheduler, Counters counters, ClusterOptions options) {
        this(scheduler, new IncidentLog(counters, scheduler), options);
    }

    PendingRequests(Scheduler scheduler, IncidentLog incidents, ClusterOptions options) {
        this.scheduler = scheduler;
        this.incidents = incidents;
        maxRequests = options.maxRequests();
        maxValues = options.maxResults();
    }

    /**
     * Opens a request, to be called before it is sent.
     *
     * @param kind class of the values
     * @param asked the nodes that are waited for
     * @param valuesPerNode how many values each gives, or {@link #UNKNOWN}
     * @param onValue called with each value as it comes, one at a time, on a thread of its own
     */
    public <T> PendingRequest<T> open(
            Class<T> kind, Set<NodeId> asked, int valuesPerNode, Duration timeout, Consumer<T> onValue) {
        PendingRequest<T> request =
                new PendingRequest<>(lastId.incrementAndGet(), kind, asked, valuesPerNode, maxValues, onValue, this);
        if (asked.isEmpty()) {
            request.giveUp();
            return request;
        }
        if (closed || requests.size() >= maxRequests) {
            incidents.report(Incident.REQUEST_LIMIT, "too many requests to other nodes are under way");
            request.giveUp();
            return request;
        }
        requests.put(request.id(), request);
        request.arm(scheduler, timeout);
        if (closed) {
            request.giveUp();
        }
        return request;
    }

    /** Finds the request an answer belongs to. */
    public <T> Optional<PendingRequest<T>> find(long id, Class<T> kind) {
        PendingRequest<?> request = requests.get(id);
        return request == null ? Optional.empty() : Optional.ofNullable(request.as(kind));
    }

    /** Nobody waits for this node any longer. */
    public void nodeLeft(NodeId node) {
        for (PendingRequest<?> request : requests.values()) {
            request.nodeLeft(node);
        }
    }

    /** Returns how many requests are under way. */
    public int size() {
        return requests.size();
    }

    /** Ends all requests with what they have. Idempotent. */
    @Override
    public void close() {
        closed = true;
        new ArrayList<>(requests.values()).forEach(PendingRequest::giveUp);
    }

    void remove(long id) {
        requests.remove(id);
    }

    /** Runs application code whose failure is its own affair. */
    void guard(Runnable code) {
        try {
            code.run();
        } catch (RuntimeException e) {
            incidents.report(Incident.CALLBACK_FAILED, "a callback for answers of other nodes failed", e);
        }
    }
}
