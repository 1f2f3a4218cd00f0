package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * As {@link Splice}, for a client whose bytes pass through Helidon.
 *
 * <p>Each direction is a thread that reads, then writes, and waits in either, which bounds what is under way. The end
 * of one direction closes both.
 *
 * <p>Thread-safe: each direction confined to its thread.
 */
final class StreamSplice implements Active {
    private static final Logger LOG = System.getLogger(StreamSplice.class.getName());
    private static final int PIECE_BYTES = 16 * 1024;

    private final ConnectionContext context;
    private final Peers peers;
    private final NodeDescriptor owner;
    private final PeerLink link;
    private final Thread reader = Thread.currentThread();

    /** Makes a splice. On the thread that will {@link #run} it. */
    StreamSplice(ConnectionContext context, Peers peers, NodeDescriptor owner, PeerLink link) {
        this.context = context;
        this.peers = peers;
        this.owner = owner;
        this.link = link;
    }

    /** Moves bytes until the connection is over. */
    void run(byte[] toClient) {
        peers.add(owner, this);
        peers.forget(owner, link);
        try {
            context.dataWriter().writeNow(BufferData.create(toClient));
            Thread.startVirtualThread(this::moveToClient);
            moveToOwner();
        } finally {
            link.abort();
            peers.forget(owner, this);
        }
    }

    private void moveToOwner() {
        DataReader from = context.dataReader();
        try {
            while (true) {
                from.ensureAvailable();
                byte[] piece = from.readBytes(from.available());
                link.write(piece, piece.length);
            }
        } catch (IOException
                | UncheckedIOException
                | DataReader.InsufficientDataAvailableException
                | ServerConnectionException e) {
            throw new CloseConnectionException("a spliced connection ended", e);
        }
    }

    private void moveToClient() {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try {
            while (link.channel().read(piece.clear()) >= 0) {
                context.dataWriter().writeNow(BufferData.create(Arrays.copyOf(piece.array(), piece.position())));
            }
        } catch (IOException | UncheckedIOException | ServerConnectionException e) {
            LOG.log(Logger.Level.DEBUG, "a spliced connection ended", e);
        } finally {
            // Ends the read that waits, and with it Helidon's thread, which closes the socket.
            reader.interrupt();
        }
    }

    @Override
    public boolean isOverdue(long nanoTime) {
        return false;
    }

    @Override
    public void abort() {
        link.abort();
    }
}
