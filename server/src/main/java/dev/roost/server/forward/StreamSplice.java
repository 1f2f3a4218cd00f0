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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * As {@link Splice}, for a client whose bytes pass through Helidon.
 *
 * <p>Each direction is a thread that reads, then writes, and waits in either, which bounds what is under way. The end
 * of one direction closes both, and so does a client that takes nothing for too long.
 *
 * <p>Thread-safe: each direction confined to its thread, the rest volatile.
 */
final class StreamSplice implements Active {
    private static final Logger LOG = System.getLogger(StreamSplice.class.getName());
    private static final int PIECE_BYTES = 16 * 1024;
    /** For the answer to a close frame. */
    private static final long ANSWER_MILLIS = 500;

    private final ConnectionContext context;
    private final Peers peers;
    private final NodeDescriptor owner;
    private final PeerLink link;
    private final Splice.Terms terms;
    private final Thread reader = Thread.currentThread();
    private final CountDownLatch readerDone = new CountDownLatch(1);
    private final FrameEnds frames = new FrameEnds();
    private volatile boolean writing;
    private volatile long writingSince;
    private volatile boolean leaving;

    /** Makes a splice. On the thread that will {@link #run} it. */
    StreamSplice(ConnectionContext context, Peers peers, NodeDescriptor owner, PeerLink link, Splice.Terms terms) {
        this.context = context;
        this.peers = peers;
        this.owner = owner;
        this.link = link;
        this.terms = terms;
    }

    /**
     * Moves bytes until the connection is over.
     *
     * @param answer of the owner to the handshake
     * @param toClient what the owner said after it
     */
    void run(byte[] answer, byte[] toClient) {
        peers.add(owner, this);
        peers.forget(owner, link);
        try {
            context.dataWriter().writeNow(BufferData.create(answer));
            Thread.startVirtualThread(() -> moveToClient(ByteBuffer.wrap(toClient)));
            moveToOwner();
        } finally {
            readerDone.countDown();
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

    private void moveToClient(ByteBuffer first) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try {
            if (first.hasRemaining()) {
                write(first);
            }
            while (!leaving && link.channel().read(piece.clear()) >= 0) {
                write(piece.flip());
            }
            if (leaving && terms.closeFrame() && frames.isBetween()) {
                write(ByteBuffer.wrap(Splice.GOING_AWAY));
                // Its answer is on its way to the owner when the reader ends, or it gives none.
                readerDone.await(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException | UncheckedIOException | ServerConnectionException e) {
            LOG.log(Logger.Level.DEBUG, "a spliced connection ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            endReader();
        }
    }

    private void write(ByteBuffer bytes) {
        frames.follow(bytes);
        byte[] copy = Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit());
        writingSince = System.nanoTime();
        writing = true;
        context.dataWriter().writeNow(BufferData.create(copy));
        writing = false;
    }

    /** Ends a read, or a write of either thread, that waits, and with it Helidon's thread, which closes the socket. */
    private void endReader() {
        reader.interrupt();
    }

    @Override
    public boolean isOverdue(long nanoTime) {
        return writing && nanoTime - writingSince > terms.clientPatience().toNanos();
    }

    @Override
    public void abort() {
        link.abort();
        endReader();
    }

    @Override
    public void leave() {
        leaving = true;
        try {
            // Ends the read that waits for the owner.
            link.channel().shutdownInput();
        } catch (IOException e) {
            abort();
        }
    }
}
