package dev.roost.server.launch;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How this process ends.
 *
 * <p>Left to itself a signal begins the JVM's shutdown with an exit code of its own; what is asked for is a clean stop and
 * code 0. An application that ends the JVM gets a clean stop too, and the code it chose. Where signals cannot be handled
 * the two look the same to a shutdown hook, and {@code halt} at its end gives code 0.
 *
 * <p>Thread-safe: atomic fields and a latch.
 */
final class Exit {
    private final AtomicBoolean chosen = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Exit() {}

    /** Has signals handled from now on. */
    static Exit install() {
        Exit exit = new Exit();
        boolean handled = true;
        for (String signal : List.of("TERM", "INT", "HUP")) {
            handled &= Signals.handle(signal, exit::stop);
        }
        boolean onlyApplications = handled;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> exit.shutDown(onlyApplications), "roost-stop"));
        return exit;
    }

    /** What a signal shall do before the process ends. */
    void onSignal(Runnable action) {
        stop.set(action);
    }

    private void shutDown(boolean byApplication) {
        if (chosen.compareAndSet(false, true)) {
            runStop();
            if (!byApplication) {
                Runtime.getRuntime().halt(0);
            }
        } else {
            // Whoever ends the JVM meanwhile does not cut the stop short.
            awaitStopped();
        }
    }

    private void awaitStopped() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runStop() {
        Runnable action = stop.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    /** Stops and ends the process with code 0, unless it is ending already. */
    void stop() {
        if (chosen.compareAndSet(false, true)) {
            try {
                runStop();
            } finally {
                // Even if it failed: whoever sends a signal wants an end.
                stopped.countDown();
                System.exit(0);
            }
        }
    }

    /** Ends the process, unless it is ending already. */
    void now(int code) {
        if (chosen.compareAndSet(false, true)) {
            stopped.countDown();
            System.exit(code);
        }
    }
}
