package dev.roost.core.namespace;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Everything registered on one socket, in order.
 *
 * <p>One array for all kinds: a socket has few, and there are many sockets.
 *
 * <p>Thread-safe: the array is replaced, never changed.
 */
final class Listeners {
    private static final Listener[] NONE = {};

    private final AtomicReference<Listener[]> all = new AtomicReference<>(NONE);

    /** What is registered now; not to be changed. */
    Listener[] all() {
        return Objects.requireNonNull(all.get());
    }

    /** True if any listener is of that kind. */
    boolean has(Class<? extends Listener> kind) {
        for (Listener listener : all()) {
            if (kind.isInstance(listener)) {
                return true;
            }
        }
        return false;
    }

    /** The events that have handlers. */
    Set<String> eventNames() {
        return Arrays.stream(all())
                .filter(Listener.OnEvent.class::isInstance)
                .map(listener -> ((Listener.OnEvent) listener).event)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** How many handlers an event has. */
    int count(String event) {
        int count = 0;
        for (Listener listener : all()) {
            count += listener instanceof Listener.OnEvent on && on.event.equals(event) ? 1 : 0;
        }
        return count;
    }

    Registration add(Listener listener) {
        all.updateAndGet(before -> {
            Listener[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = listener;
            return after;
        });
        return () -> remove(listener);
    }

    Registration prepend(Listener listener) {
        all.updateAndGet(before -> {
            Listener[] after = new Listener[before.length + 1];
            System.arraycopy(before, 0, after, 1, before.length);
            after[0] = listener;
            return after;
        });
        return () -> remove(listener);
    }

    /** Removes a listener; true if it was there. */
    boolean remove(Listener listener) {
        Listener[] before = Objects.requireNonNull(all.getAndUpdate(now -> without(now, listener)));
        return Arrays.asList(before).contains(listener);
    }

    /** Removes every listener of one event. */
    void removeAll(String event) {
        all.updateAndGet(now -> Arrays.stream(now)
                .filter(listener -> !(listener instanceof Listener.OnEvent on && on.event.equals(event)))
                .toArray(Listener[]::new));
    }

    private static Listener[] without(Listener[] now, Listener listener) {
        int at = Arrays.asList(now).indexOf(listener);
        if (at < 0) {
            return now;
        }
        Listener[] after = new Listener[now.length - 1];
        System.arraycopy(now, 0, after, 0, at);
        System.arraycopy(now, at + 1, after, at, after.length - at);
        return after;
    }
}
