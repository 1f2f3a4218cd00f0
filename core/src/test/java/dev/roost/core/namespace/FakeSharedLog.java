package dev.roost.core.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SharedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A log of several nodes as one of them sees it, which reads it at once. Ids are numbers of three digits.
 *
 * <p>Thread-safe: guarded by its own lock, which is held while the node is told of an entry, since it is told in order.
 */
final class FakeSharedLog implements SharedLog {
    private final LocalNode node;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<Command.Broadcast> events = new ArrayList<>();

    @GuardedBy("lock")
    private final Map<String, LoggedSession> sessions = new HashMap<>();

    private volatile Runnable beforeAppend = () -> {};
    private volatile Runnable onRead = () -> {};
    private volatile boolean takesEvents = true;

    private FakeSharedLog(LocalNode node) {
        this.node = node;
    }

    /** Has a server read a new log. */
    static FakeSharedLog readBy(SocketIo io) {
        FakeSharedLog log = new FakeSharedLog(io.localNode());
        io.join(
                new RecordingAdapter() {
                    @Override
                    public Optional<SharedLog> sharedLog() {
                        return Optional.of(log);
                    }
                },
                io.node());
        return log;
    }

    /** Has something done whenever this node is about to append. */
    void beforeAppend(Runnable action) {
        beforeAppend = action;
    }

    /** Has something done while the log is read for a client. */
    void onRead(Runnable action) {
        onRead = action;
    }

    /** Whether it takes events of this node. */
    void takesEvents(boolean value) {
        takesEvents = value;
    }

    /** Another node sends an event. */
    void other(Selection selection, String json) {
        add(new Command.Broadcast("/", selection, Payload.of(json.getBytes(UTF_8))));
    }

    private void add(Command.Broadcast event) {
        lock.lock();
        try {
            events.add(event);
            node.logged(id(events.size()), event);
        } finally {
            lock.unlock();
        }
    }

    private static String id(int number) {
        return "%03d".formatted(number);
    }

    /** The session kept under a secret. */
    Optional<LoggedSession> kept(String pid) {
        lock.lock();
        try {
            return Optional.ofNullable(sessions.get(pid));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Comparator<String> order() {
        return Comparator.naturalOrder();
    }

    @Override
    public String position(String namespace) {
        lock.lock();
        try {
            return id(events.size());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean append(Command.Broadcast event) {
        beforeAppend.run();
        if (takesEvents) {
            add(event);
        }
        return takesEvents;
    }

    @Override
    public boolean keep(LoggedSession session, Duration ttl) {
        lock.lock();
        try {
            sessions.put(session.pid(), session);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<LoggedSession> take(String namespace, String pid, Optional<String> said) {
        lock.lock();
        try {
            return Optional.ofNullable(sessions.remove(pid));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<List<Entry>> missed(LoggedSession session, Optional<String> said, long mostBytes) {
        onRead.run();
        lock.lock();
        try {
            int after = Integer.parseInt(said.or(session::since).orElseThrow());
            List<Entry> missed = new ArrayList<>();
            for (int i = after; i < events.size(); i++) {
                Command.Broadcast event = events.get(i);
                if (isMeant(session, event.selection())) {
                    missed.add(new Entry(id(i + 1), event.arguments(), true));
                }
            }
            return after > events.size() ? Optional.empty() : Optional.of(missed);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isMeant(LoggedSession session, Selection selection) {
        Set<String> rooms = selection.rooms();
        return !selection.flags().isVolatile()
                && (rooms.isEmpty()
                        || rooms.contains(session.socketId())
                        || !Collections.disjoint(rooms, session.rooms()));
    }
}
