package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Arguments of an event or of an answer: validated, bound when asked for. Immutable. */
public final class Arguments {
    private final Payload payload;

    private Arguments(Payload payload) {
        this.payload = payload;
    }

    /** Reads an array of values, such as an answer that came over another node. */
    public static Arguments of(Payload array, JsonBinding binding) {
        return new Arguments(array);
    }

    /** Reads an array whose first element is the name of an event. */
    public static Arguments ofEvent(Payload array, JsonBinding binding) {
        return new Arguments(array);
    }

    /** The name of the event these are the arguments of, or null if they belong to an answer. */
    public @Nullable String eventName() {
        throw new UnsupportedOperationException();
    }

    /** How many there are, the event's name not counted. */
    public int count() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns one argument.
     *
     * @throws IndexOutOfBoundsException if there are not as many
     */
    public JsonValue get(int index) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns one argument as a Java value; an absent one counts as JSON's null.
     *
     * @throws ArgumentException if it does not fit
     */
    public <T> T get(int index, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    /** Returns one argument as a Java value, like {@link #get(int, Class)}. */
    public <T> T get(int index, TypeReference<T> type) {
        throw new UnsupportedOperationException();
    }

    /** The whole array as on the wire, an event's name included: what a relay passes on. */
    public Payload payload() {
        return payload;
    }

    /** All arguments. */
    public List<JsonValue> toList() {
        throw new UnsupportedOperationException();
    }
}
