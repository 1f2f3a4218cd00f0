package dev.roost.adapter.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream from its end on, over a connection of its own.
 *
 * <p>Where the end is, is asked once, before the first read: Node reads "from now on" again and again until something
 * comes, and misses what comes in between. After an outage it goes on where it was, unless Redis has forgotten the
 * stream.
 *
 * <p>Thread-safe: one virtual thread reads; start and close are called once.
 */
final class StreamReader implements AutoCloseable {
    private static final int COUNT = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long GLANCE_NANOS = 1_000_000;

    private final RedisLink link;
    private final String name;
    private final byte[] stream;
    private final Duration block;
    private final BiConsumer<String, Map<byte[], byte[]>> entries;
    private final Consumer<String> gap;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    private volatile String position = StreamId.BEGINNING;

    /**
     * Makes a reader.
     *
     * @param commandTimeout what a command may take; a read waits for half of it
     * @param entries takes id and fields of each entry, in order
     * @param gap told when entries were lost
     */
    StreamReader(
            RedisLink link,
            String name,
            Duration commandTimeout,
            BiConsumer<String, Map<byte[], byte[]>> entries,
            Consumer<String> gap) {
        this.link = link;
        this.name = name;
        this.stream = NodeChannels.bytes(name);
        this.block = commandTimeout.dividedBy(2);
        this.entries = entries;
        this.gap = gap;
    }

    /** Finds the end and reads from there on. */
    void start() {
        StatefulRedisConnection<byte[], byte[]> opened = link.reader();
        connection = opened;
        position = end(opened.sync());
        Thread.ofVirtual().name("roost-redis-stream-" + name).start(() -> read(opened.sync()));
    }

    /** Id of the last entry that was taken. */
    String position() {
        return position;
    }

    /** Waits until an entry was taken; false if it is not in time. */
    boolean await(String id, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (StreamId.compare(position, id) < 0) {
            if (deadline - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(GLANCE_NANOS);
        }
        return true;
    }

    @Override
    public void close() {
        closed.countDown();
        StatefulRedisConnection<byte[], byte[]> opened = connection;
        if (opened != null) {
            opened.closeAsync();
        }
    }

    private void read(RedisCommands<byte[], byte[]> commands) {
        boolean away = false;
        while (!isClosed(Duration.ZERO)) {
            try {
                if (away) {
                    resume(commands);
                    away = false;
                }
                for (StreamMessage<byte[], byte[]> entry : next(commands)) {
                    entries.accept(entry.getId(), entry.getBody());
                    position = entry.getId();
                }
            } catch (RedisException e) {
                away = true;
                isClosed(PAUSE);
            }
        }
    }

    // Lettuce takes any number of streams; the array it makes for one holds nothing else.
    @SuppressWarnings("unchecked")
    private List<StreamMessage<byte[], byte[]>> next(RedisCommands<byte[], byte[]> commands) {
        XReadArgs waiting = new XReadArgs().count(COUNT).block(block);
        return commands.xread(waiting, StreamOffset.from(stream, position));
    }

    /** After an outage: looks whether the stream still goes on where this reader was. */
    private void resume(RedisCommands<byte[], byte[]> commands) {
        List<StreamMessage<byte[], byte[]>> first = commands.xrange(stream, Range.unbounded(), Limit.from(1));
        String oldest = first.isEmpty() ? StreamId.BEGINNING : first.getFirst().getId();
        if (position.equals(StreamId.BEGINNING)) {
            return;
        }
        if (StreamId.compare(end(commands), position) < 0) {
            position = StreamId.BEGINNING;
            gap.accept("Redis has lost the stream " + name);
        } else if (StreamId.compare(oldest, position) > 0) {
            gap.accept("the stream " + name + " has dropped entries that were not read");
        }
    }

    private String end(RedisCommands<byte[], byte[]> commands) {
        List<StreamMessage<byte[], byte[]>> last = commands.xrevrange(stream, Range.unbounded(), Limit.from(1));
        return last.isEmpty() ? StreamId.BEGINNING : last.getFirst().getId();
    }

    private boolean isClosed(Duration pause) {
        try {
            return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
