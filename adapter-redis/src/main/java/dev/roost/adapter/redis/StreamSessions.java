package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.redis.wire.WireFormatException;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sessions whose clients may come back to any server that speaks the format of Node's streams adapter.
 *
 * <p>A session is taken out once, be it recovered or not. What its client missed is read from the stream, from the entry
 * it remembers on; if the stream has dropped that, nothing can be said of what it missed. As in Node, who is meant is
 * judged by the rooms at the end of the connection.
 *
 * <p>Thread-safe. Blocks for Redis; its failures are thrown as they are. Spec: redis-wire 4, "Sessions".
 */
final class StreamSessions {
    private static final int COUNT = 100;
    /** Entries looked at for one client. */
    private static final int MOST_ENTRIES = 500_000;

    private static final int EVENT_BYTES = 64;

    private final RedisCommands<byte[], byte[]> commands;
    private final String keyPrefix;

    /**
     * What a client missed. Immutable.
     *
     * @param events in order
     * @param upTo the last entry that was looked at
     */
    record Missed(List<SharedLog.Entry> events, String upTo) {
        Missed {
            events = List.copyOf(events);
        }
    }

    StreamSessions(RedisCommands<byte[], byte[]> commands, String keyPrefix) {
        this.commands = commands;
        this.keyPrefix = keyPrefix;
    }

    /**
     * Makes sure that a stream has an entry: so there is one before every client that connects. Nobody takes one without
     * namespace for a message.
     */
    void begin(byte[] stream, byte[] field, byte[] value) {
        if (commands.xlen(stream) == 0) {
            commands.xadd(stream, Map.of(field, value));
        }
    }

    /** Stores a session for as long as its client may be away. */
    void keep(LoggedSession session, Duration ttl) {
        commands.set(
                key(session.pid()),
                StreamSessionCodec.encode(session),
                SetArgs.Builder.px(Math.max(1, ttl.toMillis())));
    }

    /** Takes a session out, unless the client remembers what is no id. */
    Optional<LoggedSession> take(String namespace, String pid, Optional<String> said) throws WireFormatException {
        if (said.isPresent() && !StreamId.isOne(said.get())) {
            return Optional.empty();
        }
        byte[] stored = commands.getdel(key(pid));
        if (stored == null) {
            return Optional.empty();
        }
        LoggedSession session = StreamSessionCodec.decode(stored, namespace);
        if (!session.pid().equals(pid) || !session.namespace().equals(namespace)) {
            throw new WireFormatException("expected another secret or namespace");
        }
        return Optional.of(session);
    }

    /**
     * Reads what a client missed.
     *
     * @param mostBytes how much it may have missed
     * @return nothing if it cannot be said what it missed
     */
    Optional<Missed> missed(byte[] stream, LoggedSession session, Optional<String> said, long mostBytes)
            throws WireFormatException {
        // Clients never forget: an id of before this connection says nothing about it.
        boolean sinceThen = session.since().isPresent()
                && (said.isEmpty()
                        || StreamId.compare(said.get(), session.since().get()) <= 0);
        Optional<String> from = sinceThen ? session.since() : said;
        if (from.isEmpty() || !isThere(stream, from.get(), sinceThen)) {
            return Optional.empty();
        }
        List<SharedLog.Entry> events = new ArrayList<>();
        long bytes = 0;
        int looked = 0;
        String position = from.get();
        List<StreamMessage<byte[], byte[]>> entries;
        do {
            Range<String> later = Range.from(Range.Boundary.excluding(position), Range.Boundary.unbounded());
            entries = commands.xrange(stream, later, Limit.from(COUNT));
            for (StreamMessage<byte[], byte[]> read : entries) {
                position = read.getId();
                StreamEntry entry = StreamEntry.of(read.getBody());
                if (!entry.namespace().equals(session.namespace()) || !entry.mayConcernTheAway()) {
                    continue;
                }
                PeerMessage message = entry.message();
                if (message instanceof PeerMessage.Event(Command.Broadcast event) && isMissed(session, event)) {
                    boolean compress = event.selection().flags().compress();
                    events.add(new SharedLog.Entry(position, event.arguments(), compress));
                    bytes += event.arguments().bytes() + EVENT_BYTES;
                } else if (message instanceof PeerMessage.Request(NodeRequest.Apply apply)
                        && apply.command() instanceof Command.Disconnect away
                        && isMeant(session, away.selection())) {
                    return Optional.empty();
                }
            }
            looked += entries.size();
            if (bytes > mostBytes || looked > MOST_ENTRIES) {
                return Optional.empty();
            }
        } while (entries.size() == COUNT);
        // What was dropped while this was read may have been dropped before it was read.
        return isThere(stream, from.get(), sinceThen) ? Optional.of(new Missed(events, position)) : Optional.empty();
    }

    /**
     * Whether nothing after an entry was dropped.
     *
     * @param orOlder whether an older entry will do, since nobody doubts that this one was there
     */
    private boolean isThere(byte[] stream, String id, boolean orOlder) {
        if (!orOlder) {
            return !commands.xrange(stream, Range.create(id, id)).isEmpty();
        }
        List<StreamMessage<byte[], byte[]>> first = commands.xrange(stream, Range.unbounded(), Limit.from(1));
        return !first.isEmpty() && StreamId.compare(first.getFirst().getId(), id) <= 0;
    }

    private byte[] key(String pid) {
        return NodeChannels.bytes(keyPrefix + pid);
    }

    /** Whether a broadcast is one that a session's socket would have got, and may get later. */
    private static boolean isMissed(LoggedSession session, Command.Broadcast event) {
        return !event.selection().flags().isVolatile() && isMeant(session, event.selection());
    }

    private static boolean isMeant(LoggedSession session, Selection selection) {
        return (selection.rooms().isEmpty() || isInAny(session, selection.rooms()))
                && !isInAny(session, selection.except());
    }

    private static boolean isInAny(LoggedSession session, Set<String> rooms) {
        return rooms.contains(session.socketId()) || !Collections.disjoint(rooms, session.rooms());
    }
}
