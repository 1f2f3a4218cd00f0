package dev.roost.adapter.cluster;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.StoredSessions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a backend's {@link TtlStore}, signed where the nodes have a secret. What was not written by a node is
 * refused and counted.
 *
 * <p>Thread-safe: immutable.
 */
final class TtlSessions implements StoredSessions {
    private static final String REST = "rest";

    private final TtlStore store;
    private final Optional<String> secret;
    private final IncidentLog incidents;

    TtlSessions(TtlStore store, Optional<String> secret, IncidentLog incidents) {
        this.store = store;
        this.secret = secret;
        this.incidents = incidents;
    }

    @Override
    public boolean put(SessionHandover session) {
        if (session.left().isNegative() || session.left().isZero()) {
            return true;
        }
        byte[] value = StoredCodec.session(session, seal());
        return value.length <= StoredCodec.MAX_BYTES
                && put(key(session.session().namespace(), session.session().pid()), value, session.left());
    }

    @Override
    public Optional<SessionHandover> take(String namespace, String pid) {
        return read(key(namespace, pid), value -> StoredCodec.session(value, seal()))
                .filter(found -> found.session().namespace().equals(namespace)
                        && found.session().pid().equals(pid));
    }

    @Override
    public void rest(Map<String, Map<NodeId, Long>> numbers, Duration ttl) {
        put(REST, StoredCodec.rest(numbers, seal()), ttl);
    }

    @Override
    public Optional<Map<String, Map<NodeId, Long>>> wake() {
        return read(REST, value -> StoredCodec.rest(value, seal()));
    }

    /** The length tells where a secret ends, whatever a client says it is. */
    private static String key(String namespace, String pid) {
        return "session:" + pid.length() + ":" + pid + namespace;
    }

    private boolean put(String key, byte[] value, Duration ttl) {
        try {
            store.put(key, value, ttl);
            return true;
        } catch (AdapterException e) {
            incidents.report(Incident.STORE_FAILED, "sessions cannot be stored: " + e.getMessage());
            return false;
        }
    }

    private <T> Optional<T> read(String key, Reader<T> reader) {
        try {
            Optional<byte[]> value = store.take(key);
            return value.isPresent() ? Optional.of(reader.read(value.get())) : Optional.empty();
        } catch (AdapterException e) {
            incidents.report(Incident.STORE_FAILED, "sessions cannot be taken out of the store: " + e.getMessage());
        } catch (FrameFormatException e) {
            incidents.report(Incident.STORED_REFUSED, "what was stored was not stored by a node: " + e.getMessage());
        }
        return Optional.empty();
    }

    private @Nullable FrameSeal seal() {
        return secret.map(FrameSeal::new).orElse(null);
    }

    /** Makes something of bytes nobody vouches for. */
    private interface Reader<T> {
        T read(byte[] value) throws FrameFormatException;
    }
}
