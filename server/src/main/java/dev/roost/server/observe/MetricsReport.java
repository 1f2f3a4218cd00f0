package dev.roost.server.observe;

import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.Transport;
import dev.roost.server.reactor.ReactorGroup;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everything a scrape is told about a process. Immutable. */
public final class MetricsReport {
    private static final double NANOS = 1e9;

    private final ReactorGroup loops;
    private final List<? extends ObservedServer> servers;

    /** Reports on the loops of a process and the servers that live on them. */
    public MetricsReport(ReactorGroup loops, List<? extends ObservedServer> servers) {
        this.loops = loops;
        this.servers = List.copyOf(servers);
    }

    /** The metrics as of now, in Prometheus' text format. */
    public String text() {
        PrometheusText text = new PrometheusText();
        servers.forEach(server -> write(text, server));
        text.gauge("roost_connections", "Connections carried by the loops", loops.connections());
        text.gauge("roost_loop_mailbox_bytes", "Bytes kept alive by tasks of the loops", loops.mailboxBytes());
        Runtime runtime = Runtime.getRuntime();
        text.gauge(
                "jvm_memory_used_bytes", "Heap in use", runtime.totalMemory() - runtime.freeMemory(), "area", "heap");
        text.gauge("jvm_memory_max_bytes", "Heap at most", runtime.maxMemory(), "area", "heap");
        ProcessHandle.Info process = ProcessHandle.current().info();
        process.totalCpuDuration()
                .map(Duration::toNanos)
                .ifPresent(nanos -> text.counter("process_cpu_seconds", "User and system time", nanos / NANOS));
        process.startInstant()
                .ifPresent(start -> text.gauge(
                        "process_start_time_seconds", "Start, in seconds since 1970", start.toEpochMilli() / 1e3));
        return text.toString();
    }

    private static void write(PrometheusText text, ObservedServer server) {
        String path = server.path();
        Map<Transport.Name, Integer> byTransport = new EnumMap<>(Transport.Name.class);
        long waiting = 0;
        for (EngineSession session : server.sessions()) {
            byTransport.merge(session.transport(), 1, Integer::sum);
            waiting += session.bufferedBytes();
        }
        for (Transport.Name name : Transport.Name.values()) {
            text.gauge(
                    "roost_sessions",
                    "Sessions, by transport",
                    byTransport.getOrDefault(name, 0),
                    "path",
                    path,
                    "transport",
                    name.name().toLowerCase(Locale.ROOT));
        }
        text.gauge("roost_sockets", "Sockets in all namespaces", server.sockets(), "path", path);
        text.gauge("roost_outbox_bytes", "Bytes that wait for clients", waiting, "path", path);
        text.gauge("roost_nodes", "Nodes of the cluster, this one among them", server.nodes(), "path", path);
        text.gauge("roost_ready", "1 while new clients are welcome", server.ready() ? 1 : 0, "path", path);
        server.metrics().write(text, path);
    }
}
