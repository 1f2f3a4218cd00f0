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
 * @param said what it remembers of the last event; empty if it got none
 * @param valid false if it remembers what cannot be, so that nothing is known of what it got
 */
record ReturnRequest(String pid, Optional<String> said, boolean valid) {
    private static final int LONGEST_OFFSET = 64;
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
        return shown.get("offset") instanceof String said && said.length() <= LONGEST_OFFSET
                ? new ReturnRequest(pid, Optional.of(said), true)
                : new ReturnRequest(pid, Optional.empty(), false);
    }

    /** What it remembers as a place in the log of a node; empty if it is none. */
    Optional<Offset> offset() {
        return said.flatMap(Offset::parse);
    }

    /** True if what it remembers, if anything, is a place in the log of a node. */
    boolean fitsNodes() {
        return valid && (said.isEmpty() || offset().isPresent());
    }

    /** Hides the secret. */
    @Override
    public String toString() {
        return "ReturnRequest[said=" + said + ", valid=" + valid + "]";
    }
}
