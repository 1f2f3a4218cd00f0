package dev.roost.core.namespace;

import dev.roost.core.log.LimitedLog;
import dev.roost.core.room.RoomListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Tells the adapter, and the application, what happens to the rooms of one namespace on this node.
 *
 * <p>The adapter is told at once. What the application registered runs later, on a virtual thread, one at a time and in
 * the order of the changes: whoever joins or leaves a room has it locked, and must not wait for the application. When
 * too many changes wait, the latest are not told.
 *
 * <p>Thread-safe. Spec: adapter 2, "Events of the adapter", features A01.
 */
final class RoomEvents implements RoomListener {
    /** Changes that may wait to be told. */
    static final int MAX_WAITING = 100_000;

    private static final long MAX_BYTES = 32L << 20;
    private static final System.Logger LOGGER = System.getLogger(RoomEvents.class.getName());
    private static final LimitedLog DROPS = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final String namespace;
    private final RoomListener adapter;
    private final Mailbox mailbox = new Mailbox(MAX_WAITING, MAX_BYTES, () -> {});
    private final List<Consumer<String>> created = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> deleted = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<String, String>> joined = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<String, String>> left = new CopyOnWriteArrayList<>();

    RoomEvents(String namespace, RoomListener adapter) {
        this.namespace = namespace;
        this.adapter = adapter;
    }

    Registration onCreated(Consumer<String> listener) {
        return register(created, listener);
    }

    Registration onDeleted(Consumer<String> listener) {
        return register(deleted, listener);
    }

    Registration onJoined(BiConsumer<String, String> listener) {
        return register(joined, listener);
    }

    Registration onLeft(BiConsumer<String, String> listener) {
        return register(left, listener);
    }

    private static <L> Registration register(List<L> listeners, L listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void roomCreated(String room) {
        adapter.roomCreated(room);
        later(created, room, listener -> listener.accept(room));
    }

    @Override
    public void roomDeleted(String room) {
        adapter.roomDeleted(room);
        later(deleted, room, listener -> listener.accept(room));
    }

    @Override
    public void roomJoined(String room, String id) {
        adapter.roomJoined(room, id);
        later(joined, room, listener -> listener.accept(room, id));
    }

    @Override
    public void roomLeft(String room, String id) {
        adapter.roomLeft(room, id);
        later(left, room, listener -> listener.accept(room, id));
    }

    private <L> void later(List<L> listeners, String room, Consumer<L> call) {
        if (listeners.isEmpty()) {
            return;
        }
        if (mailbox.isOver()) {
            DROPS.log("rooms of " + LimitedLog.safe(namespace)
                    + " change faster than its room listeners are done; one change was not told");
        } else {
            mailbox.post(new Change<>(listeners, room, call));
        }
    }

    private final class Change<L> implements Mailbox.Weighed {
        private final List<L> listeners;
        private final String room;
        private final Consumer<L> call;

        Change(List<L> listeners, String room, Consumer<L> call) {
            this.listeners = listeners;
            this.room = room;
            this.call = call;
        }

        @Override
        public long bytes() {
            return 2L * room.length();
        }

        @Override
        public void run() {
            for (L listener : listeners) {
                EventDispatch.guarded("namespace " + namespace, () -> call.accept(listener));
            }
        }
    }
}
