package dev.roost.adapter.redis;

import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.Payload;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Sessions as Node's streams adapter stores them: base64 of msgpack. What Roost adds, Node passes over: the namespace,
 * and since when the client was connected.
 *
 * <p>Spec: redis-wire 4, "Sessions".
 */
final class StreamSessionCodec {
    private static final Payload NO_DATA = Payload.of("{}".getBytes(StandardCharsets.UTF_8));

    private StreamSessionCodec() {}

    /** Writes it; Node expects its own room among the others. */
    static byte[] encode(LoggedSession session) {
        Set<String> all = new LinkedHashSet<>();
        all.add(session.socketId());
        all.addAll(session.rooms());
        WireWriter writer = WireWriter.packed()
                .object(session.since().isPresent() ? 6 : 5)
                .name("sid")
                .text(session.socketId())
                .name("pid")
                .text(session.pid())
                .name("rooms")
                .texts(all)
                .name("data")
                .payload(session.data())
                .name("nsp")
                .text(session.namespace());
        session.since().ifPresent(since -> writer.name("since").text(since));
        return Base64.getEncoder().encode(writer.end().message());
    }

    /** Reads one that is wanted in a namespace; those of Node do not say which it is of. */
    static LoggedSession decode(byte[] stored, String wanted) throws WireFormatException {
        byte[] message;
        try {
            message = Base64.getDecoder().decode(stored);
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("expected base64");
        }
        WireObject session = WireValue.packed(message).object();
        String socketId = session.get("sid").text();
        Set<String> rooms = new LinkedHashSet<>(session.texts("rooms"));
        rooms.remove(socketId);
        Optional<WireValue> data = session.find("data");
        Optional<WireValue> namespace = session.find("nsp");
        Optional<WireValue> since = session.find("since");
        if (since.isPresent() && !StreamId.isOne(since.get().text())) {
            throw new WireFormatException("expected the id of an entry");
        }
        return new LoggedSession(
                namespace.isPresent() ? namespace.get().text() : wanted,
                session.get("pid").text(),
                socketId,
                rooms,
                data.isPresent() ? data.get().payload() : NO_DATA,
                since.isPresent() ? Optional.of(since.get().text()) : Optional.empty());
    }
}
