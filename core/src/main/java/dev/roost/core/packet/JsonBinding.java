package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON to Java and back, buffers included. Thread-safe.
 *
 * <p>A {@code byte[]} or {@link ByteBuffer}, however deep inside a value, leaves as an attachment and is read from one.
 * Arrays are not copied on the way: do not change one after it was given or got. {@link JsonValue} and {@link Arguments}
 * keep their text as it is.
 *
 * <p>The defaults: dates are ISO-8601 text, with milliseconds and {@code Z} for instants; unknown members are ignored;
 * of equal members the last counts; nothing is converted between text, numbers and booleans; no text of a client
 * chooses a class.
 *
 * <p>Spec: socket-io 1, "Binary" and "JSON notes"; security K9, D4 to D7.
 */
public final class JsonBinding {
    private static final JsonBinding DEFAULTS = new JsonBinding(JsonMappers.defaults(), true);

    /** JSON's null, what an absent argument counts as. */
    static final JsonValue NULL = new JsonValue(new byte[] {'n', 'u', 'l', 'l'}, 0, 4, DEFAULTS);

    private final JsonMapper mapper;
    private final ObjectWriter writer;
    private final boolean shortcuts; // scalars need no mapper: nobody else has a say in their form

    private JsonBinding(JsonMapper mapper, boolean shortcuts) {
        this.mapper = mapper.rebuild().addModule(JsonMappers.rawValues(this)).build();
        this.writer = this.mapper.writer();
        this.shortcuts = shortcuts;
    }

    /** Returns the binding used unless another is set. */
    public static JsonBinding defaults() {
        return DEFAULTS;
    }

    /**
     * Makes a binding of the application's own mapper, whose settings, serializers and deserializers all apply.
     *
     * <p>Buffers and raw values stay Roost's business; every other value, however simple, goes through the mapper.
     */
    public static JsonBinding of(JsonMapper mapper) {
        return new JsonBinding(mapper, false);
    }

    // ---- writing

    /**
     * Writes an event: an array of its name and its arguments.
     *
     * @throws IllegalArgumentException if the mapper cannot write one of them
     */
    public Payload event(String name, @Nullable Object... arguments) {
        JsonOutput output = new JsonOutput(false);
        output.put('[');
        output.string(name);
        for (Object argument : arguments) {
            output.put(',');
            write(argument, output);
        }
        output.put(']');
        return output.payload();
    }

    /**
     * Writes an array of values.
     *
     * @throws IllegalArgumentException if the mapper cannot write one of them
     */
    public Payload array(@Nullable Object... values) {
        JsonOutput output = new JsonOutput(false);
        output.put('[');
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                output.put(',');
            }
            write(values[i], output);
        }
        output.put(']');
        return output.payload();
    }

    /**
     * Writes one value.
     *
     * @throws IllegalArgumentException if the mapper cannot
     */
    public JsonValue value(@Nullable Object value) {
        if (value instanceof JsonValue same) {
            return same;
        }
        JsonOutput output = new JsonOutput(false);
        write(value, output);
        return JsonValue.trusted(output.payload(), this);
    }

    /**
     * Writes one value for a place where no attachments may be, such as the reason of a refusal.
     *
     * <p>Buffers become base64 text.
     *
     * @throws IllegalArgumentException if the mapper cannot write it
     */
    public Payload inline(@Nullable Object value) {
        JsonOutput output = new JsonOutput(true);
        write(value, output);
        return output.payload();
    }

    private void write(@Nullable Object value, JsonOutput output) {
        switch (value) {
            case null -> output.nullValue();
            case JsonValue raw -> raw.writeTo(output);
            case Arguments raw -> raw.writeTo(output);
            case byte[] buffer -> output.buffer(buffer);
            case ByteBuffer buffer -> output.buffer(buffer);
            case String text when shortcuts -> output.string(text);
            case Integer number when shortcuts -> output.ascii(Integer.toString(number));
            case Long number when shortcuts -> output.ascii(Long.toString(number));
            case Boolean truth when shortcuts -> output.ascii(Boolean.toString(truth));
            case Double number when shortcuts -> output.number(number);
            default -> serialize(value, output);
        }
    }

    private void serialize(Object value, JsonOutput output) {
        try (JsonGenerator generator = new AttachmentGenerator(mapper.createGenerator(output), output)) {
            writer.writeValue(generator, value);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "expected a value that can be written as JSON, got "
                            + value.getClass().getName() + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    // ---- reading

    /**
     * Reads a value.
     *
     * @return null only where the value is null and the type has no other word for it
     * @throws ArgumentException if it does not fit the type
     */
    public <T> T read(JsonValue value, Class<T> type) {
        return read(value, type, Binding.NO_INDEX);
    }

    /** Reads a value, like {@link #read(JsonValue, Class)}. */
    public <T> T read(JsonValue value, TypeReference<T> type) {
        return read(value, type.getType(), Binding.NO_INDEX);
    }

    /** Reads a value, like {@link #read(JsonValue, Class)}. */
    public Object read(JsonValue value, Type type) {
        return read(value, type, Binding.NO_INDEX);
    }

    /**
     * Reads the argument with an index.
     *
     * @param <T> what {@code type} describes
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"}) // see read about null
    <T> T read(JsonValue value, Type type, int index) {
        Object simple = shortcuts ? Binding.simple(value, type) : null;
        if (simple != null) {
            return (T) simple;
        }
        if (type == JsonValue.class) {
            return (T) value;
        }
        if (value.isBuffer() && type == byte[].class) {
            return (T) value.attachments().getFirst();
        }
        JavaType target = mapper.constructType(type);
        if (value.isNull() && target.isPrimitive()) {
            throw Binding.mismatch(target, "null", index);
        }
        String text = value.toString();
        try (JsonParser json = mapper.createParser(text);
                AttachmentParser parser = new AttachmentParser(json, text, value.attachments(), this)) {
            return (T) mapper.readValue(parser, target);
        } catch (JacksonException e) {
            throw Binding.mismatch(e, target, value, index);
        }
    }

    /** Reads the value at a parser's current token, raw. */
    JsonValue raw(JsonParser parser) {
        if (parser instanceof AttachmentParser source) {
            return source.raw();
        }
        // Jackson kept it aside in a form of its own.
        JsonOutput output = new JsonOutput(false);
        try (JsonGenerator generator = new AttachmentGenerator(mapper.createGenerator(output), output)) {
            generator.copyCurrentStructure(parser);
        }
        return JsonValue.trusted(output.payload(), this);
    }
}
