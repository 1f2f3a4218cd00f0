package dev.roost.server.observe;

import dev.roost.adapter.Counters;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionObserver;
import dev.roost.core.engine.Transport;
import dev.roost.core.engine.packet.PacketType;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens on one server: its sessions, their packets, and the cluster behind it.
 *
 * <p>What only a scrape wants to know is looked up then; on the way of a packet there are two additions and no more.
 *
 * <p>Thread-safe: adders.
 */
public final class SocketIoMetrics implements SessionObserver, Counters {
    private final LongAdder opened = new LongAdder();
    private final LongAdder upgrades = new LongAdder();
    private final LongAdder packetsReceived = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder packetsQueued = new LongAdder();
    private final LongAdder bytesQueued = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder overflows = new LongAdder();
    private final LongAdder elsewhere = new LongAdder();
    private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);
    private final ConcurrentMap<String, LongAdder> counters = new ConcurrentHashMap<>();

    /** Starts at zero. */
    public SocketIoMetrics() {
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason, new LongAdder());
        }
    }

    /** A session opened. */
    public void sessionOpened() {
        opened.increment();
    }

    @Override
    public void packetReceived(EngineSession session, PacketType type, int bytes) {
        packetsReceived.increment();
        bytesReceived.add(bytes);
    }

    @Override
    public void packetCreated(EngineSession session, OutboundMessage message) {
        packetsQueued.increment();
        bytesQueued.add(message.bytes());
    }

    @Override
    public void dropped(EngineSession session, OutboundMessage message) {
        dropped.increment();
    }

    @Override
    public void overflowed(EngineSession session) {
        overflows.increment();
    }

    @Override
    public void upgraded(EngineSession session, Transport.Name to) {
        upgrades.increment();
    }

    @Override
    public void closed(EngineSession session, CloseReason reason, @Nullable String description) {
        LongAdder count = closed.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    @Override
    public void requestedElsewhere(EngineSession session, String address) {
        elsewhere.increment();
    }

    @Override
    public void add(String name, long amount) {
        counters.computeIfAbsent(name, added -> new LongAdder()).add(amount);
    }

    /** Writes all counters, with a label that tells servers of one process apart. */
    void write(PrometheusText text, String path) {
        text.counter("roost_sessions_opened", "Sessions that began", opened.sum(), "path", path);
        closed.forEach((reason, count) -> text.counter(
                "roost_sessions_closed",
                "Sessions that ended, by reason",
                count.sum(),
                "path",
                path,
                "reason",
                reason.text()));
        text.counter("roost_upgrades", "Sessions that moved from polling to WebSocket", upgrades.sum(), "path", path);
        text.counter("roost_packets_received", "Engine.IO packets from clients", packetsReceived.sum(), "path", path);
        text.counter("roost_received_bytes", "Bytes of packets from clients", bytesReceived.sum(), "path", path);
        text.counter("roost_packets_sent", "Packets queued for clients", packetsQueued.sum(), "path", path);
        text.counter("roost_sent_bytes", "Bytes of packets queued for clients", bytesQueued.sum(), "path", path);
        text.counter(
                "roost_packets_dropped", "Packets dropped to make room for later ones", dropped.sum(), "path", path);
        text.counter("roost_overflow_closes", "Sessions closed since too much waited", overflows.sum(), "path", path);
        text.counter(
                "roost_requests_elsewhere",
                "Requests from another address than the session's handshake",
                elsewhere.sum(),
                "path",
                path);
        new TreeMap<>(counters)
                .forEach((name, count) -> text.counter(
                        "roost_" + name.replaceAll("[^A-Za-z0-9_]", "_"),
                        "Counter " + name + " of the adapter or the Socket.IO layer",
                        count.sum(),
                        "path",
                        path));
    }
}
