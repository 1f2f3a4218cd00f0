package dev.roost.core.namespace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.core.packet.JsonBinding;
import dev.roost.core.packet.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers what clients answer to one broadcast: this node's, and through the adapter those of the others.
 *
 * <p>Complete when every part has said how many clients it has and each of them has answered, left or run out of time;
 * the parts keep the deadline, so there is none here.
 *
 * <p>Thread-safe: guarded by its own lock; completes outside of it.
 */
final class BroadcastAcks {
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<Replies<JsonValue>> result = new CompletableFuture<>();
    private final boolean blocking;
    private final JsonBinding binding;

    @GuardedBy("lock")
    private final List<JsonValue> values = new ArrayList<>();

    @GuardedBy("lock")
    private final Set<NodeId> missing = new HashSet<>();

    @GuardedBy("lock")
    private boolean complete = true;

    /** What is not known or not there yet: a part that has not counted its clients, a client, an adapter. */
    @GuardedBy("lock")
    private int outstanding;

    /**
     * Makes an empty collection.
     *
     * @param namespaces how many are asked
     * @param localOnly whether only this node is
     * @param blocking whether a thread waits, rather than a stage being completed
     */
    BroadcastAcks(int namespaces, boolean localOnly, boolean blocking, JsonBinding binding) {
        this.blocking = blocking;
        this.binding = binding;
        this.outstanding = namespaces * (localOnly ? 1 : 2);
        if (namespaces == 0) {
            result.complete(new Replies<>(List.of(), Set.of(), true));
        }
    }

    /** Takes the answers of this node's clients. */
    LocalNode.AckSink local() {
        return new LocalNode.AckSink() {
            @Override
            public void clients(int count) {
                settle(1 - count, true, Set.of());
            }

            @Override
            public void ack(Payload value) {
                answered(value);
                settle(1, true, Set.of());
            }

            @Override
            public void gone() {
                settle(1, false, Set.of());
            }
        };
    }

    /** A client answered. */
    void answered(Payload value) {
        JsonValue answer = JsonValue.of(value, binding);
        lock.lock();
        try {
            values.add(answer);
        } finally {
            lock.unlock();
        }
    }

    /** Takes what becomes of the question to the other nodes. */
    void remote(CompletionStage<Gathered<Payload>> others) {
        others.thenAccept(gathered -> settle(1, gathered.complete(), gathered.missing()));
    }

    /** Waits for the result. */
    Replies<JsonValue> await() {
        return Futures.await(result, "acknowledgements");
    }

    /** The result to come. */
    CompletionStage<Replies<JsonValue>> stage() {
        return result;
    }

    private void settle(int settled, boolean all, Set<NodeId> silent) {
        Replies<JsonValue> replies;
        lock.lock();
        try {
            missing.addAll(silent);
            complete &= all;
            outstanding -= settled;
            if (outstanding > 0) {
                return;
            }
            replies = new Replies<>(values, missing, complete);
        } finally {
            lock.unlock();
        }
        if (blocking) {
            result.complete(replies);
        } else {
            Thread.startVirtualThread(() -> result.complete(replies));
        }
    }
}
