package dev.roost.adapter.redis;

import dev.roost.adapter.Counters;
import dev.roost.adapter.cluster.BusEvents;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes what arrives on the two channels.
 *
 * <p>Thread-safe: called on Netty's event loop, on which it never waits.
 */
final class FrameListener extends RedisPubSubAdapter<byte[], byte[]> {
    private final BusEvents events;
    private final ConnectionState state;
    private final Counters counters;
    private final int maxFrameBytes;
    private final CountDownLatch unconfirmed = new CountDownLatch(2);

    FrameListener(BusEvents events, ConnectionState state, Counters counters, int maxFrameBytes) {
        this.events = events;
        this.state = state;
        this.counters = counters;
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Waits until both channels are confirmed for the first time. */
    boolean awaitSubscribed(long millis) throws InterruptedException {
        return unconfirmed.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void message(byte[] channel, byte[] frame) {
        if (frame.length > maxFrameBytes) {
            counters.add("cluster.redis.messages.refused", 1);
            return;
        }
        events.onFrame(frame);
    }

    @Override
    public void subscribed(byte[] channel, long count) {
        state.subscribed();
        unconfirmed.countDown();
    }
}
