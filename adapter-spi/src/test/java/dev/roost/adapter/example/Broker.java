package dev.roost.adapter.example;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Stands for a broker and its client library: subjects, subscribers, connections that break. Thread-safe. */
final class Broker {
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean running = true;

    Connection connect(Consumer<Boolean> onConnected) {
        if (!running) {
            throw new IllegalStateException("connection refused");
        }
        Connection connection = new Connection(onConnected);
        connections.add(connection);
        return connection;
    }

    /** Breaks all connections, or lets them find back. */
    void run(boolean run) {
        running = run;
        connections.forEach(each -> each.inOrder.execute(() -> each.onConnected.accept(run)));
    }

    /** Whoever may publish here. */
    void publish(String subject, byte[] message) {
        connections.forEach(each -> each.deliver(subject, message.clone()));
    }

    final class Connection implements AutoCloseable {
        private final Consumer<Boolean> onConnected;
        private final Map<String, Consumer<byte[]>> handlers = new ConcurrentHashMap<>();
        private final ExecutorService inOrder =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

        private Connection(Consumer<Boolean> onConnected) {
            this.onConnected = onConnected;
        }

        void subscribe(String subject, Consumer<byte[]> handler) {
            handlers.put(subject, handler);
        }

        void publish(String subject, byte[] message) {
            if (!running || !connections.contains(this)) {
                throw new IllegalStateException("connection lost");
            }
            Broker.this.publish(subject, message);
        }

        @Override
        public void close() {
            connections.remove(this);
            inOrder.shutdownNow();
        }

        private void deliver(String subject, byte[] message) {
            Consumer<byte[]> handler = handlers.get(subject);
            if (handler != null && !inOrder.isShutdown()) {
                inOrder.execute(() -> handler.accept(message));
            }
        }
    }
}
