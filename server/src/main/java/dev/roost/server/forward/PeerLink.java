package dev.roost.server.forward;

import dev.roost.adapter.NodeId;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A connection to another process, for one request at a time.
 *
 * <p>Confined to the thread of the request, but for {@link #abort} and {@link #isOverdue}. A buffer is kept only while
 * there is something in it, so a link that waits for a hanging GET costs little.
 */
final class PeerLink implements Active {
    private static final Logger LOG = System.getLogger(PeerLink.class.getName());
    private static final int BUFFER_BYTES = 4096;
    private static final int MAX_HEAD_BYTES = 64 * 1024;
    /** An answer has begun; how long each next piece of it may take. */
    private static final int REST_MILLIS = 20_000;

    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final InputStream in;
    private byte[] buffer = NOTHING;
    private int position;
    private int limit;
    private boolean reusable = true;
    private long idleSince;
    private volatile long due;
    private volatile @Nullable Runnable wakeListener;

    private PeerLink(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.in = channel.socket().getInputStream();
    }

    /**
     * Connects and greets.
     *
     * @throws IOException if nobody is there, or not the one who should be
     */
    static PeerLink connect(InetSocketAddress address, NodeId owner, Greeting greeting, Duration timeout)
            throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("unknown host " + address.getHostString());
        }
        SocketChannel channel = SocketChannel.open();
        boolean complete = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, (int) timeout.toMillis());
            PeerLink link = new PeerLink(channel);
            channel.socket().setSoTimeout((int) timeout.toMillis());
            greeting.asEntry(link.wire(), owner);
            complete = true;
            return link;
        } finally {
            if (!complete) {
                channel.close();
            }
        }
    }

    private Greeting.Wire wire() {
        return new Greeting.Wire() {
            @Override
            public byte[] read(int count) throws IOException {
                byte[] bytes = in.readNBytes(count);
                if (bytes.length < count) {
                    throw new EOFException("the owner closed during the greeting");
                }
                return bytes;
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                PeerLink.this.write(bytes, bytes.length);
            }
        };
    }

    /** Says when what begins now should be over. */
    void dueAt(long nanoTime) {
        due = nanoTime;
    }

    void idleSince(long nanoTime) {
        idleSince = nanoTime;
    }

    long idleSince() {
        return idleSince;
    }

    SocketChannel channel() {
        return channel;
    }

    void write(byte[] bytes, int length) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes, 0, length);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** True if the owner said something, or left, before the request was complete. */
    boolean answersEarly() throws IOException {
        return position < limit || in.available() > 0;
    }

    /**
     * Waits until the owner says something.
     *
     * @param millis how long, 0 for as long as it takes
     * @return false if the time passed first
     * @throws IOException if the connection ended
     */
    boolean await(int millis) throws IOException {
        if (position < limit) {
            return true;
        }
        channel.socket().setSoTimeout(millis);
        try {
            fill();
            channel.socket().setSoTimeout(REST_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            buffer = NOTHING;
            return false;
        }
    }

    private void fill() throws IOException {
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(BUFFER_BYTES, 2 * limit));
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            throw new EOFException("the owner closed");
        }
        limit += count;
    }

    /** Reads up to the empty line; the rest of what came stays for the methods below. */
    AnswerHead readHead() throws IOException {
        int scanned = position;
        while (true) {
            for (int i = scanned; i + 3 < limit; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                    AnswerHead head = AnswerHead.parse(Arrays.copyOfRange(buffer, position, i + 4));
                    position = i + 4;
                    reusable &= !head.closes();
                    return head;
                }
            }
            scanned = Math.max(position, limit - 3);
            if (limit - position > MAX_HEAD_BYTES) {
                throw new IOException("the head of an answer is longer than " + MAX_HEAD_BYTES + " bytes");
            }
            fill();
        }
    }

    /** Reads exactly that many bytes; the caller has checked how many. */
    byte[] readBody(int length) throws IOException {
        byte[] body = new byte[length];
        int buffered = Math.min(length, limit - position);
        System.arraycopy(buffer, position, body, 0, buffered);
        position += buffered;
        if (in.readNBytes(body, buffered, length - buffered) < length - buffered) {
            throw new EOFException("the owner closed inside an answer");
        }
        forget();
        return body;
    }

    /** Moves exactly that many bytes. */
    void transferBody(long length, OutputStream out) throws IOException {
        long left = length;
        while (left > 0) {
            if (position == limit) {
                position = 0;
                limit = 0;
                fill();
            }
            int part = (int) Math.min(left, limit - position);
            out.write(buffer, position, part);
            position += part;
            left -= part;
        }
        forget();
    }

    /** Takes what was read and not yet asked for. */
    byte[] takeBuffered() {
        byte[] rest = Arrays.copyOfRange(buffer, position, limit);
        position = limit;
        forget();
        return rest;
    }

    /** Keeps the buffer only if the owner said more than it was asked, which makes the link useless. */
    private void forget() {
        if (position == limit) {
            buffer = NOTHING;
            position = 0;
            limit = 0;
        }
    }

    /** The next request cannot use this link: the last one, or its answer, is incomplete. */
    void spoil() {
        reusable = false;
    }

    boolean isReusable() {
        return reusable && position == limit && channel.isOpen();
    }

    /** Has somebody woken when the link is broken off or this process is about to end; null for nobody. */
    void onWake(@Nullable Runnable listener) {
        wakeListener = listener;
    }

    @Override
    public boolean isOverdue(long nanoTime) {
        return nanoTime - due > 0;
    }

    @Override
    public void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "link did not close", e);
        }
        wake();
    }

    @Override
    public void leave() {
        wake();
    }

    private void wake() {
        Runnable listener = wakeListener;
        if (listener != null) {
            listener.run();
        }
    }
}
