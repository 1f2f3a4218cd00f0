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
 * <p>When this process is about to end the client gets a close frame after the last whole frame of the owner, and what
 * the owner says later goes nowhere; the client's answer ends the session at the owner.
 *
 * <p>Confined to the loop, but for {@link #abort}, {@link #leave} and {@link #isOverdue}.
 */
final class Splice implements Active {
    private static final Logger LOG = System.getLogger(Splice.class.getName());
    /** Longer than an owner waits for the answer to its close frame. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** A close frame with the code 1001. */
    static final byte[] GOING_AWAY = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

    private final Reactor loop;
    private final Peers peers;
    private final NodeDescriptor node;
    private final Terms terms;
    private final End client;
    private final End owner;
    private final FrameEnds frames = new FrameEnds();
    private boolean leaving;
    private boolean saidGoodBye;
    private Scheduler.@Nullable Timer stall;
    private Scheduler.@Nullable Timer linger;
    private boolean closed;

    private Splice(
            Reactor loop,
            Peers peers,
            NodeDescriptor node,
            Terms terms,
            SocketChannel clientChannel,
            SocketChannel ownerChannel) {
        this.loop = loop;
        this.peers = peers;
        this.node = node;
        this.terms = terms;
        this.client = new End(clientChannel, terms.clientPatience());
        this.owner = new End(ownerChannel, terms.ownerPatience());
    }

    /**
     * What two sides have to expect of each other. Immutable.
     *
     * @param clientPatience how long the client may take nothing though something waits for it
     * @param ownerPatience the same for the owner, longer than it is ever silent: while it says something it lives, and
     *     what it does not take yet is for a session whose handlers are behind
     * @param closeFrame whether the client notices one
     */
    record Terms(Duration clientPatience, Duration ownerPatience, boolean closeFrame) {}

    /**
     * What was said before both were joined. Immutable.
     *
     * @param toOwner by the client
     * @param answer of the owner to the handshake
     * @param toClient by the owner after its answer
     */
    record Said(byte[] toOwner, byte[] answer, byte[] toClient) {}

    /**
     * Joins two channels, both non-blocking. From any thread.
     */
    static void start(
            Reactor loop,
            Peers peers,
            NodeDescriptor node,
            Terms terms,
            SocketChannel clientChannel,
            SocketChannel ownerChannel,
            Said said) {
        Splice splice = new Splice(loop, peers, node, terms, clientChannel, ownerChannel);
        peers.add(node, splice);
        loop.execute(() -> splice.begin(said));
    }

    private void begin(Said said) {
        try {
            client.register(owner);
            owner.register(client);
            ByteBuffer first = ByteBuffer.allocate(said.answer().length + said.toClient().length)
                    .put(said.answer())
                    .put(said.toClient())
                    .flip();
            frames.follow(first.duplicate().position(said.answer().length));
            client.write(first);
            owner.write(ByteBuffer.wrap(said.toOwner()));
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

    @Override
    public void leave() {
        loop.execute(() -> {
            if (!closed && !leaving) {
                leaving = true;
                ended();
                try {
                    toClient(NOTHING);
                } catch (IOException e) {
                    cut();
                }
            }
        });
    }

    /** Writes what the owner said; of what it says after a good-bye nothing. */
    private void toClient(ByteBuffer bytes) throws IOException {
        if (!leaving) {
            frames.follow(bytes);
            client.write(bytes);
        } else if (!saidGoodBye) {
            int end = frames.followToEnd(bytes);
            saidGoodBye = frames.isBetween();
            int rest = client.unsent.remaining() + end - bytes.position();
            ByteBuffer last = ByteBuffer.allocate(rest + GOING_AWAY.length);
            last.put(client.unsent).put(bytes.limit(end));
            client.write((saidGoodBye && terms.closeFrame() ? last.put(GOING_AWAY) : last).flip());
            cutIfAllIsSaid();
        }
    }

    private void cutIfAllIsSaid() {
        if (saidGoodBye && !terms.closeFrame() && !client.unsent.hasRemaining()) {
            cut();
        }
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
            stall = loop.schedule(this::stalled, terms.clientPatience());
        }
    }

    private void stalled() {
        stall = null;
        long now = loop.nanoTime();
        if (client.isStalled(now) || owner.isStalled(now)) {
            LOG.log(Logger.Level.DEBUG, "a spliced connection took nothing for too long");
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
        private final long patienceNanos;
        private @Nullable SelectionKey key;
        private @Nullable End other;
        private ByteBuffer unsent = NOTHING;
        private long progress;
        private boolean inputEnded;

        End(SocketChannel channel, Duration patience) {
            this.channel = channel;
            this.patienceNanos = patience.toNanos();
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
                if (to == client) {
                    progress = loop.nanoTime();
                    toClient(buffer.flip());
                } else {
                    to.write(buffer.flip());
                }
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
            cutIfAllIsSaid();
            if (closed) {
                return;
            }
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
            return unsent.hasRemaining() && now - progress >= patienceNanos;
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
