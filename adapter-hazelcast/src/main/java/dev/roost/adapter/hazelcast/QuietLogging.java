package dev.roost.adapter.hazelcast;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets only warnings of Hazelcast through, unless somebody has set levels for it.
 *
 * <p>A start otherwise prints some thirty lines and a banner; a member that leaves in good order is a stack trace on
 * each of the others; members that start at once warn of each other; every frame for a member that has just left is a
 * line; and a client without a cluster writes several lines every half second. What matters of that this module says
 * itself. The loggers are held here because the JDK forgets loggers that nobody holds, and their levels with them.
 */
final class QuietLogging {
    private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");
    private static final List<Logger> NOISY = List.of(
            Logger.getLogger("com.hazelcast.client.impl"),
            Logger.getLogger("com.hazelcast.instance.impl.Node"),
            Logger.getLogger("com.hazelcast.internal.server.tcp.TcpServerConnection"),
            Logger.getLogger("com.hazelcast.internal.server.tcp.TcpServerConnectionErrorHandler"),
            Logger.getLogger("com.hazelcast.spi.impl.eventservice.EventService"),
            Logger.getLogger("com.hazelcast.spi.impl.eventservice.impl.operations.RegistrationOperation"),
            Logger.getLogger("com.hazelcast.spi.impl.operationexecutor.slowoperationdetector.SlowOperationDetector"));

    private QuietLogging() {}

    static void apply() {
        if (HAZELCAST.getLevel() == null) {
            HAZELCAST.setLevel(Level.WARNING);
        }
        for (Logger noisy : NOISY) {
            if (noisy.getLevel() == null) {
                noisy.setLevel(Level.SEVERE);
            }
        }
    }
}
