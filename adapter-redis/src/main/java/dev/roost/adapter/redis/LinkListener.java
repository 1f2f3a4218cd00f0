package dev.roost.adapter.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;

/**
 * Tells when one connection comes and goes. Immutable; called on Netty's event loop.
 *
 * @param up called after each reconnect
 * @param down called when the connection is lost
 */
record LinkListener(Runnable up, Runnable down) implements RedisConnectionStateListener {
    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        up.run();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        down.run();
    }
}
