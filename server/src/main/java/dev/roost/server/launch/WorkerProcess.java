package dev.roost.server.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A worker as its supervisor has it: a process and the pipe to it. Confined to the supervisor's thread.
 *
 * <p>It is ended through its handle, since {@link Process#destroy()} closes the pipes as well.
 */
final class WorkerProcess {
    private final Process process;
    private final Writer commands;

    private WorkerProcess(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a worker and sends it its settings.
     *
     * @param errors where its standard error goes
     * @param go the line that follows its settings
     * @param line called with each line of its output, on another thread
     * @param ended called with its exit code, on another thread
     * @throws UncheckedIOException if the process cannot be started
     */
    static WorkerProcess start(
            List<String> command,
            ProcessBuilder.Redirect errors,
            Map<String, String> settings,
            String go,
            Consumer<String> line,
            Consumer<Integer> ended) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(errors).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("roost-worker-output").start(() -> read(process, line, ended));
        WorkerProcess worker = new WorkerProcess(process);
        settings.forEach((key, value) -> worker.send(ControlLine.SET + key + "=" + value));
        worker.send(go);
        return worker;
    }

    private static void read(Process process, Consumer<String> line, Consumer<Integer> ended) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String next = lines.readLine(); next != null; next = lines.readLine()) {
                line.accept(next);
            }
        } catch (IOException e) {
            // It is over; the exit code says more.
        }
        try {
            ended.accept(process.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a line; one that cannot be sent is for a process that is ending. */
    void send(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            // Its exit is on the way.
        }
    }

    /** Closes its input: it drains and exits by itself. */
    void endInput() {
        try {
            commands.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    long pid() {
        return process.pid();
    }

    /** Asks it to drain and exit. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Ends it at once. */
    void kill() {
        process.toHandle().destroyForcibly();
    }
}
