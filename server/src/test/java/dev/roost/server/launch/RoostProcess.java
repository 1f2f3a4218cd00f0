package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A run of {@code java -jar roost.jar} with its children.
 *
 * <p>Closing it kills what is left, supervisor and workers. Thread-safe: concurrent collections.
 */
public final class RoostProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path OUR_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Pattern URL = Pattern.compile("http://localhost:(\\d+)");
    private static final Pattern LOG = Pattern.compile("^\\d{4}-\\d\\d-\\d\\d .* (INFO|WARNING) ");
    private static final Pattern WORKER = Pattern.compile("\\[worker \\d+] listening .*, pid (\\d+)");

    private final Process process;
    /** Whoever starts the tests may ignore SIGHUP, as {@code nohup} does; a process inherits that. */
    private static final List<String> HEARS_HANG_UPS = hearsHangUps();

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    private final List<Thread> readers = new ArrayList<>();

    private RoostProcess(Process process) {
        this.process = process;
        readers.add(read(process.getInputStream(), output));
        readers.add(read(process.getErrorStream(), errors));
    }

    private static Thread read(InputStream stream, List<String> into) {
        return Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    into.add(line);
                }
            } catch (IOException e) {
                // The process is gone.
            }
        });
    }

    /** What to run. Immutable but for its collections; confined to the test's thread. */
    public static final class Command {
        private final List<String> properties = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private Path java = OUR_JAVA;
        private Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        private boolean testClasses;
        private List<String> wrapper = List.of();

        /** Sets a system property. */
        public Command property(String key, Object value) {
            properties.add("-D" + key + "=" + value);
            return this;
        }

        /** Sets an option of the JVM. */
        Command jvm(String option) {
            properties.add(option);
            return this;
        }

        /** Has a program start it, such as {@code ip netns exec name}, by becoming it. */
        Command under(List<String> program) {
            wrapper = program;
            return this;
        }

        Command argument(String... values) {
            arguments.addAll(List.of(values));
            return this;
        }

        Command variable(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Command java(Path program) {
            java = program;
            return this;
        }

        Command in(Path directory) {
            folder = directory;
            return this;
        }

        /** Has applications of the tests found too. */
        Command withTestClasses() {
            testClasses = true;
            return this;
        }

        /** Starts it; whether it serves is another question. */
        public RoostProcess start() {
            List<String> command = new ArrayList<>();
            command.add(java.toString());
            if (java.equals(OUR_JAVA)) {
                command.addAll(StartedOnce.flags());
            }
            command.addAll(properties);
            String jar = System.getProperty("roost.jar");
            if (testClasses) {
                String path = jar
                        + File.pathSeparator
                        + Path.of("target", "test-classes").toAbsolutePath();
                command.addAll(List.of("-cp", path, Main.class.getName()));
            } else {
                command.addAll(List.of("-jar", jar));
            }
            command.addAll(arguments);
            command.addAll(0, HEARS_HANG_UPS);
            command.addAll(0, wrapper);
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().keySet().removeIf(name -> name.equals("PORT") || name.startsWith("SOCKETIO_"));
            builder.environment().putAll(environment);
            try {
                return new RoostProcess(builder.start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One process on a free port of loopback, with its metrics on another. */
    public static Command single() {
        return new Command()
                .property("server.host", "127.0.0.1")
                .property("server.port", 0)
                .property("socketio.management.port", 0)
                .property("socketio.drain.timeout", "PT2S");
    }

    /** Settings with which processes find each other, and no others. */
    public static Map<String, Object> hazelcastOnItsOwn() {
        int port = FreePorts.inARow(4);
        return Map.of(
                "socketio.adapter",
                "hazelcast",
                "socketio.hazelcast.cluster-name",
                "test-" + port,
                "socketio.hazelcast.port",
                port,
                "socketio.hazelcast.port-count",
                4);
    }

    /** A supervisor of so many workers, likewise; without an archive, which would compete with the test. */
    static Command cluster(int workers) {
        return single().property("socketio.cluster.workers", workers)
                .property("socketio.cluster.archive", false)
                .argument("cluster");
    }

    /** Waits for its end and returns the exit code. */
    int exitCode() throws InterruptedException {
        remember();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("expected to exit: %s", this)
                .isTrue();
        for (Thread reader : readers) {
            reader.join(Duration.ofSeconds(5));
        }
        return process.exitValue();
    }

    /** Waits for a line on either output. */
    String awaitLine(String part) {
        return awaitLine(Pattern.compile(Pattern.quote(part))).group();
    }

    /** Waits for a line on either output. */
    Matcher awaitLine(Pattern pattern) {
        return Awaitility.await("a line with " + pattern)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            assertThat(process.isAlive() || find(pattern).isPresent())
                                    .as("expected '%s' of a process that lives: %s", pattern, this)
                                    .isTrue();
                            remember();
                            return find(pattern);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /** True if there is such a line on either output. */
    boolean hasSaid(Pattern pattern) {
        remember();
        return find(pattern).isPresent();
    }

    private Optional<Matcher> find(Pattern pattern) {
        List<String> lines = new ArrayList<>(output);
        lines.addAll(errors);
        return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst();
    }

    /** Waits until one process serves; returns its port. */
    public int awaitServing() {
        return Integer.parseInt(
                awaitLine(Pattern.compile("listening on " + URL)).group(1));
    }

    /** Waits until all workers serve; returns their port. */
    int awaitReady() {
        return Integer.parseInt(awaitLine(Pattern.compile("ready at " + URL)).group(1));
    }

    /** Process ids of the workers that said that they serve, in that order. */
    List<Long> workers() {
        return errors.stream()
                .map(WORKER::matcher)
                .filter(Matcher::find)
                .map(line -> Long.valueOf(line.group(1)))
                .toList();
    }

    /** Ports of the workers' metrics, in the order they began to serve. */
    List<Integer> metricsPorts() {
        return errors.stream()
                .filter(line -> line.contains("] listening "))
                .map(line -> line.replaceAll(".*metrics http://127\\.0\\.0\\.1:(\\d+)/.*", "$1"))
                .map(Integer::valueOf)
                .toList();
    }

    /** Port of the metrics of one process. */
    int metricsPort() {
        return Integer.parseInt(awaitLine(Pattern.compile("metrics http://127\\.0\\.0\\.1:(\\d+)/"))
                .group(1));
    }

    /** What was said on standard error but for the log. */
    List<String> lastErrors() {
        return errors.stream().filter(line -> !LOG.matcher(line).find()).toList();
    }

    List<String> output() {
        return output;
    }

    List<String> errors() {
        return errors;
    }

    public long pid() {
        return process.pid();
    }

    private static List<String> hearsHangUps() {
        List<String> prefix = List.of("env", "--default-signal=HUP");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            return new ProcessBuilder(trial).start().waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of(); // not a system that has it
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void remember() {
        process.descendants().forEach(seen::add);
    }

    /** Sends {@code KILL}, {@code TERM}, {@code STOP} or {@code CONT} to this or another process. */
    public void signal(String name, long pid) {
        remember();
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .start()
                    .waitFor();
            assertThat(status).as("kill -%s %s", name, pid).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until none of its processes is left. */
    public void awaitAllGone() {
        Awaitility.await("the end of all processes")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    assertThat(process.isAlive()).isFalse();
                    assertThat(seen).noneMatch(ProcessHandle::isAlive);
                });
    }

    @Override
    public void close() {
        remember();
        process.toHandle().destroyForcibly();
        seen.forEach(ProcessHandle::destroyForcibly);
        awaitAllGone();
    }

    @Override
    public String toString() {
        return "output " + output + ", errors " + errors;
    }
}
