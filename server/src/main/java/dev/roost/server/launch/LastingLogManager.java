package dev.roost.server.launch;

import java.util.logging.LogManager;

/**
 * The JDK's log manager, but one that still logs while the process stops.
 *
 * <p>The JDK's own takes all handlers away as soon as the JVM begins to shut down, and with them every line about the
 * drain. Public since the JDK makes it by name.
 */
public final class LastingLogManager extends LogManager {
    /** For the JDK. */
    public LastingLogManager() {}

    @Override
    public void reset() {}
}
