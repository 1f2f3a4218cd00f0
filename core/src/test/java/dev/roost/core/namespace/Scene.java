package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.core.engine.Engine;
import dev.roost.core.engine.EngineConfig;
import dev.roost.core.engine.FakeTransport;
import dev.roost.core.engine.ManualLoop;
import dev.roost.core.engine.SessionIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Socket.IO server without a network, its clients, and a log of what its handlers saw.
 *
 * <p>The test's thread is the loop of every session. What happens on other threads, such as those that run handlers, is
 * waited for while the loop runs: {@link #await}, {@link #awaitLog} and the methods of {@link Client}.
 *
 * <p>Registered as an extension it fails a test that leaves a connection, a socket, a room or a timer behind.
 */
final class Scene implements AfterEachCallback {
    final ManualLoop loop = new ManualLoop();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private SocketIoOptions.Builder options = SocketIoOptions.builder();
    private EngineConfig.Builder engineConfig = EngineConfig.builder();
    private @Nullable SocketIo io;
    private @Nullable Engine engine;

    /** Changes the settings; before anything else. */
    Scene with(Consumer<SocketIoOptions.Builder> change) {
        change.accept(options);
        return this;
    }

    /** Changes the settings of the engine; before anything else. */
    Scene withEngine(Consumer<EngineConfig.Builder> change) {
        change.accept(engineConfig);
        return this;
    }

    /** The server. */
    SocketIo io() {
        SocketIo present = io;
        if (present == null) {
            present = new SocketIo(options.build(), new NodeDescriptor(new NodeId(7), 0, "", "test"));
            io = present;
        }
        return present;
    }

    Engine engine() {
        Engine present = engine;
        if (present == null) {
            present = new Engine(engineConfig.build(), new SessionIds(new NodeId(7)), io().sessionHandler());
            engine = present;
        }
        return present;
    }

    // ---- clients

    /** A client on a WebSocket that has not asked for a namespace. */
    Client open() {
        return open(FakeTransport.webSocket(), 4);
    }

    /** A client that polls, without a waiting GET, and has not asked for a namespace. */
    Client openPolling() {
        return open(FakeTransport.polling(), 4);
    }

    /** A client of protocol 4 on a WebSocket. */
    Client openRevision3() {
        return open(FakeTransport.webSocket(), 3);
    }

    /** A client in the main namespace. */
    Client connect() {
        return connect("/");
    }

    /** A client in one namespace. */
    Client connect(String namespace) {
        Client client = open();
        client.enter(namespace);
        return client;
    }

    private Client open(FakeTransport transport, int revision) {
        Client client = new Client(this, transport, revision);
        clients.add(client);
        return client;
    }

    // ---- what handlers saw

    /** Notes something; from any thread. */
    void log(String line) {
        log.add(line);
    }

    /** Has {@link #awaitThreads} wait for the end of this thread. */
    void willEnd() {
        threads.add(Thread.currentThread());
    }

    /** Waits for the end of threads, and does what they handed over. */
    void awaitThreads() {
        await("the threads end", () -> threads.stream().noneMatch(Thread::isAlive));
        threads.clear();
        loop.run();
    }

    /** What was noted so far. */
    List<String> log() {
        return log;
    }

    /** Waits until that many lines are there, and expects exactly them, in this order. */
    void awaitLog(String... lines) {
        loop.runUntil(() -> log.size() >= lines.length);
        assertThat(log).containsExactly(lines);
    }

    /** Waits for a condition while the loop runs. */
    void await(String what, BooleanSupplier condition) {
        assertThat(loop.runUntil(condition)).as(what).isTrue();
    }

    // ---- the end

    /** Ends every client, and fails if anything is left. */
    @Override
    public void afterEach(ExtensionContext context) {
        clients.forEach(Client::vanish);
        SocketIo server = io();
        await("no socket is left", () -> server.socketCount() == 0);
        await("no connection is left", () -> server.connectionCount() == 0 && engine().sessionCount() == 0);
        await(
                "no room is left",
                () -> server.namespaces().stream()
                        .allMatch(namespace -> namespace.roomNames().isEmpty()));
        // What is kept for those who do not come back goes by itself.
        server.options().recovery().ifPresent(recovery -> {
            loop.advance(recovery.maxDisconnectionDuration());
            loop.advance(recovery.maxDisconnectionDuration());
        });
        await("no timer is left", () -> loop.timers() == 0);
    }
}
