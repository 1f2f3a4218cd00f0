package dev.roost.server;

import dev.roost.core.engine.SessionLoop;
import dev.roost.server.http.HttpConnections;
import dev.roost.server.polling.ClientWatch;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.Reactor;
import dev.roost.server.reactor.ReadWatch;
import io.helidon.webserver.ConnectionContext;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Watches the connection of a hanging GET on the session's reactor. Immutable.
 *
 * <p>Readable means that the client is gone or that it sent its next request ahead; only a read can tell, and what it
 * reads stays in Helidon's buffer.
 */
final class ConnectionWatch implements ClientWatch {
    private static final long STOP_SECONDS = 5;

    private final HttpConnections connections;
    private final HelidonChannels channels;

    ConnectionWatch(HttpConnections connections, HelidonChannels channels) {
        this.connections = connections;
        this.channels = channels;
    }

    @Override
    public @Nullable Watched start(SessionLoop loop, Runnable readable) {
        ConnectionContext context = connections.current().orElse(null);
        if (context == null || !(loop instanceof Reactor reactor)) {
            return null;
        }
        SocketChannel channel = channels.channel(context).orElse(null);
        if (channel == null || context.dataReader().available() > 0) {
            return null;
        }
        Watching watching = new Watching(context, readable);
        watching.watch = ReadWatch.start(reactor, channel, watching);
        return watching;
    }

    /** One watch; the loop tells it, the thread of the GET ends it. Thread-safe: a volatile field. */
    private static final class Watching implements Watched, Runnable {
        private final ConnectionContext context;
        private final Runnable readable;
        private volatile boolean fired;
        private @Nullable ReadWatch watch;

        Watching(ConnectionContext context, Runnable readable) {
            this.context = context;
            this.readable = readable;
        }

        @Override
        public void run() {
            fired = true;
            readable.run();
        }

        @Override
        public boolean end() {
            ReadWatch present = watch;
            if (present == null || !stopped(present)) {
                return true;
            }
            if (!fired) {
                return false;
            }
            try {
                context.dataReader().ensureAvailable();
                return false;
            } catch (RuntimeException e) {
                // The end of the stream, or a reset.
                return true;
            }
        }

        private static boolean stopped(ReadWatch watch) {
            try {
                watch.stop().get(STOP_SECONDS, TimeUnit.SECONDS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (ExecutionException | TimeoutException e) {
                return false;
            }
        }
    }
}
