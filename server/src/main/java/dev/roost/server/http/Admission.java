package dev.roost.server.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether there is room for another session.
 *
 * <p>Thread-safe: the bucket guarded by its own lock, addresses in a concurrent map.
 *
 * <p>Spec: security 1, {@code max-connections}, {@code max-connections-per-ip}, {@code handshake-rate}.
 */
public final class Admission {
    private static final long NANOS = 1_000_000_000L;

    private final long maxConnections;
    private final int maxPerAddress;
    private final double perNano;
    private final double burst;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<String, Integer> perAddress = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private double tokens;

    @GuardedBy("lock")
    private long filled;

    private volatile boolean closed;

    /**
     * Sets the limits; 0 means none.
     *
     * @param handshakesPerSecond twice as many may come at once
     */
    public Admission(long maxConnections, int maxPerAddress, int handshakesPerSecond, LongSupplier nanoTime) {
        this.maxConnections = maxConnections;
        this.maxPerAddress = maxPerAddress;
        this.perNano = (double) handshakesPerSecond / NANOS;
        this.burst = 2.0 * handshakesPerSecond;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filled = nanoTime.getAsLong();
    }

    /** No limits. */
    public static Admission unlimited() {
        return new Admission(0, 0, 0, System::nanoTime);
    }

    /** Lets nobody in any more: the server is about to stop. */
    public void close() {
        closed = true;
    }

    /** Name of the limit that stands in the way, or null; counts a handshake if there is none. */
    @Nullable
    String refusal(String address, long sessions) {
        if (closed) {
            return "shutting down";
        }
        if (maxConnections > 0 && sessions >= maxConnections) {
            return "max-connections";
        }
        if (maxPerAddress > 0 && perAddress.getOrDefault(address, 0) >= maxPerAddress) {
            return "max-connections-per-ip";
        }
        return burst > 0 && !takeToken() ? "handshake-rate" : null;
    }

    private boolean takeToken() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            tokens = Math.min(burst, tokens + (now - filled) * perNano);
            filled = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** True if sessions have to be reported by address. */
    public boolean countsAddresses() {
        return maxPerAddress > 0;
    }

    /** A session of that address began. */
    public void opened(String address) {
        perAddress.merge(address, 1, Integer::sum);
    }

    /** A session of that address ended. */
    public void closed(String address) {
        perAddress.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }
}
