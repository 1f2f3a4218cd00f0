package dev.roost.server.polling;

import dev.roost.core.engine.SessionLoop;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the client of a hanging GET went away, which Helidon does not.
 *
 * <p>Spec: engine-io 5, "Client aborts the pending GET".
 */
@FunctionalInterface
public interface ClientWatch {
    /** Watches nothing. */
    ClientWatch NONE = (loop, readable) -> null;

    /**
     * Watches the connection the calling thread serves, until {@link Watched#end}.
     *
     * @param loop home of the session
     * @param readable called on the loop when the client sent something or closed; at most once
     * @return null if the connection cannot be watched
     */
    @Nullable
    Watched start(SessionLoop loop, Runnable readable);

    /** A connection under watch. */
    @FunctionalInterface
    interface Watched {
        /**
         * Ends the watch; when it returns the connection can be written as before. On the thread that serves it.
         *
         * @return true if the client is gone
         */
        boolean end();
    }
}
