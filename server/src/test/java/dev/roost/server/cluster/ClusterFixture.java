package dev.roost.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterFactory;
import dev.roost.core.namespace.ConnectRefused;
import dev.roost.core.namespace.Middleware;
import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.server.NothingLeft;
import dev.roost.server.RecoverySettings;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.SocketIoServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the rules of {@link ClusterConformance} stand on: three servers with recovery on, and their clients. */
@ExtendWith(NothingLeft.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
abstract class ClusterFixture {
    static final Duration PATIENCE = ClusterClient.PATIENCE;
    /** Lets nobody in. */
    static final String CLOSED = "/closed";
    /** Lets in whom {@link #guard} lets in. */
    static final String GUARDED = "/guarded";

    private static final Middleware OPEN = socket -> {};

    final AtomicReference<Middleware> guard = new AtomicReference<>(OPEN);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Node> nodes = new ArrayList<>();
    private final List<ClusterClient> clients = new ArrayList<>();
    private int marks;

    /** One server. */
    record Node(SocketIoServer server, SocketIo io, WatchedAdapters adapter) {
        int port() {
            return server.port();
        }

        /** The socket of a client that is at this node. */
        Socket socket(ClusterClient client) {
            return io.main().socket(client.id()).orElseThrow();
        }
    }

    /** Name of the adapter, as in the configuration. */
    abstract String adapterName();

    /** Settings of every node, by the adapter's keys. */
    abstract Map<String, String> settings();

    /** Makes the adapters; those of the class path unless a test has others. */
    AdapterFactory factory() {
        return ServiceLoader.load(AdapterFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals(adapterName()))
                .findFirst()
                .orElseThrow();
    }

    @BeforeAll
    void startThreeNodes() {
        for (int i = 0; i < 3; i++) {
            nodes.add(start(config -> {}));
        }
        awaitNodes(3);
    }

    @AfterAll
    void closeAll() {
        nodes.forEach(node -> node.server.close());
        http.shutdownNow();
    }

    @AfterEach
    void sendEverybodyAway() {
        guard.set(OPEN);
        clients.forEach(ClusterClient::leave);
        clients.clear();
        soon().until(() -> nodes.stream()
                .allMatch(node -> node.io.socketCount() == 0
                        && node.io.connectionCount() == 0
                        && node.io.main().roomNames().isEmpty()));
    }

    /** Waits for something that must come to be. */
    static ConditionFactory soon() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(3));
    }

    Node node(int index) {
        return nodes.get(index);
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Starts one more node, which the caller closes; the others forget it then. */
    Node guest(Consumer<SocketIoConfig.Builder> change) {
        Node guest = start(change);
        soon().until(() -> guest.io.nodes().size() == nodes.size() + 1);
        awaitNodes(nodes.size() + 1);
        return guest;
    }

    /** Waits until every node knows so many. */
    void awaitNodes(int count) {
        soon().until(() -> nodes.stream().allMatch(node -> node.io.nodes().size() == count));
    }

    private Node start(Consumer<SocketIoConfig.Builder> change) {
        SocketIoConfig.Builder config = SocketIoConfig.builder()
                .adapter(adapterName())
                .set(RecoverySettings.RECOVERY_ENABLED, true)
                .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300));
        settings().forEach((key, value) -> config.adapterValue(adapterName(), key, value));
        change.accept(config);
        AtomicReference<SocketIo> io = new AtomicReference<>();
        WatchedAdapters adapter = new WatchedAdapters(factory());
        SocketIoServer server = SocketIoServer.builder()
                .config(config.build())
                .host("127.0.0.1")
                .port(0)
                .adapterFactory(adapter)
                .application(served -> {
                    serve(served);
                    io.set(served);
                })
                .build()
                .start();
        return new Node(server, io.get(), adapter);
    }

    private void serve(SocketIo io) {
        io.of(CLOSED).use(socket -> {
            socket.join("closed");
            throw new ConnectRefused("nobody comes in here");
        });
        io.of(GUARDED).use(socket -> guard.get().accept(socket));
        io.of("/other");
    }

    /** A client in the main namespace of a node. */
    ClusterClient connect(Node node) {
        return connect(node, Namespace.MAIN);
    }

    /** A client in a namespace of a node. */
    ClusterClient connect(Node node, String namespace) {
        return open(node, namespace).entered();
    }

    /** A client that has asked to enter a namespace. */
    ClusterClient open(Node node, String namespace) {
        return known(ClusterClient.open(http, node.port(), namespace, clients.size()));
    }

    /** Has a client end with the test. */
    ClusterClient known(ClusterClient client) {
        clients.add(client);
        return client;
    }

    /** Breaks a client's connection and waits until its node knows. */
    void vanish(Node node, String namespace, ClusterClient client) {
        client.vanish();
        soon().until(() -> node.io.of(namespace).socket(client.id()).isEmpty());
    }

    /** Joins rooms and waits until what other nodes send there arrives: some formats have a channel for each room. */
    void join(Node node, ClusterClient client, String... rooms) {
        join(node, Namespace.MAIN, client, rooms);
    }

    void join(Node node, String namespace, ClusterClient client, String... rooms) {
        node.io.of(namespace).socket(client.id()).orElseThrow().join(rooms);
        for (String room : rooms) {
            awaitReached(node, namespace, client, room);
        }
    }

    /** Waits until what other nodes send to a room reaches one of its members. */
    void awaitReached(Node node, String namespace, ClusterClient client, String room) {
        Node other = nodes.get(node == nodes.getFirst() ? 1 : 0);
        String name = room + ++marks;
        soon().until(() -> {
            other.io.of(namespace).to(room).emit("probe", name);
            return client.probed(name);
        });
    }

    /** Says the same to everyone from a node, after all it has said; returns what it is. */
    String mark(Node from) {
        return mark(from, Namespace.MAIN);
    }

    String mark(Node from, String namespace) {
        from.io.of(namespace).emit("mark", ++marks);
        return "[\"mark\"," + marks + "]";
    }

    /** Expects that of what a node has said nothing but that came to these clients, and nothing at all to the others. */
    void expectOnly(Node from, String event, List<ClusterClient> meant, List<ClusterClient> all) {
        String mark = mark(from);
        for (ClusterClient client : all) {
            assertThat(client.upTo(mark))
                    .as("client " + all.indexOf(client) + " of what node " + nodes.indexOf(from) + " said")
                    .isEqualTo(meant.contains(client) ? List.of(event) : List.of());
        }
    }
}
