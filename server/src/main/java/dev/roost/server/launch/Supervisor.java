package dev.roost.server.launch;

import dev.roost.server.Settings;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs worker processes that share one port, and replaces those that end.
 *
 * <p>Workers are started a few at a time: the start of a JVM takes a core for a second, and all at once they would take
 * far longer until the first one serves. SIGHUP replaces all of them, one after the other.
 *
 * <p>Confined to the thread of {@link #run}; what other threads see arrives there as a task.
 */
final class Supervisor {
    private static final Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final long SECOND = 1_000_000_000;
    /** What a worker may take to exit beyond the time of its drain. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int CORES_PER_START = 2;
    private static final int LARGEST_PORT = 65_535;

    private final LaunchConfig config;
    private final Map<String, String> shared;
    private final WorkerCommand command;
    private final StartArchive archive;
    private final String url;
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final List<WorkerSlot> slots = new ArrayList<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private @Nullable WorkerProcess trainee;
    private @Nullable RollingRestart rolling;
    private boolean announced;
    private boolean stopping;
    private int exitCode;
    private long killAt;
    private long nextCheck = System.nanoTime();

    private Supervisor(LaunchConfig config, SharedPort port, int workers) {
        this.config = config;
        this.command = WorkerCommand.here(workers);
        this.archive = config.socketIo().get(Settings.CLUSTER_ARCHIVE) ? StartArchive.of(command) : StartArchive.NONE;
        this.url = ServedProcess.url(config.host(), port.port());
        this.shared = new HashMap<>(ClusterDefaults.of(config.values(), workers));
        shared.put(LaunchConfig.PORT, Integer.toString(port.port()));
        for (int number = 1; number <= workers; number++) {
            slots.add(new WorkerSlot(number, System.nanoTime()));
        }
    }

    /**
     * Supervises until a signal comes, then ends the process; where a port cannot be shared, serves from this one.
     *
     * @throws LaunchException if there is no sense in starting workers
     */
    static void run(LaunchConfig config, Exit exit) throws InterruptedException {
        Optional<String> obstacle = SharedPort.obstacle(System.getProperty("os.name"));
        if (obstacle.isPresent()) {
            LOG.log(Logger.Level.WARNING, obstacle.get() + ": serving from one process");
            exit.onSignal(ServedProcess.start(config, ServedProcess.Neighbours.NONE)::stop);
            return;
        }
        int chosen = config.socketIo().get(Settings.CLUSTER_WORKERS);
        int workers = chosen > 0 ? chosen : Runtime.getRuntime().availableProcessors();
        SharedPort port = SharedPort.hold(config.host(), config.port());
        Supervisor supervisor = new Supervisor(config, port, workers);
        ServedProcess.check(config.with(supervisor.shared));
        ClusterDefaults.warning(config.values(), workers).ifPresent(warning -> LOG.log(Logger.Level.WARNING, warning));
        exit.onSignal(supervisor::stopAndWait);
        HangUp.onSignal(() -> supervisor.events.add(supervisor::roll), exit::stop);
        int code = supervisor.supervise();
        port.close();
        exit.now(code);
    }

    private void stopAndWait() {
        events.add(() -> stop(0));
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int supervise() throws InterruptedException {
        LOG.log(
                Logger.Level.INFO,
                "starting " + slots.size() + " workers for " + url + ", pid "
                        + ProcessHandle.current().pid());
        while (!stopping || processes().findAny().isPresent() || trainee != null) {
            long now = System.nanoTime();
            act(now);
            Runnable event = events.poll(Math.max(0, wakeAt(now) - now), TimeUnit.NANOSECONDS);
            if (event != null) {
                event.run();
            }
        }
        LOG.log(Logger.Level.INFO, "all workers are gone");
        finished.countDown();
        return exitCode;
    }

    /** All that serve, or are about to, or have not yet ended. */
    private Stream<WorkerProcess> processes() {
        Stream<WorkerProcess> inSlots = slots.stream().map(WorkerSlot::process).filter(Objects::nonNull);
        return rolling == null ? inSlots : Stream.concat(inSlots, rolling.processes());
    }

    private void roll() {
        if (stopping || (rolling != null && !rolling.isOver())) {
            LOG.log(Logger.Level.INFO, "no rolling restart: " + (stopping ? "all workers stop" : "one is under way"));
            return;
        }
        rolling = new RollingRestart(slots, slot -> launch(slot, ControlLine.START_BESIDE), longestDrain());
    }

    private Duration longestDrain() {
        return config.socketIo().get(Settings.DRAIN_TIMEOUT).plus(GRACE);
    }

    private long wakeAt(long now) {
        long wake = nextCheck;
        if (stopping) {
            return Math.min(wake, now + SECOND);
        }
        for (WorkerSlot slot : slots) {
            OptionalLong due = slot.due();
            if (due.isPresent() && mayStart()) {
                wake = Math.min(wake, due.getAsLong());
            }
        }
        return wake;
    }

    private void act(long now) {
        if (stopping) {
            if (now - killAt >= 0) {
                killAt = now + SECOND;
                processes().toList().forEach(WorkerProcess::kill);
            }
            return;
        }
        if (now - nextCheck >= 0) {
            nextCheck = now + SECOND;
            slots.forEach(slot -> slot.check(now));
        }
        if (rolling != null) {
            rolling.act(now);
        }
        for (WorkerSlot slot : slots) {
            OptionalLong due = slot.due();
            if (due.isPresent() && now - due.getAsLong() >= 0 && mayStart()) {
                start(slot, now);
            }
        }
    }

    /** The first worker starts alone, so that a mistake all would make is told once. */
    private boolean mayStart() {
        long starting = slots.stream().filter(WorkerSlot::isStarting).count();
        boolean proven = slots.stream().anyMatch(WorkerSlot::everReady);
        return starting < (proven ? Math.max(1, Runtime.getRuntime().availableProcessors() / CORES_PER_START) : 1);
    }

    private void start(WorkerSlot slot, long now) {
        slot.started(launch(slot, ControlLine.START), now);
    }

    private WorkerProcess launch(WorkerSlot slot, String go) {
        Map<String, String> settings = new HashMap<>(shared);
        int metrics = config.socketIo().get(Settings.MANAGEMENT_PORT);
        if (metrics > 0) {
            settings.put(
                    Settings.MANAGEMENT_PORT.name(),
                    Integer.toString(Math.min(LARGEST_PORT, metrics + slot.number() - 1)));
        }
        String name = Integer.toString(slot.number());
        return launch(archive.use(), name, Redirect.INHERIT, settings, go, new Told() {
            @Override
            public void line(WorkerProcess worker, String line) {
                heard(slot, worker, line);
            }

            @Override
            public void ended(WorkerProcess worker, int code) {
                Supervisor.this.ended(slot, worker, code);
            }
        });
    }

    /** What a process tells, on the supervisor's thread. */
    private interface Told {
        void line(WorkerProcess worker, String line);

        void ended(WorkerProcess worker, int code);
    }

    private WorkerProcess launch(
            List<String> flags, String name, Redirect errors, Map<String, String> settings, String go, Told told) {
        WorkerProcess[] started = new WorkerProcess[1];
        started[0] = WorkerProcess.start(
                command.command(flags, name),
                errors,
                settings,
                go,
                line -> events.add(() -> told.line(started[0], line)),
                code -> events.add(() -> told.ended(started[0], code)));
        return started[0];
    }

    private void heard(WorkerSlot slot, WorkerProcess worker, String line) {
        switch (line) {
            case ControlLine.READY -> {
                long now = System.nanoTime();
                if (rolling != null && rolling.ready(worker, now)) {
                    return;
                }
                if (slot.ready(worker, now)) {
                    becameReady();
                }
            }
            case ControlLine.PONG -> slot.answered(worker);
            default -> System.out.println(line);
        }
    }

    private void becameReady() {
        if (!announced && slots.stream().allMatch(WorkerSlot::isReady)) {
            announced = true;
            System.out.println("Roost is ready at " + url + " (" + slots.size() + " workers)");
            train();
        }
    }

    /** Has one more worker start and stop to fill the archive the next start reads. */
    private void train() {
        List<String> flags = archive.make();
        if (flags.isEmpty() || stopping) {
            return;
        }
        Map<String, String> settings = new HashMap<>(shared);
        settings.putAll(ClusterDefaults.of(Map.of(), 1));
        settings.put(LaunchConfig.HOST, "127.0.0.1");
        settings.put(LaunchConfig.PORT, "0");
        settings.put(Settings.MANAGEMENT_PORT.name(), "0");
        trainee = launch(flags, "archive", Redirect.DISCARD, settings, ControlLine.START, new Told() {
            @Override
            public void line(WorkerProcess worker, String line) {
                if (line.equals(ControlLine.READY)) {
                    worker.endInput();
                }
            }

            @Override
            public void ended(WorkerProcess worker, int code) {
                trainee = null;
                archive.made(code);
            }
        });
    }

    private void ended(WorkerSlot slot, WorkerProcess worker, int code) {
        if ((rolling != null && rolling.ended(worker, code)) || slot.process() != worker) {
            return;
        }
        long pid = worker.pid();
        boolean hopeless =
                !slot.everReady() && (code == LaunchException.CONFIGURATION || code == LaunchException.UNREACHABLE);
        Duration wait = slot.ended(System.nanoTime());
        if (stopping) {
            return;
        }
        if (hopeless) {
            stop(code);
            return;
        }
        LOG.log(
                Logger.Level.WARNING,
                "worker " + slot.number() + " (pid " + pid + ") ended with exit code " + code
                        + "; the next one starts in " + wait.toMillis() + " ms");
    }

    private void stop(int code) {
        if (stopping) {
            return;
        }
        stopping = true;
        exitCode = code;
        killAt = System.nanoTime() + longestDrain().toNanos();
        LOG.log(Logger.Level.INFO, "stopping all workers");
        processes().toList().forEach(WorkerProcess::terminate);
        if (trainee != null) {
            trainee.kill();
        }
    }
}
