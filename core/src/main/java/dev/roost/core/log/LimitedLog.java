package dev.roost.core.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log line that hostile clients can cause, at most ten times a second.
 *
 * <p>Client text in it is escaped and cut, so a line stays one line.
 *
 * <p>Thread-safe: guarded by its own lock.
 *
 * <p>Spec: security A8, A9.
 */
public final class LimitedLog {
    private static final int PER_SECOND = 10;
    private static final int LONGEST = 256;
    private static final int MOST_FRAMES = 20;
    private static final int MOST_CAUSES = 5;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final System.Logger logger;
    private final System.Logger.Level level;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private long second = System.nanoTime() / SECOND_NANOS;

    @GuardedBy("lock")
    private int written;

    @GuardedBy("lock")
    private long suppressed;

    /** Writes to a logger at one level. */
    public LimitedLog(System.Logger logger, System.Logger.Level level) {
        this.logger = logger;
        this.level = level;
    }

    /** Writes a line unless too many were; texts of clients must have gone through {@link #safe}. */
    public void log(String line) {
        write(() -> line);
    }

    /** The same, followed by what was thrown and where; its messages are made safe. */
    public void log(String line, Throwable thrown) {
        write(() -> line + ": " + trace(thrown));
    }

    private void write(Supplier<String> text) {
        if (!logger.isLoggable(level)) {
            return;
        }
        long left;
        lock.lock();
        try {
            long now = System.nanoTime() / SECOND_NANOS;
            if (now != second) {
                second = now;
                written = 0;
            }
            if (++written > PER_SECOND) {
                suppressed++;
                return;
            }
            left = suppressed;
            suppressed = 0;
        } finally {
            lock.unlock();
        }
        // Never as a format: the line holds what clients sent.
        String line = text.get();
        logger.log(level, () -> left == 0 ? line : line + " (suppressed " + left + ")");
    }

    /** The usual form of a stack trace, but for messages, which may hold what clients sent. */
    private static String trace(Throwable thrown) {
        StringBuilder trace = new StringBuilder();
        Throwable cause = thrown;
        for (int causes = 0; cause != null && causes < MOST_CAUSES; causes++) {
            trace.append(causes == 0 ? "" : "\nCaused by: ").append(safe(cause.toString()));
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
                trace.append("\n\tat ").append(frames[i]);
            }
            cause = cause.getCause();
        }
        return trace.toString();
    }

    /** Makes client text fit for a log line. */
    public static String safe(@Nullable String text) {
        if (text == null) {
            return "none";
        }
        StringBuilder safe = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length() && safe.length() < LONGEST; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029') {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
