package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.Scheduler;
import dev.roost.server.reactor.ChannelHandler;
import dev.roost.server.reactor.Reactor;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of a WebSocket between a client and the owner of its session, as they are.
 *
 * <p>What one side does not take is kept, up to one buffer, and then the other side is not read: so a client that does
 * not read is felt by the owner's outbox, and a session that does not read by the client. The end of one side's stream
 * is the end of the other's once all before it has been written; then the other side has a moment to say good-bye too.
 * A failure closes both.
 *
 * <p>Confined to the loop, but for {@link #abort} and {@link #isOverdue}.
 */
final class Splice implements Active {
    private static final Logger LOG = System.getLogger(Splice.class.getName());
    /** Longer than an owner waits for the answer to its close frame. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Reactor loop;
    private final Peers peers;
    private final NodeDescriptor node;
    private final Duration stallTimeout;
    private final End client;
    private final End owner;
    private Scheduler.@Nullable Timer stall;
    private Scheduler.@Nullable Timer linger;
    private boolean closed;

    private Splice(
            Reactor loop,
            Peers peers,
            NodeDescriptor node,
            Duration stallTimeout,
            SocketChannel clientChannel,
            SocketChannel ownerChannel) {
        this.loop = loop;
        this.peers = peers;
        this.node = node;
        this.stallTimeout = stallTimeout;
        this.client = new End(clientChannel);
        this.owner = new End(ownerChannel);
    }

    /**
     * Joins two channels, both non-blocking. From any thread.
     *
     * @param stallTimeout for a side that takes nothing though something waits for it
     * @param toOwner what the client said already
     * @param toClient what the owner said already, beginning with its answer to the handshake
     */
    static void start(
            Reactor loop,
            Peers peers,
            NodeDescriptor node,
            Duration stallTimeout,
            SocketChannel clientChannel,
            SocketChannel ownerChannel,
            byte[] toOwner,
            byte[] toClient) {
        Splice splice = new Splice(loop, peers, node, stallTimeout, clientChannel, ownerChannel);
        peers.add(node, splice);
        loop.execute(() -> splice.begin(toOwner, toClient));
    }

    private void begin(byte[] toOwner, byte[] toClient) {
        try {
            client.register(owner);
            owner.register(client);
            client.write(ByteBuffer.wrap(toClient));
            owner.write(ByteBuffer.wrap(toOwner));
        } catch (IOException e) {
            cut();
        }
    }

    @Override
    public boolean isOverdue(long nanoTime) {
        return false;
    }

    @Override
    public void abort() {
        loop.execute(this::cut);
    }

    private void cut() {
        if (closed) {
            return;
        }
        closed = true;
        cancel(stall);
        cancel(linger);
        client.close();
        owner.close();
        peers.forget(node, this);
    }

    private static void cancel(Scheduler.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Something waits for a side; if that is so for too long without any progress, it is over. */
    private void watchStall() {
        if (stall == null && !closed) {
            stall = loop.schedule(this::stalled, stallTimeout);
        }
    }

    private void stalled() {
        stall = null;
        long now = loop.nanoTime();
        if (client.isStalled(now) || owner.isStalled(now)) {
            LOG.log(Logger.Level.DEBUG, "a spliced connection took nothing for {0}", stallTimeout);
            cut();
        } else if (client.unsent.hasRemaining() || owner.unsent.hasRemaining()) {
            watchStall();
        }
    }

    private void ended() {
        if (client.inputEnded && owner.inputEnded && !client.unsent.hasRemaining() && !owner.unsent.hasRemaining()) {
            cut();
        } else if (linger == null) {
            linger = loop.schedule(this::cut, LINGER);
        }
    }

    /** One of the two connections. Confined to the loop. */
    private final class End implements ChannelHandler {
        private final SocketChannel channel;
        private @Nullable SelectionKey key;
        private @Nullable End other;
        private ByteBuffer unsent = NOTHING;
        private long progress;
        private boolean inputEnded;

        End(SocketChannel channel) {
            this.channel = channel;
        }

        void register(End otherSide) throws IOException {
            other = otherSide;
            key = loop.register(channel, SelectionKey.OP_READ, this);
        }

        @Override
        public void ready(SelectionKey ready) {
            if (closed) {
                return;
            }
            int ops = ready.readyOps();
            try {
                if ((ops & SelectionKey.OP_WRITE) != 0) {
                    writeUnsent();
                }
                if ((ops & SelectionKey.OP_READ) != 0 && !closed) {
                    read();
                }
            } catch (IOException e) {
                cut();
            }
        }

        @Override
        public void abort() {
            cut();
        }

        private void read() throws IOException {
            End to = other;
            if (to == null || to.unsent.hasRemaining()) {
                return;
            }
            ByteBuffer buffer = loop.readBuffer().clear();
            int count = channel.read(buffer);
            if (count < 0) {
                inputEnded = true;
                interest(SelectionKey.OP_READ, false);
                if (!to.unsent.hasRemaining()) {
                    to.channel.shutdownOutput();
                }
                ended();
            } else {
                to.write(buffer.flip());
            }
        }

        /** Writes to this side; what it does not take stays, and the other side is read no more. */
        void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    unsent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                    progress = loop.nanoTime();
                    interest(SelectionKey.OP_WRITE, true);
                    otherReads(false);
                    watchStall();
                }
            }
        }

        private void writeUnsent() throws IOException {
            if (channel.write(unsent) > 0) {
                progress = loop.nanoTime();
            }
            if (unsent.hasRemaining()) {
                return;
            }
            unsent = NOTHING;
            interest(SelectionKey.OP_WRITE, false);
            End from = other;
            if (from != null && from.inputEnded) {
                channel.shutdownOutput();
                ended();
            } else {
                otherReads(true);
            }
        }

        private void otherReads(boolean on) {
            End from = other;
            if (from != null) {
                from.interest(SelectionKey.OP_READ, on);
            }
        }

        private void interest(int op, boolean on) {
            SelectionKey present = key;
            if (present != null && present.isValid()) {
                present.interestOps(on ? present.interestOps() | op : present.interestOps() & ~op);
            }
        }

        boolean isStalled(long now) {
            return unsent.hasRemaining() && now - progress >= stallTimeout.toNanos();
        }

        void close() {
            unsent = NOTHING;
            if (key != null) {
                loop.closed();
            }
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(Logger.Level.DEBUG, "channel did not close", e);
            }
        }
    }
}
