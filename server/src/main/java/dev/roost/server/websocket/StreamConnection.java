package dev.roost.server.websocket;

import dev.roost.adapter.Scheduler;
import dev.roost.server.reactor.FrameQueue;
import dev.roost.server.reactor.Reactor;
import dev.roost.server.reactor.Resident;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket whose bytes pass through Helidon: with TLS, or where its channel cannot be had.
 *
 * <p>The connection's virtual thread reads and hands each piece to the session's loop, where it is parsed as any other;
 * it reads on only when the piece has been taken, so what waits is bounded and a pause is a permit not given back.
 * What is due is written by a virtual thread that lives as long as there is something; if the client does not read, it
 * alone waits.
 *
 * <p>Confined to the loop, but for {@link #read}, {@link #unsent} and the writing itself.
 */
final class StreamConnection implements Carrier, Resident {
    private static final int PIECE_BYTES = 16 * 1024;
    /** Helidon's socket has no end of one direction: both end when the client was quiet so long after the close frame. */
    private static final Duration LINGER = Duration.ofMillis(250);

    private final Reactor loop;
    private final ConnectionContext context;
    private final Semaphore taken = new Semaphore(0);
    private final Thread reader = Thread.currentThread();
    private @Nullable WebSocketTransport transport;
    private @Nullable ByteBuffer unread;
    private boolean dirty;
    private Scheduler.@Nullable Timer linger;
    private volatile boolean unsent;
    private volatile boolean closed;
    private volatile long progress;

    /** Makes the connection. On the thread that will {@link #read}. */
    StreamConnection(Reactor loop, ConnectionContext context) {
        this.loop = loop;
        this.context = context;
    }

    /** Reads until the connection is over; on Helidon's thread. */
    void read() {
        DataReader from = context.dataReader();
        try {
            while (!closed) {
                taken.acquire();
                if (closed) {
                    return;
                }
                from.ensureAvailable();
                byte[] piece = from.readBytes(from.available());
                loop.execute(() -> received(piece), piece.length);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataReader.InsufficientDataAvailableException | ServerConnectionException | UncheckedIOException e) {
            // the end of the stream, orderly or not
        } finally {
            loop.execute(this::gone);
        }
    }

    @Override
    public void start(WebSocketTransport owner) {
        transport = owner;
        loop.enter(this);
        taken.release();
        flushSoon();
    }

    @Override
    public void flushSoon() {
        if (!dirty && !unsent && !closed && transport != null) {
            dirty = true;
            loop.atEndOfTurn(this::flush);
        }
    }

    @Override
    public boolean unsent() {
        return unsent;
    }

    @Override
    public long progressNanos() {
        return progress;
    }

    @Override
    public void readable(boolean on) {
        if (on && unread != null) {
            // not at once: the caller may be in the middle of taking what was read before
            loop.execute(this::deliver);
        }
    }

    @Override
    public void finish(boolean answered) {
        if (answered) {
            gone();
        } else if (!closed) {
            linger();
        }
    }

    @Override
    public void abort() {
        gone();
    }

    @Override
    public void cut() {
        if (!closed) {
            closed = true;
            unread = null;
            if (linger != null) {
                linger.cancel();
            }
            loop.leave(this);
            // ends a read or write that waits, and with it Helidon's thread, which closes the socket
            reader.interrupt();
            taken.release();
        }
    }

    private void linger() {
        if (linger != null) {
            linger.cancel();
        }
        linger = loop.schedule(this::gone, LINGER);
    }

    private void received(byte[] piece) {
        if (linger != null && !closed) {
            // to close with something unread would reset the connection, and the client might lose the close frame
            linger();
        }
        unread = ByteBuffer.wrap(piece);
        deliver();
    }

    private void deliver() {
        ByteBuffer in = unread;
        WebSocketTransport owner = transport;
        if (in == null || owner == null || closed) {
            return;
        }
        while (in.hasRemaining()) {
            ByteBuffer part = in.slice(in.position(), Math.min(in.remaining(), Reactor.BUFFER_BYTES));
            owner.received(part, loop.scratch());
            in.position(in.position() + part.position());
            if (part.hasRemaining()) {
                return;
            }
        }
        unread = null;
        taken.release();
    }

    private void flush() {
        dirty = false;
        WebSocketTransport owner = transport;
        if (closed || unsent || owner == null) {
            return;
        }
        FrameQueue queue = loop.frames();
        queue.clear();
        owner.fill(queue);
        long bytes = queue.bytes();
        if (bytes == 0) {
            owner.flushed(0);
            return;
        }
        FrameQueue batch = queue.split();
        progress = loop.nanoTime();
        unsent = true;
        Thread.startVirtualThread(() -> write(batch, bytes));
        owner.blocked();
    }

    /** On a virtual thread of its own. */
    private void write(FrameQueue batch, long bytes) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(bytes, PIECE_BYTES));
        try {
            while (batch.takeInto(piece.clear())) {
                context.dataWriter().writeNow(BufferData.create(Arrays.copyOf(piece.array(), piece.position())));
                progress = loop.nanoTime();
            }
            loop.execute(() -> written(bytes));
        } catch (ServerConnectionException | UncheckedIOException e) {
            loop.execute(this::writeFailed);
        }
    }

    private void written(long bytes) {
        unsent = false;
        WebSocketTransport owner = transport;
        if (owner != null && !closed) {
            owner.flushed(bytes);
            flushSoon();
        }
    }

    private void writeFailed() {
        WebSocketTransport owner = transport;
        if (owner != null && !closed) {
            cut();
            owner.failed();
        }
    }

    private void gone() {
        WebSocketTransport owner = transport;
        if (!closed) {
            cut();
            if (owner != null) {
                owner.ended();
            }
        }
    }
}
