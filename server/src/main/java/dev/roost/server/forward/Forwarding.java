package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.core.log.LimitedLog;
import dev.roost.server.http.HttpConnections;
import dev.roost.server.polling.BodyReader;
import dev.roost.server.polling.ClientWatch;
import dev.roost.server.polling.PollingRequests;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.Reactor;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entry: what one listener of clients needs to pass requests on to other processes.
 *
 * <p>Thread-safe: immutable once the server has started, but for what it refers to.
 *
 * <p>Spec: design "No sticky sessions".
 */
public final class Forwarding {
    private static final System.Logger LOGGER = System.getLogger(Forwarding.class.getName());
    /** Beyond what any answer may take by the protocol. */
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(15);

    private static final long DISCARD_NANOS = Duration.ofSeconds(5).toNanos();

    private final Peers peers;
    private final HelidonChannels channels;
    private final Supplier<Reactor> loops;
    private final Duration stallTimeout;
    private final BodyReader bodies = new BodyReader(0, DISCARD_NANOS, System::nanoTime);
    private final LimitedLog failures = new LimitedLog(LOGGER, System.Logger.Level.WARNING);
    private final List<KnownNodes> known = new CopyOnWriteArrayList<>();
    private final Set<NodeDescriptor> probed = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;
    private @Nullable HttpConnections connections;
    private ClientWatch watch = ClientWatch.NONE;

    /**
     * Makes an entry.
     *
     * @param secret of the cluster, may be empty
     * @param maxLinks requests under way to one other process
     * @param loops gives a spliced connection its loop
     * @param stallTimeout for a side of a WebSocket that takes nothing
     */
    public Forwarding(
            String secret, int maxLinks, HelidonChannels channels, Supplier<Reactor> loops, Duration stallTimeout) {
        this.peers = new Peers(new PeerSecret(secret), maxLinks);
        this.channels = channels;
        this.loops = loops;
        this.stallTimeout = stallTimeout;
    }

    /** Says how clients come; before the server starts. */
    public void of(HttpConnections clientConnections, ClientWatch clientWatch) {
        connections = clientConnections;
        watch = clientWatch;
    }

    /**
     * One engine path.
     *
     * @param maxPayload bytes of a body
     * @param longest time an owner takes to answer by the protocol
     */
    public Path path(ClusterView cluster, long maxPayload, Duration longest) {
        KnownNodes nodes = new KnownNodes(cluster);
        known.add(nodes);
        return new Path(new ForwardPath(
                nodes,
                cluster.counters(),
                maxPayload,
                longest.plus(ANSWER_MARGIN).toNanos()));
    }

    /** An engine path whose sessions may live elsewhere. Immutable. */
    public final class Path {
        private final ForwardPath path;

        private Path(ForwardPath path) {
            this.path = path;
        }

        /** Serves its plain requests. */
        public Handler requests(PollingRequests local) {
            return new PeerRequests(local, path, Forwarding.this);
        }
    }

    /**
     * Serves WebSocket handshakes.
     *
     * @param paths the path a raw path means, or null if it is nobody's
     */
    public Http1Upgrader upgrade(Http1Upgrader local, Function<String, @Nullable Path> paths) {
        return new PeerUpgrade(
                local,
                raw -> {
                    Path path = paths.apply(raw);
                    return path == null ? null : path.path;
                },
                this);
    }

    /** Breaks off what is overdue or with a process that is gone; called about once a second, on any thread. */
    public void sweep() {
        for (KnownNodes nodes : known) {
            nodes.look();
            nodes.outOfSight().forEach(node -> probe(nodes, node));
        }
        peers.sweep(this::isKnown);
    }

    /** A process out of sight is asked whether it lives, for it may be hung. */
    private void probe(KnownNodes nodes, NodeDescriptor node) {
        if (probed.add(node)) {
            Thread.startVirtualThread(() -> {
                try {
                    peers.probe(node);
                } catch (IOException e) {
                    nodes.forget(node);
                } finally {
                    probed.remove(node);
                }
            });
        }
    }

    private boolean isKnown(NodeId node) {
        return known.stream().anyMatch(nodes -> nodes.find(node) != null);
    }

    /**
     * Begins to end in good order: polls are answered, WebSockets closed, and who comes anew goes to another process.
     *
     * @param pace called after each that was told
     */
    public void leave(Runnable pace) {
        leaving = true;
        peers.leave(pace);
    }

    boolean isLeaving() {
        return leaving;
    }

    /** The other processes that may serve a request, one after the other; none if it is to be served here. */
    List<NodeDescriptor> candidates(ForwardPath path, String rawQuery) {
        NodeDescriptor owner = path.known().ownerOf(rawQuery);
        if (owner != null) {
            return List.of(owner);
        }
        return leaving ? path.known().forNewcomer(rawQuery) : List.of();
    }

    /** Requests and WebSockets that are with other processes at present. */
    public int activeCount() {
        return peers.activeCount();
    }

    /** Breaks everything off. */
    public void close() {
        peers.close();
    }

    Peers peers() {
        return peers;
    }

    HelidonChannels channels() {
        return channels;
    }

    Reactor loop() {
        return loops.get();
    }

    Duration stallTimeout() {
        return stallTimeout;
    }

    ClientWatch watch() {
        return watch;
    }

    BodyReader bodies() {
        return bodies;
    }

    LimitedLog failures() {
        return failures;
    }

    /** The connection the calling thread serves, if that is known. */
    @Nullable
    ConnectionContext connection() {
        HttpConnections present = connections;
        return present == null ? null : present.current().orElse(null);
    }
}
