package dev.roost.core.namespace;

import dev.roost.adapter.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Waits for answers, and puts several together. */
final class Futures {
    private Futures() {}

    /**
     * Waits for a stage that never completes exceptionally.
     *
     * @throws IllegalStateException if the thread is interrupted
     */
    static <T> T await(CompletionStage<T> stage, String whom) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + whom, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** All answers of several questions. */
    static <T> CompletionStage<Replies<T>> all(List<CompletionStage<Replies<T>>> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<CompletableFuture<Replies<T>>> futures =
                parts.stream().map(CompletionStage::toCompletableFuture).toList();
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(nothing ->
                        joined(futures.stream().map(CompletableFuture::join).toList()));
    }

    private static <T> Replies<T> joined(List<Replies<T>> parts) {
        List<T> values = new ArrayList<>();
        Set<NodeId> missing = new HashSet<>();
        boolean complete = true;
        for (Replies<T> part : parts) {
            values.addAll(part.values());
            missing.addAll(part.missing());
            complete &= part.complete();
        }
        return new Replies<>(values, missing, complete);
    }
}
