package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** JSON to Java and back, buffers included. Thread-safe. */
public final class JsonBinding {
    private static final JsonBinding DEFAULTS = new JsonBinding();

    private JsonBinding() {}

    /** Returns the binding used unless another is set. */
    public static JsonBinding defaults() {
        return DEFAULTS;
    }

    /** Makes a binding of the application's own mapper. */
    public static JsonBinding of(JsonMapper mapper) {
        throw new UnsupportedOperationException();
    }

    /** Writes an event: an array of its name and its arguments. */
    public Payload event(String name, @Nullable Object... arguments) {
        throw new UnsupportedOperationException();
    }

    /** Writes an array of values. */
    public Payload array(@Nullable Object... values) {
        throw new UnsupportedOperationException();
    }

    /** Writes one value. */
    public JsonValue value(@Nullable Object value) {
        throw new UnsupportedOperationException();
    }

    /** Writes one value for a place where no attachments may be: buffers become base64 text. */
    public Payload inline(@Nullable Object value) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a value.
     *
     * @throws ArgumentException if it does not fit the type
     */
    public <T> T read(JsonValue value, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    /** Reads a value, like {@link #read(JsonValue, Class)}. */
    public <T> T read(JsonValue value, TypeReference<T> type) {
        throw new UnsupportedOperationException();
    }

    /** Reads a value, like {@link #read(JsonValue, Class)}. */
    public Object read(JsonValue value, Type type) {
        throw new UnsupportedOperationException();
    }
}
