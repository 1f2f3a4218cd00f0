package dev.roost.core.namespace;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stage that tells when a thread waits for it, or for what was derived from it.
 *
 * <p>A handler that waits for its own client must have that client read, also where it does so by way of a stage.
 *
 * <p>Thread-safe.
 */
final class AckStage<T> extends CompletableFuture<T> {
    private final Runnable waitBegins;
    private final Runnable waitEnds;

    /**
     * Makes a stage.
     *
     * @param waitBegins called by a thread that is about to wait
     * @param waitEnds called by that thread once it does not wait any more
     */
    AckStage(Runnable waitBegins, Runnable waitEnds) {
        this.waitBegins = waitBegins;
        this.waitEnds = waitEnds;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new AckStage<>(waitBegins, waitEnds);
    }

    @Override
    public T join() {
        if (isDone()) {
            return super.join();
        }
        waitBegins.run();
        try {
            return super.join();
        } finally {
            waitEnds.run();
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        if (isDone()) {
            return super.get();
        }
        waitBegins.run();
        try {
            return super.get();
        } finally {
            waitEnds.run();
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (isDone()) {
            return super.get(timeout, unit);
        }
        waitBegins.run();
        try {
            return super.get(timeout, unit);
        } finally {
            waitEnds.run();
        }
    }
}
