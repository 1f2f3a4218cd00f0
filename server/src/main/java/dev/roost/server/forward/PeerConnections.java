package dev.roost.server.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Counters;
import dev.roost.core.log.LimitedLog;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections of the internal listener: a greeting, and only then HTTP.
 *
 * <p>Who is not of this cluster never reaches the HTTP parser. What is kept of one that has not greeted is a thread
 * and a fixed number of bytes, for a fixed time, and no more than so many at once.
 *
 * <p>Thread-safe: a concurrent set, the rest immutable.
 *
 * <p>Spec: security H14, H15.
 */
final class PeerConnections implements ServerConnectionSelector {
    static final String ACCEPTED = "forward.peers.accepted";
    static final String REFUSED = "forward.peers.refused";

    private static final int MAX_GREETING = 1024;
    private static final System.Logger LOGGER = System.getLogger(PeerConnections.class.getName());

    private final ServerConnectionSelector http;
    private final Greeting greeting;
    private final Greeting.Here here;
    private final Counters counters;
    private final long timeoutNanos;
    private final LongSupplier nanoTime;
    private final LimitedLog refusals = new LimitedLog(LOGGER, System.Logger.Level.WARNING);
    private final Set<PeerConnection> greetings = ConcurrentHashMap.newKeySet();

    /**
     * Makes the selector of the internal listener.
     *
     * @param http what follows the greeting
     * @param timeout for the greeting
     */
    PeerConnections(
            ServerConnectionSelector http,
            Greeting greeting,
            Greeting.Here here,
            Counters counters,
            Duration timeout,
            LongSupplier nanoTime) {
        this.http = http;
        this.greeting = greeting;
        this.here = here;
        this.counters = counters;
        this.timeoutNanos = timeout.toNanos();
        this.nanoTime = nanoTime;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new PeerConnection(context, nanoTime.getAsLong() + timeoutNanos);
    }

    /** Closes connections whose greeting is overdue; called about once a second. */
    void closeOverdue() {
        long now = nanoTime.getAsLong();
        for (PeerConnection connection : greetings) {
            if (now - connection.due > 0) {
                connection.breakOff();
            }
        }
    }

    private void refused(String host, String reason) {
        counters.add(REFUSED, 1);
        refusals.log("refused a connection to the internal listener from " + LimitedLog.safe(host) + ": " + reason);
    }

    /** One connection. Its greeting is guarded by its own lock, the rest confined to its thread. */
    private final class PeerConnection implements ServerConnection, InterruptableTask<Void> {
        private final ConnectionContext context;
        private final long due;
        private final String host;
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private @Nullable Thread greeter;

        @GuardedBy("lock")
        private boolean overdue;

        private volatile @Nullable ServerConnection connection;

        PeerConnection(ConnectionContext context, long due) {
            this.context = context;
            this.due = due;
            // Not to be had any more once the greeting was broken off.
            this.host = context.remotePeer().host();
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            if (greetings.size() >= MAX_GREETING) {
                refused(host, "more than " + MAX_GREETING + " greetings at once");
                throw new CloseConnectionException("too many greetings");
            }
            greet();
            counters.add(ACCEPTED, 1);
            ServerConnection next = http.connection(context);
            connection = next;
            next.handle(limit);
        }

        private void greet() {
            enter();
            greetings.add(this);
            @Nullable String reason;
            try {
                greeting.asOwner(new ReaderAndWriter(context), here);
                reason = null;
            } catch (EOFException e) {
                reason = "it left before it had greeted";
            } catch (IOException e) {
                reason = e.getMessage();
            } catch (DataReader.InsufficientDataAvailableException
                    | ServerConnectionException
                    | UncheckedIOException e) {
                reason = "it left, or was too slow, before it had greeted";
            } finally {
                greetings.remove(this);
            }
            if (leave() && reason == null) {
                reason = "too slow";
            }
            if (reason != null) {
                refused(host, reason);
                throw new CloseConnectionException(reason);
            }
        }

        private void enter() {
            lock.lock();
            try {
                greeter = Thread.currentThread();
            } finally {
                lock.unlock();
            }
        }

        /** Ends the time in which the thread may be interrupted; returns true if it was. */
        private boolean leave() {
            lock.lock();
            try {
                greeter = null;
                return overdue;
            } finally {
                lock.unlock();
            }
        }

        void breakOff() {
            lock.lock();
            try {
                if (greeter != null) {
                    overdue = true;
                    // Under the lock, lest the interrupt hits what the thread does next.
                    greeter.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Duration idleTime() {
            ServerConnection present = connection;
            return present == null ? Duration.ZERO : present.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            ServerConnection present = connection;
            if (present == null) {
                breakOff();
            } else {
                present.close(interrupt);
            }
        }

        @Override
        public boolean canInterrupt() {
            return connection instanceof InterruptableTask<?> task && task.canInterrupt();
        }
    }

    /** Helidon's side of a connection. Immutable. */
    private record ReaderAndWriter(ConnectionContext context) implements Greeting.Wire {
        @Override
        public byte[] read(int count) {
            DataReader reader = context.dataReader();
            byte[] bytes = new byte[count];
            for (int filled = 0; filled < count; ) {
                reader.ensureAvailable();
                byte[] part = reader.readBytes(Math.min(reader.available(), count - filled));
                System.arraycopy(part, 0, bytes, filled, part.length);
                filled += part.length;
            }
            return bytes;
        }

        @Override
        public void write(byte[] bytes) {
            context.dataWriter().writeNow(BufferData.create(bytes));
        }
    }
}
