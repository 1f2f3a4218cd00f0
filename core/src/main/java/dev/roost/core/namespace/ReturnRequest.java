package dev.roost.core.namespace;

import dev.roost.core.engine.SessionIds;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.JsonValue;
import dev.roost.core.recovery.Offset;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * What a client shows in its CONNECT that wants to come back. Immutable.
 *
 * <p>Spec: socket-io 12, security S15.
 *
 * @param pid its secret
 * @param offset what it remembers of the last event; empty if it got none
 * @param valid false if it remembers what cannot be, so that nothing is known of what it got
 */
record ReturnRequest(String pid, Optional<Offset> offset, boolean valid) {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** Reads what a client shows; null if it is new. */
    static @Nullable ReturnRequest of(JsonValue auth) {
        Map<String, Object> shown;
        try {
            shown = auth.as(OBJECT);
        } catch (ArgumentException e) {
            return null;
        }
        if (!(shown.get("pid") instanceof String pid) || pid.length() != SessionIds.LENGTH) {
            return null;
        }
        if (!shown.containsKey("offset")) {
            return new ReturnRequest(pid, Optional.empty(), true);
        }
        Optional<Offset> offset = shown.get("offset") instanceof String text ? Offset.parse(text) : Optional.empty();
        return new ReturnRequest(pid, offset, offset.isPresent());
    }

    /** Hides the secret. */
    @Override
    public String toString() {
        return "ReturnRequest[offset=" + offset + ", valid=" + valid + "]";
    }
}
