package dev.roost.core.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.NodeId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes session ids: the node's 4 bytes and 11 secret ones, 20 characters of base64url.
 *
 * <p>Any node finds the owner of a session in its id. Thread-safe: guarded by the lock of its pool of random bytes,
 * which are drawn for many ids at a time.
 *
 * <p>Spec: engine-io 4.
 */
public final class SessionIds {
    /** Characters of a session id and of a public id. */
    public static final int LENGTH = 20;
    /** Secret bytes of a session id. */
    public static final int SECRET_BYTES = 11;

    private static final int TAG_BYTES = 4;
    private static final RandomPool PUBLIC = new RandomPool(TAG_BYTES + SECRET_BYTES);

    private final @Nullable Supplier<byte[]> source;
    private final RandomPool pool = new RandomPool(SECRET_BYTES);
    private volatile NodeId node;

    /** Makes ids for one node, from a cryptographic source. */
    public SessionIds(NodeId node) {
        this(node, null);
    }

    /**
     * Makes ids for one node with the application's own secret part.
     *
     * @param source returns 11 bytes nobody can guess, never the same twice; null for the cryptographic source
     */
    public SessionIds(NodeId node, @Nullable Supplier<byte[]> source) {
        this.node = node;
        this.source = source;
    }

    /**
     * Makes a new id.
     *
     * @throws SessionIdException if the application's source failed
     */
    public String next() {
        byte[] id = new byte[TAG_BYTES + SECRET_BYTES];
        int tag = node.value();
        for (int i = 0; i < TAG_BYTES; i++) {
            id[i] = (byte) (tag >>> 8 * (TAG_BYTES - 1 - i));
        }
        if (source == null) {
            pool.take(id, TAG_BYTES);
        } else {
            System.arraycopy(custom(source), 0, id, TAG_BYTES, SECRET_BYTES);
        }
        return Base64.getUrlEncoder().encodeToString(id);
    }

    /** The node these ids belong to. */
    public NodeId node() {
        return node;
    }

    /** Makes ids for another node from now on: the one drawn first was taken. Before the first session only. */
    public void redrawn(NodeId other) {
        node = other;
    }

    /** Returns the node an id was made by; empty if it is no session id at all. */
    public static Optional<NodeId> nodeOf(String sid) {
        if (sid.length() != LENGTH) {
            return Optional.empty();
        }
        long bits = 0;
        for (int i = 0; i < LENGTH; i++) {
            int value = value(sid.charAt(i));
            if (value < 0) {
                return Optional.empty();
            }
            // Six characters hold the tag and four bits of what follows.
            if (i < 6) {
                bits = bits << 6 | value;
            }
        }
        return Optional.of(new NodeId((int) (bits >>> 4)));
    }

    /** Makes an id that may be shown to anybody: 15 random bytes in 20 characters. */
    public static String publicId() {
        byte[] id = new byte[TAG_BYTES + SECRET_BYTES];
        PUBLIC.take(id, 0);
        return Base64.getUrlEncoder().encodeToString(id);
    }

    private static byte[] custom(Supplier<byte[]> source) {
        byte[] made;
        try {
            made = source.get();
        } catch (RuntimeException e) {
            throw new SessionIdException("the source of session ids failed", e);
        }
        if (made.length != SECRET_BYTES) {
            throw new SessionIdException("expected " + SECRET_BYTES + " bytes for a session id, got " + made.length);
        }
        return made;
    }

    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }

    /** Random bytes drawn in advance, each used once. Thread-safe: guarded by its own lock. */
    private static final class RandomPool {
        private static final SecureRandom RANDOM = new SecureRandom();
        private static final int IDS = 128;

        private final ReentrantLock lock = new ReentrantLock();
        private final int size;

        @GuardedBy("lock")
        private final byte[] bytes;

        @GuardedBy("lock")
        private int used;

        RandomPool(int size) {
            this.size = size;
            this.bytes = new byte[size * IDS];
            this.used = bytes.length;
        }

        void take(byte[] into, int at) {
            lock.lock();
            try {
                if (used == bytes.length) {
                    RANDOM.nextBytes(bytes);
                    used = 0;
                }
                System.arraycopy(bytes, used, into, at, size);
                used += size;
            } finally {
                lock.unlock();
            }
        }
    }
}
