package dev.roost.adapter.hazelcast;

import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own, which a test can kill or stop.
 *
 * <p>It says what its bus reports on its output, sends each line of its input to all nodes, and closes the bus when
 * the input ends. Thread-safe: concurrent list; the rest is confined to the test's thread.
 */
final class NodeProcess implements AutoCloseable {
    /** Longer than four JVMs take to start and find each other on a machine that is busy with other things. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    final List<String> said = new CopyOnWriteArrayList<>();
    private final Process process;

    NodeProcess(NodeId id, Map<String, String> settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName(),
                id.toString()));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(said::add));
    }

    void say(String text) {
        try {
            process.outputWriter().write(text + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitSaid(String line) {
        await().atMost(PATIENCE).until(() -> said.contains(line));
    }

    /** Ends it as a crash does. */
    void kill() {
        // Not the process's own method, which closes the pipes as well, under the thread that reads them.
        process.toHandle().destroyForcibly();
    }

    /** Sends a signal such as {@code STOP} or {@code CONT}. */
    void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " failed with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the node's id and settings as {@code key=value}. */
    public static void main(String... arguments) throws IOException {
        NodeDescriptor self = new NodeDescriptor(NodeId.parse(arguments[0]), 1, "", "test");
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        long before = System.nanoTime();
        HazelcastBus bus = new HazelcastBus(HazelcastAdapterConfig.from(settings), self, Counters.NONE);
        bus.start(new Printed());
        System.out.println("started " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before));
        bus.membership().orElseThrow().listen(nodes -> System.out.println("nodes " + nodes.size()));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            bus.send(new Target.All(), line.getBytes(StandardCharsets.UTF_8));
        }
        bus.close();
    }

    /** Prints what the bus reports. */
    private record Printed() implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            System.out.println("frame " + new String(frame, StandardCharsets.UTF_8));
        }

        @Override
        public void onGap(String reason) {
            System.out.println("gap " + reason);
        }

        @Override
        public void onState(BusState state) {
            System.out.println("state " + state);
        }
    }
}
