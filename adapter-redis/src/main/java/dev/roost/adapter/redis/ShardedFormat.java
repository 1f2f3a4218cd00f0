package dev.roost.adapter.redis;

import dev.roost.adapter.Command;

/**
 * The format of {@code createShardedAdapter} of {@code @socket.io/redis-adapter}: sharded channels, and for rooms
 * channels of their own, as the subscription mode says.
 *
 * <p>Redis confirms the channel of a new room a moment after a socket has joined it: until then events for this room
 * alone pass by, as with Node.
 *
 * <p>Thread-safe: immutable. Spec: redis-wire 3.
 */
final class ShardedFormat extends PeerFormat {
    private final NodeModeConfig.SubscriptionMode mode;

    /** Makes the format for a node that calls itself {@code uid}. */
    ShardedFormat(RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid) {
        super(PubSub.SHARDED, link, config, inbound, uid);
        mode = config.node().subscriptionMode();
    }

    @Override
    byte[] encode(String namespace, PeerMessage message) {
        return PeerMessageCodec.encode(uid, namespace, message);
    }

    @Override
    public void send(Command command) {
        PeerChannels channels = channels(command.namespace());
        String channel = channels.all();
        boolean isVolatile = false;
        if (command instanceof Command.Broadcast event) {
            isVolatile = event.selection().flags().isVolatile();
            if (event.selection().rooms().size() == 1) {
                String room = event.selection().rooms().iterator().next();
                channel = mode.separates(room) ? channels.of(room) : channel;
            }
        }
        publish(channel, command.namespace(), message(command), isVolatile);
    }

    @Override
    public void roomCreated(String namespace, String room) {
        if (mode.separates(room)) {
            listen(channels(namespace).of(room));
        }
    }

    @Override
    public void roomDeleted(String namespace, String room) {
        if (mode.separates(room)) {
            leave(channels(namespace).of(room));
        }
    }
}
