package dev.roost.adapter.hazelcast;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets only warnings of Hazelcast through, unless somebody has set levels for it.
 *
 * <p>A start otherwise prints some thirty lines and a banner; a member that leaves in good order is a stack trace on
 * each of the others; members that start at once warn of each other; every frame for a member that has just left is a
 * line; a lost one is ten, and as many when it comes back; and a client without a cluster writes several lines every half
 * second. What matters of that is said once, here or by the cluster protocol. The loggers are held here because the JDK
 * forgets loggers that nobody holds, and their levels with them.
 */
final class QuietLogging {
    private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");
    private static final List<Logger> NOISY = List.of(
            Logger.getLogger("com.hazelcast.client.impl"),
            Logger.getLogger("com.hazelcast.instance.impl.Node"),
            Logger.getLogger("com.hazelcast.internal.cluster"),
            Logger.getLogger("com.hazelcast.internal.server.tcp.TcpServerConnection"),
            Logger.getLogger("com.hazelcast.internal.server.tcp.TcpServerConnectionErrorHandler"),
            Logger.getLogger("com.hazelcast.spi.impl.eventservice.EventService"),
            Logger.getLogger("com.hazelcast.spi.impl.eventservice.impl.operations.RegistrationOperation"),
            Logger.getLogger("com.hazelcast.spi.impl.operationservice.impl.InvocationMonitor"),
            Logger.getLogger("com.hazelcast.spi.impl.operationexecutor.slowoperationdetector.SlowOperationDetector"));

    /** A member that comes back after the others chose a new oldest one; what it is told next makes that good. */
    private static final Logger FAILED_CLAIMS =
            Logger.getLogger("com.hazelcast.internal.cluster.impl.operations.FetchMembersViewOp");

    private QuietLogging() {}

    static void apply() {
        if (HAZELCAST.getLevel() == null) {
            HAZELCAST.setLevel(Level.WARNING);
        }
        if (FAILED_CLAIMS.getLevel() == null) {
            FAILED_CLAIMS.setLevel(Level.OFF);
        }
        for (Logger noisy : NOISY) {
            if (noisy.getLevel() == null) {
                noisy.setLevel(Level.SEVERE);
            }
        }
    }
}
