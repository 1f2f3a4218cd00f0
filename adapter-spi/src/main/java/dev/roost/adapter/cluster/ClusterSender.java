package dev.roost.adapter.cluster;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.Counters;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.SenderContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@link CommandSender} over anything that moves bytes between nodes; the outsider's half of {@link ClusterAdapter}.
 *
 * <p>Commands wait in a bounded queue and are sent in batches by one virtual thread. While the backend says that it can
 * send nothing, no command is taken; those that were taken before are tried for as long as a node's would be.
 *
 * <p>Thread-safe: what threads share is the queue and a flag.
 */
public final class ClusterSender implements CommandSender {
    private static final Target ALL = new Target.All();
    /** A batch job has time, and nobody else waits for it. */
    private static final Duration WAIT_FOR_ROOM = Duration.ofSeconds(5);

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Set<String> LOSSES = Set.of(
            Incident.FRAME_DROPPED.counter(), Incident.MESSAGE_TOO_LARGE.counter(), Incident.MESSAGE_FAILED.counter());

    private final ClusterBus bus;
    private final Counters counters;
    private final OutboundQueue outbound;
    private final FrameSender sender;
    private final Thread sending;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean down;

    /** Makes a sender; the bus is its own from now on, and closed with it. */
    public ClusterSender(SenderContext context, ClusterBus bus) {
        this.bus = bus;
        counters = context.counters();
        ClusterOptions options =
                ClusterOptions.DEFAULT.withPatience(WAIT_FOR_ROOM, ClusterOptions.DEFAULT.outageHold());
        IncidentLog incidents = new IncidentLog(this::count, Scheduler.clockOnly());
        outbound = new OutboundQueue(options, incidents);
        sender = new FrameSender(
                context.origin(),
                bus,
                outbound,
                options,
                context.secret().map(FrameSeal::new).orElse(null),
                incidents,
                context.counters(),
                true);
        sending = Thread.ofVirtual().name("roost-emitter-out").unstarted(sender::run);
    }

    @Override
    public void start() {
        try {
            bus.startSending(new FromBus());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        sending.start();
    }

    @Override
    public void send(Command command) {
        if (closed.get()) {
            throw new AdapterException("closed: nothing can be sent any more");
        }
        if (down) {
            throw new AdapterException("the servers cannot be reached at the moment, nothing was sent");
        }
        boolean isVolatile = command instanceof Command.Broadcast broadcast
                && broadcast.selection().flags().isVolatile();
        if (!outbound.put(ALL, new ClusterMessage.Apply(command)) && !isVolatile) {
            throw new AdapterException(
                    closed.get()
                            ? "closed: nothing can be sent any more"
                            : "too much waits to be sent, and there was no room within " + WAIT_FOR_ROOM);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        outbound.close();
        if (sending.getState() != Thread.State.NEW) {
            drain();
        }
        bus.close();
    }

    /** Lets the thread come to its end, then makes it; what it has not sent until then is lost. */
    private void drain() {
        try {
            if (!sending.join(LAST_WORDS)) {
                sender.closing();
                if (!sending.join(GOODBYE)) {
                    counters.add("cluster.sent.lost", 1);
                    sending.interrupt();
                }
            }
        } catch (InterruptedException e) {
            counters.add("cluster.sent.lost", 1);
            sending.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void count(String counter, long amount) {
        counters.add(counter, amount);
        if (LOSSES.contains(counter)) {
            counters.add("cluster.sent.lost", amount);
        }
    }

    /** What the backend's threads call; no method waits. Thread-safe. */
    private final class FromBus implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            // Not meant for this process: a backend that cannot but subscribe.
        }

        @Override
        public void onGap(String reason) {
            // Nothing is received that could be missed.
        }

        @Override
        public void onState(BusState state) {
            down = state == BusState.DOWN;
            outbound.busDown(down);
            if (state == BusState.UP) {
                sender.busReturned();
            }
        }
    }
}
