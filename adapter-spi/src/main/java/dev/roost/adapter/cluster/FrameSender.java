package dev.roost.adapter.cluster;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns queued messages into frames and hands them to the bus. Confined to its thread, but for the few methods that
 * say otherwise.
 *
 * <p>While one frame is on its way the next batch grows; that is what makes a busy node cheap. Messages for all nodes
 * and for single ones keep their order, except that single nodes do not wait for one another.
 *
 * <p>A frame the bus refuses is tried again for a while. It keeps its numbers, so it does no harm if the bus had sent
 * it after all. After that the outage is taken for a long one: messages are dropped as they come, so that memory stays
 * bounded and nothing stale is sent when the bus returns. A node has used up their numbers then, so that the others know
 * of the loss; an outsider uses them again, since what it has not sent is nobody's loss but its own.
 */
final class FrameSender {
    private static final int BATCH = 256;
    /** A frame is sent when it has grown to this, although the bus might carry more. */
    private static final int FRAME_BYTES = 256 << 10;
    /** Type, group, index and total of a fragment, and its length. */
    private static final int FRAGMENT_OVERHEAD = 4 + 1 + 8 + 10 + 10;

    private static final long FIRST_RETRY_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LAST_RETRY_NANOS = Duration.ofMillis(250).toNanos();

    private final NodeDescriptor self;
    private final ClusterBus bus;
    private final boolean unicast;
    private final int maxFrameBytes;
    private final OutboundQueue queue;
    private final int maxMessageBytes;
    private final long holdNanos;
    private final @Nullable FrameSeal seal;
    private final IncidentLog incidents;
    private final Counters counters;
    private final boolean outsider;
    private final Semaphore busReturned = new Semaphore(0);

    private final ByteWriter out = new ByteWriter(8 << 10);
    private final ByteWriter large = new ByteWriter(0);
    private @Nullable NodeId target;
    private int countAt;
    private int count;
    private long sequenceToAll;
    private long sequenceToOne;
    private boolean outage;
    private volatile boolean closing;
    private volatile long sentToAll;

    FrameSender(
            NodeDescriptor self,
            ClusterBus bus,
            OutboundQueue queue,
            ClusterOptions options,
            @Nullable FrameSeal seal,
            IncidentLog incidents,
            Counters counters,
            boolean outsider) {
        this.self = self;
        this.bus = bus;
        unicast = bus.capabilities().unicast();
        maxFrameBytes = bus.capabilities().maxFrameBytes();
        if (maxFrameBytes < 4 * Frame.MAX_OVERHEAD) {
            throw new IllegalArgumentException("a bus must carry frames of " + 4 * Frame.MAX_OVERHEAD
                    + " bytes or more, this one carries " + maxFrameBytes);
        }
        this.queue = queue;
        maxMessageBytes = options.maxMessageBytes();
        holdNanos = options.outageHold().toNanos();
        this.seal = seal;
        this.incidents = incidents;
        this.counters = counters;
        this.outsider = outsider;
    }

    /** Sends until the queue is closed and empty, or the thread is interrupted. */
    void run() {
        OutboundQueue.@Nullable Entry[] batch = new OutboundQueue.Entry[BATCH];
        try {
            for (int n = queue.take(batch); n > 0; n = queue.take(batch)) {
                appendAll(batch, n);
                flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many messages were sent to all nodes so far. Any thread. */
    long sentToAll() {
        return sentToAll;
    }

    /** The bus takes frames again: the next attempt need not wait. Any thread. */
    void busReturned() {
        busReturned.release();
    }

    /** From now on a frame gets one attempt only. Any thread. */
    void closing() {
        closing = true;
        busReturned.release();
    }

    private void appendAll(OutboundQueue.@Nullable Entry[] batch, int n) throws InterruptedException {
        for (int i = 0; i < n; i++) {
            OutboundQueue.Entry entry = batch[i];
            if (entry == null) {
                continue;
            }
            batch[i] = null;
            NodeId to = node(entry.target());
            append(to, entry.message());
            // Up to the next message for all, what is for the same node can share its frame.
            for (int j = i + 1; to != null && j < n; j++) {
                OutboundQueue.Entry other = batch[j];
                if (other != null && other.target() instanceof Target.All) {
                    break;
                }
                if (other != null && to.equals(node(other.target()))) {
                    append(to, other.message());
                    batch[j] = null;
                }
            }
        }
    }

    private static @Nullable NodeId node(Target target) {
        return switch (target) {
            case Target.All all -> null;
            case Target.Node(NodeId id) -> id;
        };
    }

    private void append(@Nullable NodeId to, ClusterMessage message) throws InterruptedException {
        if (count > 0 && !Objects.equals(to, target)) {
            flush();
        }
        if (count == 0) {
            begin(to);
        }
        int at = out.size();
        out.u32(0);
        try {
            ClusterMessageCodec.encode(message, out);
        } catch (RuntimeException e) {
            // A message its maker broke must not take the others with it.
            out.truncate(at);
            incidents.report(Incident.MESSAGE_FAILED, "a message could not be encoded", e);
            return;
        }
        int length = out.size() - at - 4;
        out.patchU32(at, length);
        count++;
        int room = maxFrameBytes - (seal == null ? 0 : FrameSeal.BYTES);
        if (out.size() <= Math.min(room, FRAME_BYTES) && count < Frame.MAX_COUNT) {
            return;
        }
        if (count == 1 && out.size() <= room) {
            flush();
            return;
        }
        large.clear();
        large.raw(out.array(), at + 4, length);
        out.truncate(at);
        count--;
        flush();
        if (Frame.MAX_OVERHEAD + 4 + length <= maxFrameBytes) {
            begin(to);
            out.u32(length);
            out.raw(large.array(), 0, length);
            count = 1;
        } else {
            sendInParts(to, length);
        }
    }

    private void sendInParts(@Nullable NodeId to, int length) throws InterruptedException {
        if (length > maxMessageBytes) {
            incidents.report(
                    Incident.MESSAGE_TOO_LARGE,
                    "a message of " + length + " bytes was not sent, the limit is " + maxMessageBytes);
            return;
        }
        int most = maxFrameBytes - Frame.MAX_OVERHEAD - FRAGMENT_OVERHEAD;
        long group = to == null ? sequenceToAll : sequenceToOne;
        int index = 0;
        for (int from = 0; from < length; from += most) {
            byte[] part = Arrays.copyOfRange(large.array(), from, Math.min(length, from + most));
            begin(to);
            int at = out.size();
            out.u32(0);
            ClusterMessageCodec.encode(new ClusterMessage.Fragment(group, index++, length, part), out);
            out.patchU32(at, out.size() - at - 4);
            count = 1;
            flush();
        }
        large.clear();
    }

    private void begin(@Nullable NodeId to) {
        out.clear();
        target = to;
        count = 0;
        countAt = Frame.begin(out, self, outsider, to, to == null ? sequenceToAll : sequenceToOne, seal);
    }

    private void flush() throws InterruptedException {
        if (count == 0) {
            return;
        }
        byte[] frame = Frame.end(out, countAt, count, seal);
        if (target == null) {
            sequenceToAll += count;
        } else {
            sequenceToOne += count;
        }
        int messages = count;
        count = 0;
        if (hand(target == null || !unicast ? new Target.All() : new Target.Node(target), frame)) {
            counters.add("cluster.frames.sent", 1);
            counters.add("cluster.messages.sent", messages);
            counters.add("cluster.bytes.sent", frame.length);
        } else {
            if (outsider) {
                sequenceToAll -= messages;
            }
            incidents.report(
                    Incident.FRAME_DROPPED, "the bus does not take frames, " + messages + " messages were dropped");
        }
        sentToAll = sequenceToAll;
    }

    /** Tries until the bus takes the frame or patience ends. */
    private boolean hand(Target to, byte[] frame) throws InterruptedException {
        long started = System.nanoTime();
        long pause = outage ? LAST_RETRY_NANOS : FIRST_RETRY_NANOS;
        while (true) {
            busReturned.drainPermits();
            try {
                bus.send(to, frame);
                outage = false;
                return true;
            } catch (RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                incidents.report(Incident.FRAME_SEND_FAILED, "the bus did not take a frame", e);
            }
            boolean last = outage || System.nanoTime() - started >= holdNanos;
            boolean returned = !closing && busReturned.tryAcquire(pause, TimeUnit.NANOSECONDS);
            if (closing || last && !returned) {
                outage = true;
                return false;
            }
            pause = Math.min(2 * pause, LAST_RETRY_NANOS);
        }
    }
}
