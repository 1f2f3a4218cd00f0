package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of an object of a message. Immutable.
 *
 * @param members by name; of equal names the last counts, as in JavaScript
 */
public record WireObject(Map<String, WireValue> members) {
    private static final byte[] NULL = WireValue.utf8("null");

    public WireObject {
        members = Map.copyOf(members);
    }

    /** Returns a member, if it is there and not null. */
    public Optional<WireValue> find(String name) throws WireFormatException {
        WireValue value = members.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** Returns a member that must be there. */
    public WireValue get(String name) throws WireFormatException {
        return find(name).orElseThrow(() -> new WireFormatException("expected " + name));
    }

    /** Returns a member's text, if it is there. */
    public Optional<String> text(String name) throws WireFormatException {
        Optional<WireValue> value = find(name);
        return value.isEmpty() ? Optional.empty() : Optional.of(value.get().text());
    }

    /** Returns the texts of a member that is an array, none if it is not there. */
    public Set<String> texts(String name) throws WireFormatException {
        Optional<WireValue> value = find(name);
        return value.isEmpty() ? Set.of() : value.get().texts();
    }

    /** Whether a member is {@code true}. */
    public boolean isTrue(String name) throws WireFormatException {
        Optional<WireValue> value = find(name);
        return value.isPresent() && value.get().isTrue();
    }

    /** Whether a member is {@code false}. */
    public boolean isFalse(String name) throws WireFormatException {
        Optional<WireValue> value = find(name);
        return value.isPresent() && value.get().isFalse();
    }

    /** Returns a member as JSON, null if it is not there. */
    public Payload payload(String name) throws WireFormatException {
        Optional<WireValue> value = find(name);
        return value.isEmpty() ? Payload.of(NULL) : value.get().payload();
    }
}
