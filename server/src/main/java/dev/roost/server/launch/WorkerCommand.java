package dev.roost.server.launch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a worker: this Java, this class path, flags for one small process of several. Immutable.
 *
 * <p>A small fixed young generation gives the memory of a burst of connections back; the serial collector costs nothing
 * while it is idle. All system properties of the supervisor are passed on.
 *
 * @param javaVersion feature number of this Java
 * @param heapMegabytes most memory for the heap
 * @param properties {@code -D} arguments of the supervisor
 */
record WorkerCommand(int javaVersion, long heapMegabytes, List<String> properties) {
    private static final int COMPACT_HEADERS = 25;
    private static final int UNSAFE_WARNS = 23;
    private static final long LEAST_HEAP = 128;
    private static final long HEAP_SHARE = 4;
    private static final long MEGABYTE = 1 << 20;
    private static final long LEAST_YOUNG = 16;
    private static final long MOST_YOUNG = 64;
    private static final long YOUNG_SHARE = 8;

    WorkerCommand {
        properties = List.copyOf(properties);
    }

    /** The command for so many workers on this machine. */
    static WorkerCommand here(int workers) {
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory() * HEAP_SHARE;
        List<String> properties = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D"))
                .toList();
        return new WorkerCommand(Runtime.version().feature(), heap(memory / MEGABYTE, workers), properties);
    }

    static long heap(long memoryMegabytes, int workers) {
        return Math.max(LEAST_HEAP, memoryMegabytes / HEAP_SHARE / workers);
    }

    /** Program and flags, without the main class. */
    List<String> flags() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-Xmx" + heapMegabytes + "m");
        command.add("-Xmn" + Math.clamp(heapMegabytes / YOUNG_SHARE, LEAST_YOUNG, MOST_YOUNG) + "m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        if (javaVersion >= COMPACT_HEADERS) {
            command.add("-XX:+UseCompactObjectHeaders");
        }
        // Hazelcast pays ten times as much for an asynchronous call where the common pool has one thread or none.
        command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
        if (javaVersion >= UNSAFE_WARNS) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        command.add("--add-opens=java.management/sun.management=ALL-UNNAMED");
        command.add("--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
        command.add("--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
        command.addAll(properties);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        return command;
    }

    /** The whole command of a worker. */
    List<String> command(List<String> moreFlags, String name) {
        List<String> command = flags();
        command.addAll(1, moreFlags);
        command.add(Worker.class.getName());
        command.add(name);
        return command;
    }
}
