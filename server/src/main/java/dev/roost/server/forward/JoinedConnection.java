package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * The moment a client's connection is joined to one of its session's owner. Confined to Helidon's thread.
 *
 * <p>Where the client's channel can be had both go to a loop, and the thread ends; else, as with TLS, the thread stays
 * and moves what the client sends, and another one what the owner sends.
 */
final class JoinedConnection implements ServerConnection {
    private final ConnectionContext context;
    private final Forwarding shared;
    private final NodeDescriptor owner;
    private final PeerLink link;
    private final byte[] answer;
    private final Splice.Terms terms;

    /** Joins a client to a link on which the owner accepted the handshake. */
    JoinedConnection(
            ConnectionContext context,
            Forwarding shared,
            NodeDescriptor owner,
            Splice.Terms terms,
            PeerLink link,
            byte[] answer) {
        this.context = context;
        this.shared = shared;
        this.terms = terms;
        this.owner = owner;
        this.link = link;
        this.answer = answer;
    }

    @Override
    public void handle(Limit limit) {
        Optional<SocketChannel> channel = shared.channels().channel(context);
        if (channel.isPresent()) {
            splice(channel.get());
        } else {
            new StreamSplice(context, shared.peers(), owner, link, terms).run(answer, link.takeBuffered());
        }
    }

    private void splice(SocketChannel client) {
        int count = context.dataReader().available();
        byte[] toOwner = count == 0 ? new byte[0] : context.dataReader().readBytes(count);
        boolean complete = false;
        try {
            link.channel().configureBlocking(false);
            client.configureBlocking(false);
            if (client.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            complete = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            shared.peers().forget(owner, link);
            if (!complete) {
                link.abort();
            }
        }
        shared.channels().detach(context);
        Splice.Said said = new Splice.Said(toOwner, answer, link.takeBuffered());
        Splice.start(shared.loop(), shared.peers(), owner, terms, client, link.channel(), said);
    }

    @Override
    public Duration idleTime() {
        // the owner's heartbeat decides what is idle
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        link.abort();
    }
}
