package dev.roost.server.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes a supervisor starts; see {@link ControlLine} for what they say to each other.
 *
 * <p>Thread-safe: a volatile field; lines are read by one thread of their own, so that the end of the supervisor is
 * noticed during a long start too.
 */
public final class Worker {
    private final PrintStream answers;
    private final Exit exit = Exit.install();
    private volatile @Nullable ServedProcess served;

    private Worker(PrintStream answers) {
        this.answers = answers;
    }

    /**
     * Runs a worker until its input ends or a signal comes.
     *
     * @param args its number, for logs
     */
    public static void main(String[] args) throws InterruptedException {
        LogLines.install("worker " + String.join(" ", args));
        // What an application prints must not reach the supervisor as an answer.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Worker worker = new Worker(answers);
        Thread.ofPlatform().daemon().name("roost-control").start(worker::follow);
        new CountDownLatch(1).await();
    }

    private void follow() {
        Map<String, String> settings = new HashMap<>();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                if (line.startsWith(ControlLine.SET)) {
                    String[] setting = line.substring(ControlLine.SET.length()).split("=", 2);
                    settings.put(setting[0], setting[1]);
                } else if (line.equals(ControlLine.START) || line.equals(ControlLine.START_BESIDE)) {
                    boolean beside = line.equals(ControlLine.START_BESIDE);
                    Map<String, String> complete = Map.copyOf(settings);
                    Thread.ofPlatform().name("roost-start").start(() -> start(complete, beside));
                } else if (line.equals(ControlLine.PING)) {
                    ServedProcess present = served;
                    if (present != null) {
                        present.ping(() -> answers.println(ControlLine.PONG));
                    }
                }
            }
        } catch (IOException e) {
            // As good as its end.
        }
        exit.stop();
    }

    private void start(Map<String, String> settings, boolean beside) {
        try {
            ServedProcess.Neighbours neighbours =
                    beside ? ServedProcess.Neighbours.WORKERS_AND_PREDECESSOR : ServedProcess.Neighbours.WORKERS;
            ServedProcess started = ServedProcess.start(LaunchConfig.read(settings), neighbours);
            served = started;
            exit.onSignal(started::stop);
            answers.println(ControlLine.READY);
        } catch (LaunchException e) {
            System.err.println(e.line());
            exit.now(e.exitCode());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            exit.now(LaunchException.CONFIGURATION);
        }
    }
}
