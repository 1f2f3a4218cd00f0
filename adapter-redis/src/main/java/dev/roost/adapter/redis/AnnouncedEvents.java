package dev.roost.adapter.redis;

import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.BooleanSupplier;

/**
 * Passes events on and logs every change of the connection, until the bus is closed. Immutable.
 *
 * @param next takes the events
 * @param address shown in the log
 * @param closed whether the bus was closed on purpose
 */
record AnnouncedEvents(BusEvents next, RedisAddress address, BooleanSupplier closed) implements BusEvents {
    private static final Logger LOG = System.getLogger(AnnouncedEvents.class.getName());

    @Override
    public void onFrame(byte[] frame) {
        next.onFrame(frame);
    }

    @Override
    public void onGap(String reason) {
        next.onGap(reason);
    }

    @Override
    public void onState(BusState state) {
        if (closed.getAsBoolean()) {
            return;
        }
        switch (state) {
            case UP -> LOG.log(Level.INFO, "connected to Redis at {0}", address);
            case DEGRADED -> LOG.log(Level.WARNING, "lost the subscription to Redis at {0}, trying again", address);
            case DOWN -> LOG.log(Level.WARNING, "lost the connection to Redis at {0}, trying again", address);
        }
        next.onState(state);
    }
}
