package dev.roost.server.websocket;

import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionIdException;
import dev.roost.core.engine.Transport;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineEndpoint.Verdict;
import dev.roost.server.reactor.HelidonChannels;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moment an accepted connection leaves Helidon for its session's loop. Confined to Helidon's thread.
 *
 * <p>The 101 response is not written here: it leaves with the first packet, in one system call.
 */
final class Handover implements ServerConnection {
    private static final Logger LOG = System.getLogger(Handover.class.getName());

    private final ConnectionContext context;
    private final HelidonChannels channels;
    private final EngineEndpoint endpoint;
    private final Verdict verdict;
    private final LoopShare share;
    private final WebSocketHandshake handshake;

    /** Makes the hand-over of a connection whose request was accepted. */
    Handover(
            ConnectionContext context,
            HelidonChannels channels,
            EngineEndpoint endpoint,
            Verdict verdict,
            LoopShare share,
            WebSocketHandshake handshake) {
        this.context = context;
        this.channels = channels;
        this.endpoint = endpoint;
        this.verdict = verdict;
        this.share = share;
        this.handshake = handshake;
    }

    @Override
    public void handle(Limit limit) {
        Optional<SocketChannel> channel = channels.channel(context);
        if (channel.isPresent()) {
            detach(channel.get());
        } else {
            StreamConnection connection = new StreamConnection(share.loop, context);
            share.loop.execute(() -> begin(connection));
            connection.read();
        }
    }

    @Override
    public Duration idleTime() {
        // the session's heartbeat decides what is idle
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        // sessions are closed by their engine, which says good-bye
    }

    private void detach(SocketChannel channel) {
        int count = context.dataReader().available();
        byte[] early = count == 0 ? new byte[0] : context.dataReader().readBytes(count);
        try {
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channels.detach(context);
        share.loop.execute(() -> register(channel, early));
    }

    private void register(SocketChannel channel, byte[] early) {
        ReactorConnection connection;
        try {
            connection = new ReactorConnection(share.loop, channel, early);
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "connection ended before it was registered", e);
            closeQuietly(channel);
            return;
        }
        begin(connection);
    }

    private void begin(Carrier carrier) {
        try {
            WebSocketTransport transport = transport(carrier);
            if (transport != null) {
                carrier.start(transport);
            } else {
                carrier.cut();
            }
        } catch (RuntimeException | Error e) {
            carrier.cut();
            throw e;
        }
    }

    private @Nullable WebSocketTransport transport(Carrier carrier) {
        return switch (verdict) {
            case Verdict.NewSession made -> opened(made, carrier);
            case Verdict.Existing existing -> probe(existing.session(), carrier);
            case Verdict.Refused ignored -> null;
            case Verdict.Answered ignored -> null;
        };
    }

    private @Nullable WebSocketTransport opened(Verdict.NewSession made, Carrier carrier) {
        WebSocketTransport[] transport = new WebSocketTransport[1];
        try {
            endpoint.engine().open(made.handshake(), made.revision(), made.binary(), share.loop, session -> {
                transport[0] = new WebSocketTransport(session, carrier, share, handshake);
                return transport[0];
            });
            return transport[0];
        } catch (SessionIdException e) {
            LOG.log(Logger.Level.WARNING, "no session: no id could be made", e);
            return null;
        }
    }

    private WebSocketTransport probe(EngineSession session, Carrier carrier) {
        WebSocketTransport probe = new WebSocketTransport(session, carrier, share, handshake);
        if (!session.startUpgrade(probe)) {
            probe.close(Transport.Closing.ORDERLY);
        }
        return probe;
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "channel did not close", e);
        }
    }
}
