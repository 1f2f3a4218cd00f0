package dev.roost.server.launch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An archive of the classes of a server, made by one that starts and stops before the first of a test does.
 *
 * <p>Starts are most of what tests of processes take; from the archive one takes a third of the time. What a supervisor
 * makes for its workers is another one. Where none can be made processes start without.
 *
 * <p>Thread-safe: guarded by its own lock.
 */
final class StartedOnce {
    private static final long LONGEST_SECONDS = 120;
    private static final ReentrantLock LOCK = new ReentrantLock();

    @GuardedBy("LOCK")
    private static @Nullable List<String> flags;

    private StartedOnce() {}

    /** Flags of this Java for a process of that jar; none without an archive. */
    static List<String> flags() {
        // Not while the class is initialized: virtual threads that wait for that hold their carriers.
        LOCK.lock();
        try {
            List<String> present = flags == null ? make() : flags;
            flags = present;
            return present;
        } finally {
            LOCK.unlock();
        }
    }

    private static List<String> make() {
        if (Runtime.version().feature() < StartArchive.ONE_STEP) {
            return List.of();
        }
        Path jar = Path.of(System.getProperty("roost.jar"));
        Path archive = jar.resolveSibling("roost-tests.aot");
        int port = FreePorts.inARow(1);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:AOTCacheOutput=" + archive);
        command.addAll(StartArchive.QUIET);
        command.addAll(List.of(
                "-Dserver.host=127.0.0.1",
                "-Dserver.port=0",
                "-Dsocketio.management.port=0",
                "-Dsocketio.adapter=hazelcast",
                "-Dsocketio.hazelcast.cluster-name=archive-" + port,
                "-Dsocketio.hazelcast.port=" + port,
                "-Dsocketio.hazelcast.port-count=1",
                "-jar",
                jar.toString()));
        try {
            Files.deleteIfExists(archive);
            return run(command) && Files.exists(archive)
                    ? List.of("-XX:AOTCache=" + archive, StartArchive.QUIET.get(0), StartArchive.QUIET.get(1))
                    : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** True if it served, and ended well when it was told to. */
    private static boolean run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofVirtual().name("roost-tests.aot").start(() -> endOnceServing(process));
        try {
            return process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private static void endOnceServing(Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("listening on ")) {
                    process.toHandle().destroy();
                }
            }
        } catch (IOException e) {
            // The process is gone.
        }
    }
}
