package dev.roost.server;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Time this process spends on the processors from a moment on: server, client and collector together. Immutable. */
public final class ProcessCpu {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long start = SYSTEM.getProcessCpuTime();

    private ProcessCpu() {}

    /** Begins now. */
    public static ProcessCpu measure() {
        return new ProcessCpu();
    }

    /** What was spent since. */
    public Duration spent() {
        return Duration.ofNanos(SYSTEM.getProcessCpuTime() - start);
    }
}
