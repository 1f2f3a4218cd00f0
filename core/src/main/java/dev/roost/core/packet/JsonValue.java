package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import java.lang.reflect.Type;
import tools.jackson.core.type.TypeReference;

/** One JSON value as it came, with its buffers; not parsed. Immutable. */
public final class JsonValue {
    private final Payload payload;
    private final JsonBinding binding;

    private JsonValue(Payload payload, JsonBinding binding) {
        this.payload = payload;
        this.binding = binding;
    }

    /**
     * Reads JSON text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonValue parse(String json) {
        throw new UnsupportedOperationException();
    }

    /** Wraps a payload known to be well-formed, such as one made by {@link JsonBinding}. */
    public static JsonValue of(Payload trusted, JsonBinding binding) {
        return new JsonValue(trusted, binding);
    }

    /** The value's text and buffers. */
    public Payload payload() {
        return payload;
    }

    /**
     * Returns it as a Java value.
     *
     * @throws ArgumentException if it does not fit
     */
    public <T> T as(Class<T> type) {
        return binding.read(this, type);
    }

    /** Returns it as a Java value, like {@link #as(Class)}. */
    public <T> T as(TypeReference<T> type) {
        return binding.read(this, type);
    }

    /** Returns it as a Java value, like {@link #as(Class)}. */
    public Object as(Type type) {
        return binding.read(this, type);
    }

    /** True for JSON's null. */
    public boolean isNull() {
        throw new UnsupportedOperationException();
    }
}
