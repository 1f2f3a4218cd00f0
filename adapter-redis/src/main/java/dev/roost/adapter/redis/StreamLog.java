package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.cluster.Incident;
import dev.roost.adapter.redis.wire.WireFormatException;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The streams of Node's adapter as a log all nodes read, and the sessions it stores beside them.
 *
 * <p>Sessions have a connection of their own: what many clients missed does not hold up what is sent.
 *
 * <p>Thread-safe: a semaphore, and what it stands on. Spec: redis-wire 4.
 */
final class StreamLog implements SharedLog {
    /** Clients that are read for at a time; each may have many megabytes under way. */
    private static final int READERS = 4;

    private static final Duration TURN = Duration.ofSeconds(5);

    private final StreamsFormat format;
    private final StreamSessions sessions;
    private final Duration commandTimeout;
    private final StreamAppends appends;
    private final Semaphore reading = new Semaphore(READERS);

    StreamLog(StreamsFormat format, StreamSessions sessions, RedisAdapterConfig config) {
        this.format = format;
        this.sessions = sessions;
        commandTimeout = config.commandTimeout();
        appends = new StreamAppends(commandTimeout);
    }

    @Override
    public Comparator<String> order() {
        return StreamId::compare;
    }

    @Override
    public String position(String namespace) {
        return format.reader(namespace).position();
    }

    @Override
    public boolean append(Command.Broadcast event) {
        String token = appends.begin(event);
        try {
            return appends.await(token, format.append(event, token));
        } catch (AdapterException | JacksonException e) {
            appends.forget(token);
            format.report(Incident.FRAME_SEND_FAILED, "an event was not sent: " + e.getMessage());
            return false;
        }
    }

    /** An entry of this node was read. */
    void readBack(@Nullable String token, Consumer<Command.Broadcast> deliver) {
        appends.readBack(token, deliver);
    }

    @Override
    public boolean keep(LoggedSession session, Duration ttl) {
        try {
            sessions.keep(session, ttl);
            return true;
        } catch (RedisException | JacksonException e) {
            format.report(Incident.STORE_FAILED, "a session cannot be stored: " + e.getMessage());
            return false;
        }
    }

    @Override
    public Optional<LoggedSession> take(String namespace, String pid, Optional<String> said) {
        return tried(() -> sessions.take(namespace, pid, said));
    }

    @Override
    public Optional<List<Entry>> missed(LoggedSession session, Optional<String> said, long mostBytes) {
        try {
            if (!reading.tryAcquire(TURN.toNanos(), TimeUnit.NANOSECONDS)) {
                format.report(Incident.STORE_FAILED, "more clients come back than can be read for");
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            byte[] stream = NodeChannels.bytes(format.stream(session.namespace()));
            return tried(() -> sessions.missed(stream, session, said, mostBytes))
                    .filter(missed -> format.reader(session.namespace()).await(missed.upTo(), commandTimeout))
                    .map(StreamSessions.Missed::events);
        } finally {
            reading.release();
        }
    }

    private <T> Optional<T> tried(Reading<T> attempt) {
        try {
            return attempt.read();
        } catch (RedisException e) {
            format.report(Incident.STORE_FAILED, "a session cannot be read: " + e.getMessage());
        } catch (WireFormatException e) {
            format.report(Incident.STORED_REFUSED, "what was stored is no session, or no event: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Something that needs Redis, and reads what anybody may have written. */
    private interface Reading<T> {
        Optional<T> read() throws WireFormatException;
    }
}
