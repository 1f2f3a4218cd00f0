package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.cluster.ClusterOptions;
import dev.roost.adapter.cluster.PendingRequest;
import dev.roost.adapter.cluster.PendingRequests;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions of this node that are under way, by the ids they have on the wire. Thread-safe: a concurrent map.
 *
 * <p>Spec: adapter 5 and 6, redis-wire 1.
 */
final class NodeQuestions implements AutoCloseable {
    private final PendingRequests requests;
    private final Supplier<Set<NodeId>> otherRoostNodes;
    private final ConcurrentMap<String, Asked> asked = new ConcurrentHashMap<>();

    /**
     * A question and where it was asked. Immutable.
     *
     * @param kind what an answer gives
     */
    record Asked(String namespace, Class<?> kind, NodeQuestion<?> question) {
        @SuppressWarnings("unchecked")
        <T> @Nullable NodeQuestion<T> as(Class<T> wanted) {
            return kind == wanted ? (NodeQuestion<T>) question : null;
        }
    }

    /** Makes an empty table; {@code otherRoostNodes} are those that sign their answers. */
    NodeQuestions(Scheduler scheduler, Counters counters, Supplier<Set<NodeId>> otherRoostNodes) {
        requests = new PendingRequests(scheduler, counters, ClusterOptions.DEFAULT);
        this.otherRoostNodes = otherRoostNodes;
    }

    /** Sends a question under its id and counts its listeners. */
    @FunctionalInterface
    interface Sending {
        CompletionStage<Long> send(String id);
    }

    /**
     * Opens a question and asks it.
     *
     * @param kind class of the values
     */
    <T> NodeQuestion<T> ask(String namespace, Class<T> kind, Duration timeout, Consumer<T> onValue, Sending sending) {
        Set<NodeId> known = otherRoostNodes.get();
        Set<NodeId> all = new HashSet<>(known);
        all.add(NodeQuestion.STRANGERS);
        PendingRequest<T> request = requests.open(kind, all, PendingRequests.UNKNOWN, timeout, onValue);
        NodeQuestion<T> question = new NodeQuestion<>(request, known);
        String id = id(request.id());
        asked.put(id, new Asked(namespace, kind, question));
        request.result().whenComplete((gathered, failure) -> asked.remove(id));
        try {
            sending.send(id).whenComplete((listeners, failure) -> {
                if (failure == null) {
                    question.listeners(listeners);
                } else {
                    question.giveUp();
                }
            });
        } catch (AdapterException unreachable) {
            question.giveUp();
        }
        return question;
    }

    /** Returns the question an answer belongs to, or null. */
    @Nullable
    Asked find(String id) {
        return asked.get(id);
    }

    /** Returns the questions under way. */
    Iterable<Asked> all() {
        return asked.values();
    }

    /** Ends all with what they have. */
    @Override
    public void close() {
        requests.close();
    }

    private static String id(long number) {
        return String.format(Locale.ROOT, "%016x", number);
    }
}
