package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.roost.adapter.tck.NpmPackages;
import dev.roost.adapter.tck.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Node.js process with a stock Socket.IO server in the cluster, and stock clients of it.
 *
 * <p>Values are JSON; buffers are {@code {"$bin":base64}}. Thread-safe: guarded by its own lock.
 */
public final class NodePeer implements AutoCloseable {
    /** For anything that must come to be. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For a process to start on a machine that is busy. */
    private static final Duration START = Duration.ofSeconds(90);

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};

    /** Tests of the server use them too, from their own folder. */
    private static final Path MODULE = Path.of("..", "adapter-redis");

    private static final NpmPackages PACKAGES =
            new NpmPackages(MODULE.resolve(Path.of("src", "test", "node")), MODULE.resolve(Path.of("target", "node")));

    private final Process process;
    private final OutputStream commands;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reported = lock.newCondition();
    private final List<JsonNode> reports = new ArrayList<>();

    private NodePeer(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
    }

    /** Starts a process and its server. */
    public static NodePeer start(String mode, String redis, Map<String, ?> parameters) {
        Path node = Programs.require(NpmPackages.NODE, "node");
        NodePeer peer;
        try {
            peer = new NodePeer(new ProcessBuilder(node.toString(), "peer.mjs")
                    .directory(PACKAGES.install().toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("lines of a Node peer").start(peer::readLines);
        peer.await("process", "ready", START);
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("mode", mode);
        all.put("uri", redis);
        peer.call("start", all);
        return peer;
    }

    /** Runs a command and returns its result. */
    public JsonNode call(String command, Map<String, ?> parameters) {
        try {
            return ask(command, parameters).get(PATIENCE.toSeconds(), SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(
                    command + " " + parameters + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer to " + command + " " + parameters, e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + command, e);
        }
    }

    /** Runs a command whose parameters are JSON text. */
    public JsonNode call(String command, String parameters) {
        return call(command, JSON.readValue(parameters, OBJECT));
    }

    /** Starts a command. */
    CompletableFuture<JsonNode> ask(String command, Map<String, ?> parameters) {
        long id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> line = new LinkedHashMap<>(parameters);
        line.put("id", id);
        line.put("command", command);
        lock.lock();
        try {
            commands.write((JSON.writeValueAsString(line) + "\n").getBytes(UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
        return answer;
    }

    /** Starts a command whose parameters are JSON text. */
    CompletableFuture<JsonNode> ask(String command, String parameters) {
        return ask(command, JSON.readValue(parameters, OBJECT));
    }

    /** Connects a stock client to this peer's server and returns the id of its socket. */
    public String client(String name, String namespace) {
        return call("client", Map.of("client", name, "namespace", namespace)).asString();
    }

    /** Takes the arguments of the oldest such event, waiting for it if need be; JSON text. */
    public String await(String source, String event) {
        return await(source, event, PATIENCE);
    }

    private String await(String source, String event, Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                for (JsonNode report : reports) {
                    if (report.get("source").asString().equals(source)
                            && report.get("event").asString().equals(event)) {
                        reports.remove(report);
                        return report.get("args").toString();
                    }
                }
                if (left <= 0 || !process.isAlive()) {
                    throw new AssertionError("no report of " + event + " of " + source + " within " + patience
                            + "; there are " + reports);
                }
                left = reported.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + event, e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the names of all events of a source that were not asked for, in order. */
    public List<String> received(String source) {
        lock.lock();
        try {
            List<JsonNode> taken = reports.stream()
                    .filter(report -> report.get("source").asString().equals(source))
                    .toList();
            reports.removeAll(taken);
            return taken.stream().map(report -> report.get("event").asString()).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the process without a word, as a crash does. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(3, SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readLines() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                received(JSON.readTree(line));
            }
        } catch (IOException e) {
            // The process was ended while we read: whoever waits hears of it below.
        }
        answers.values().forEach(answer -> answer.completeExceptionally(new IOException("the process ended")));
    }

    private void received(JsonNode line) {
        if (!line.has("id")) {
            lock.lock();
            try {
                reports.add(line);
                reported.signalAll();
            } finally {
                lock.unlock();
            }
            return;
        }
        CompletableFuture<JsonNode> answer = answers.remove(line.get("id").asLong());
        if (answer != null && line.has("error")) {
            answer.completeExceptionally(new AssertionError(line.get("error").asString()));
        } else if (answer != null) {
            answer.complete(line.get("result"));
        }
    }
}
