package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.Scheduler;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The format of {@code createShardedAdapter} of {@code @socket.io/redis-adapter}: sharded channels, and for rooms
 * channels of their own, as the subscription mode says.
 *
 * <p>Redis confirms the channel of a new room a moment after a socket has joined it: until then events for this room
 * alone pass by, as with Node. Where clients may come back, the channel of a room is listened to for as long as they may
 * after the last of them has gone, or they would miss what is said there.
 *
 * <p>Thread-safe: a concurrent map. Spec: redis-wire 3.
 */
final class ShardedFormat extends PeerFormat {
    private final NodeModeConfig.SubscriptionMode mode;
    private final NodeInbound inbound;
    private final Scheduler scheduler;
    /** When the channel of a room without members is left. */
    private final ConcurrentMap<String, Leaving> leaving = new ConcurrentHashMap<>();

    /** The end of listening to a channel; one of many for the same channel, hence compared by identity. */
    private static final class Leaving {
        private volatile Scheduler.Timer timer = () -> false;
    }

    /** Makes the format for a node that calls itself {@code uid}. */
    ShardedFormat(RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid, Scheduler scheduler) {
        super(PubSub.SHARDED, link, config, inbound, uid);
        this.inbound = inbound;
        this.scheduler = scheduler;
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
            String channel = channels(namespace).of(room);
            Leaving before = leaving.remove(channel);
            if (before == null) {
                listen(channel);
            } else {
                before.timer.cancel();
            }
        }
    }

    @Override
    public void roomDeleted(String namespace, String room) {
        if (!mode.separates(room)) {
            return;
        }
        String channel = channels(namespace).of(room);
        Duration memory = inbound.memory();
        if (memory.isPositive()) {
            Leaving end = new Leaving();
            leaving.put(channel, end);
            end.timer = scheduler.schedule(() -> leave(end, namespace, room), memory);
        } else {
            leave(channel);
        }
    }

    private void leave(Leaving end, String namespace, String room) {
        String channel = channels(namespace).of(room);
        if (leaving.remove(channel, end)) {
            leave(channel);
            if (inbound.occupied(namespace, room)) {
                // It has come to be again just now.
                listen(channel);
            }
        }
    }

    @Override
    public void stop() {
        leaving.values().forEach(end -> end.timer.cancel());
        leaving.clear();
    }
}
