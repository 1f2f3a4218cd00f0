package dev.roost.core.namespace;

import dev.roost.core.packet.Arguments;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * One acknowledgement that a caller waits for. Thread-safe: settled once, on the loop.
 *
 * <p>A thread that waits is released by the loop itself; what an application attached to a stage runs on a virtual
 * thread of its own, never on the loop.
 */
final class AckFuture implements PendingAcks.Waiter {
    private final CompletableFuture<Arguments> settled = new CompletableFuture<>();
    private final boolean blocking;

    AckFuture(boolean blocking) {
        this.blocking = blocking;
    }

    @Override
    public boolean blocks() {
        return blocking;
    }

    @Override
    public void answered(Arguments arguments) {
        if (blocking) {
            settled.complete(arguments);
        } else {
            Thread.startVirtualThread(() -> settled.complete(arguments));
        }
    }

    @Override
    public void failed(AckException.Reason reason) {
        if (blocking) {
            settled.completeExceptionally(new AckException(reason));
        } else {
            Thread.startVirtualThread(() -> settled.completeExceptionally(new AckException(reason)));
        }
    }

    /**
     * Waits for the client.
     *
     * @throws AckException if the acknowledgement does not come
     * @throws IllegalStateException if the thread is interrupted
     */
    Arguments await() {
        try {
            return settled.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an acknowledgement", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AckException failure
                    ? failure.thrownHere()
                    : new IllegalStateException(e.getCause());
        }
    }

    /**
     * The acknowledgement to come, as {@code bind} makes it.
     *
     * @param waitBegins called by a thread that is about to wait for it
     * @param waitEnds called by that thread once it does not wait any more
     */
    <T> CompletionStage<T> stage(Function<Arguments, T> bind, Runnable waitBegins, Runnable waitEnds) {
        AckStage<Arguments> answer = new AckStage<>(waitBegins, waitEnds);
        settled.whenComplete((arguments, failure) -> {
            if (failure == null) {
                answer.complete(arguments);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer.thenApply(bind);
    }
}
