package dev.roost.server.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/**
 * One HTTP/1.1 connection and when its request head is due.
 *
 * <p>Due is the first head from the start, a later one from its request line on; between requests Helidon's idle
 * timeout holds.
 *
 * <p>Confined to the thread of the connection, but for the deadline, which others may look at.
 */
final class HttpConnection implements ServerConnection, InterruptableTask<Void> {
    private static final long NEVER = 0;

    private final HttpConnections all;
    private final ConnectionContext context;
    private final ServerConnection connection;
    private volatile long headDue;

    HttpConnection(HttpConnections all, ConnectionContext context, ServerConnection connection, long headDue) {
        this.all = all;
        this.context = context;
        this.connection = connection;
        this.headDue = orNever(headDue);
    }

    private static long orNever(long nanoTime) {
        return nanoTime == NEVER ? 1 : nanoTime;
    }

    ConnectionContext context() {
        return context;
    }

    void requestLineRead(long due) {
        if (headDue == NEVER) {
            headDue = orNever(due);
        }
    }

    void headRead() {
        headDue = NEVER;
    }

    void closeIfOverdue(long now) {
        long due = headDue;
        if (due != NEVER && now - due > 0) {
            headDue = NEVER;
            connection.close(true);
        }
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        all.entered(this);
        try {
            connection.handle(limit);
        } finally {
            all.left();
        }
    }

    @Override
    public Duration idleTime() {
        return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        connection.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
        return connection instanceof InterruptableTask<?> task && task.canInterrupt();
    }
}
