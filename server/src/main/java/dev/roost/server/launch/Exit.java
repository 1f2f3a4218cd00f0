package dev.roost.server.launch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How this process ends.
 *
 * <p>A signal begins the JVM's shutdown with an exit code of its own; what is asked for is a clean stop and code 0, and
 * only {@code halt} at the end of a shutdown hook can give that.
 *
 * <p>Thread-safe: atomic fields.
 */
final class Exit {
    private final AtomicBoolean chosen = new AtomicBoolean();
    private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();

    private Exit() {}

    /** Has signals handled from now on. */
    static Exit install() {
        Exit exit = new Exit();
        Runtime.getRuntime().addShutdownHook(new Thread(exit::signalled, "roost-stop"));
        return exit;
    }

    /** What a signal shall do before the process ends. */
    void onSignal(Runnable action) {
        stop.set(action);
    }

    private void signalled() {
        if (chosen.compareAndSet(false, true)) {
            runStop();
            Runtime.getRuntime().halt(0);
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
            runStop();
            System.exit(0);
        }
    }

    /** Ends the process, unless it is ending already. */
    void now(int code) {
        if (chosen.compareAndSet(false, true)) {
            System.exit(code);
        }
    }
}
