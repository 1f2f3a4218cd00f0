package dev.roost.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.roost.adapter.tck.NpmPackages;
import dev.roost.adapter.tck.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A node child process that speaks JSON lines. Thread-safe: guarded by its own locks. */
final class NodeProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final NpmPackages PACKAGES =
            new NpmPackages(Path.of("src", "test", "clients"), Path.of("target", "clients"));

    private final Process process;
    private final OutputStream commands;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<@Nullable Object>> answers = new ConcurrentHashMap<>();
    private final ReentrantLock writing = new ReentrantLock();
    private final Reports reports = new Reports();

    private NodeProcess(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
    }

    /** Starts one of the scripts beside {@code package.json} and waits until it takes commands. */
    static NodeProcess start(String script) {
        Path node = Programs.require(NpmPackages.NODE, "node");
        Path folder = PACKAGES.install();
        try {
            NodeProcess started = new NodeProcess(new ProcessBuilder(node.toString(), script)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            Thread.ofVirtual().name("lines of " + script).start(started::readLines);
            started.reports.await(report -> report.source().equals("process"), "the start of " + script);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command and returns its result. */
    @Nullable
    Object call(String command, Map<String, ?> parameters) {
        long id = ids.incrementAndGet();
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, @Nullable Object> line = new LinkedHashMap<>(parameters);
        line.put("id", id);
        line.put("command", command);
        try {
            write(JSON.writeValueAsString(toWire(line)) + "\n");
            return answer.get(2 * Reports.DEADLINE.toSeconds(), SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(
                    command + " " + parameters + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer to " + command + " " + parameters, e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + command, e);
        } finally {
            answers.remove(id);
        }
    }

    /** What it told. */
    Reports reports() {
        return reports;
    }

    @Override
    public void close() {
        try {
            // The end of its input lets the child end its own children, such as a browser.
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

    private void write(String line) {
        writing.lock();
        try {
            commands.write(line.getBytes(UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writing.unlock();
        }
    }

    private void readLines() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                received((Map<?, ?>) fromWire(JSON.readValue(line, Map.class)));
            }
        } catch (IOException e) {
            // The child was ended while we read: whoever waits hears of it below.
        }
        answers.values().forEach(answer -> answer.completeExceptionally(new IOException("the process ended")));
        reports.end();
    }

    private void received(Map<?, ?> line) {
        if (line.get("id") instanceof Number id) {
            CompletableFuture<@Nullable Object> answer = answers.get(id.longValue());
            if (answer != null && line.get("error") instanceof String error) {
                answer.completeExceptionally(new AssertionError(error));
            } else if (answer != null) {
                answer.complete(line.get("result"));
            }
            return;
        }
        reports.add(new Report(
                (String) line.get("source"), String.valueOf(line.get("event")), objects((List<?>) line.get("args"))));
    }

    static List<Object> objects(@Nullable List<?> values) {
        return values == null ? List.of() : new ArrayList<>(values);
    }

    private static @Nullable Object toWire(@Nullable Object value) {
        return switch (value) {
            case byte[] bytes -> Map.of("$bin", Base64.getEncoder().encodeToString(bytes));
            case Object[] array -> Arrays.stream(array).map(NodeProcess::toWire).toList();
            case List<?> list -> list.stream().map(NodeProcess::toWire).toList();
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, member) -> copy.put(key, toWire(member)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    private static @Nullable Object fromWire(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map
            when map.get("$bin") instanceof String base64 -> Base64.getDecoder().decode(base64);
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, member) -> copy.put(key, fromWire(member)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(member -> copy.add(fromWire(member)));
                yield copy;
            }
            case null, default -> value;
        };
    }
}
