package dev.roost.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.roost.server.http.Admission;
import java.lang.management.ManagementFactory;

/** Derives how many sessions there may be from the files the process may open. */
final class OpenFiles {
    private static final double SHARE = 0.8;

    private OpenFiles() {}

    /** Makes the limits of admission. */
    static Admission admission(SocketIoConfig config) {
        long connections = config.get(LimitSettings.MAX_CONNECTIONS);
        return new Admission(
                connections > 0 ? connections : share(),
                config.get(LimitSettings.MAX_CONNECTIONS_PER_IP),
                config.get(LimitSettings.HANDSHAKE_RATE),
                System::nanoTime);
    }

    private static long share() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            return Math.max(0, (long) (SHARE * unix.getMaxFileDescriptorCount()));
        }
        return 0;
    }
}
