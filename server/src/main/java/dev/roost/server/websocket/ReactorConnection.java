package dev.roost.server.websocket;

import dev.roost.server.reactor.ChannelHandler;
import dev.roost.server.reactor.EndOfTurn;
import dev.roost.server.reactor.FrameQueue;
import dev.roost.server.reactor.Reactor;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket whose channel is registered with its loop.
 *
 * <p>Reads into the loop's buffer and parses there; writes once per turn. It owns a buffer only while its client does
 * not take what was due (references to shared frames) or while reading is paused (the rest of the last read).
 *
 * <p>Confined to the loop, but for {@link #unsent}.
 */
final class ReactorConnection implements Carrier, ChannelHandler, EndOfTurn {
    private static final Logger LOG = System.getLogger(ReactorConnection.class.getName());

    private final Reactor loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private @Nullable WebSocketTransport transport;
    private @Nullable FrameQueue rest;
    private @Nullable ByteBuffer unread;
    /** Whether the transport wants to be given bytes; it gets none while some are {@link #unread}. */
    private boolean wanted;

    private volatile boolean unsent;
    private boolean dirty;
    private boolean closed;
    private long progress;
    private long batchBytes;

    /**
     * Registers a channel, which must be non-blocking, with the loop. Loop only.
     *
     * @param early bytes of the client that were read with the request
     */
    ReactorConnection(Reactor loop, SocketChannel channel, byte[] early) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.unread = early.length == 0 ? null : ByteBuffer.wrap(early);
        this.key = loop.register(channel, 0, this);
    }

    @Override
    public void start(WebSocketTransport owner) {
        transport = owner;
        flushSoon();
        readable(true);
    }

    @Override
    public void ready(SelectionKey ready) {
        int ops = ready.readyOps();
        if ((ops & SelectionKey.OP_WRITE) != 0) {
            writeRest();
        }
        if ((ops & SelectionKey.OP_READ) != 0 && !closed) {
            read();
        }
    }

    @Override
    public void flushSoon() {
        if (!dirty && !unsent && !closed && transport != null) {
            dirty = true;
            loop.flushAtEndOfTurn(this);
        }
    }

    @Override
    public void flush() {
        dirty = false;
        WebSocketTransport owner = transport;
        if (closed || unsent || owner == null) {
            return;
        }
        FrameQueue queue = loop.frames();
        queue.clear();
        owner.fill(queue);
        batchBytes = queue.bytes();
        try {
            if (batchBytes == 0 || queue.writeTo(channel, loop.writeBuffer())) {
                owner.flushed(batchBytes);
                return;
            }
        } catch (IOException e) {
            queue.clear();
            cut();
            owner.failed();
            return;
        }
        rest = queue.split();
        unsent = true;
        progress = loop.nanoTime();
        key.interestOpsOr(SelectionKey.OP_WRITE);
        owner.blocked();
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
        wanted = on;
        if (closed) {
            return;
        }
        if (on && unread != null) {
            // not at once: the caller may be in the middle of taking what was read before
            loop.execute(this::readUnread);
        } else {
            updateInterest();
        }
    }

    private void updateInterest() {
        if (closed) {
            return;
        }
        if (wanted && unread == null) {
            key.interestOpsOr(SelectionKey.OP_READ);
        } else {
            key.interestOpsAnd(~SelectionKey.OP_READ);
        }
    }

    @Override
    public void finish(boolean answered) {
        if (closed) {
            return;
        }
        // a close with unread bytes would reset the connection and take the close frame with it
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            gone();
        }
    }

    @Override
    public void abort() {
        gone();
    }

    private void writeRest() {
        FrameQueue queue = rest;
        WebSocketTransport owner = transport;
        if (queue == null || owner == null) {
            return;
        }
        long before = queue.bytes();
        boolean done;
        try {
            done = queue.writeTo(channel, loop.writeBuffer());
        } catch (IOException e) {
            cut();
            owner.failed();
            return;
        }
        if (queue.bytes() < before) {
            progress = loop.nanoTime();
        }
        if (done) {
            rest = null;
            unsent = false;
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            owner.flushed(batchBytes);
            flushSoon();
        }
    }

    private void read() {
        ByteBuffer in = loop.readBuffer();
        in.clear();
        int count;
        try {
            count = channel.read(in);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            gone();
        } else {
            in.flip();
            deliver(in);
            if (in.hasRemaining()) {
                unread = ByteBuffer.allocate(in.remaining()).put(in).flip();
                updateInterest();
            }
        }
    }

    private void readUnread() {
        ByteBuffer in = unread;
        if (in == null || closed) {
            return;
        }
        while (in.hasRemaining()) {
            // the scratch array is as large as the loop's buffer
            ByteBuffer part = in.slice(in.position(), Math.min(in.remaining(), Reactor.BUFFER_BYTES));
            deliver(part);
            in.position(in.position() + part.position());
            if (part.hasRemaining()) {
                return;
            }
        }
        unread = null;
        updateInterest();
    }

    private void deliver(ByteBuffer in) {
        WebSocketTransport owner = transport;
        if (owner == null) {
            in.position(in.limit());
        } else {
            owner.received(in, loop.scratch());
        }
    }

    private void gone() {
        WebSocketTransport owner = transport;
        cut();
        if (owner != null) {
            owner.ended();
        }
    }

    @Override
    public void cut() {
        if (closed) {
            return;
        }
        closed = true;
        rest = null;
        unread = null;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "channel did not close", e);
        }
        loop.closed();
    }
}
