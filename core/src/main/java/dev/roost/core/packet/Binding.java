package dev.roost.core.packet;

import java.lang.reflect.Type;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Reads the simplest values without Jackson, and tells what did not fit without showing it. */
final class Binding {
    /** Of a value that is no argument of anything. */
    static final int NO_INDEX = -1;

    private static final int LONGEST = 18; // digits that always fit a long

    private Binding() {}

    /** Returns a value whose text is already of the form asked for; null if Jackson has to decide. */
    static @Nullable Object simple(JsonValue value, Type type) {
        if (type == String.class) {
            return value.first() == '"' ? value.string() : null;
        }
        if (type == int.class || type == Integer.class) {
            Long number = value.wholeNumber(LONGEST);
            return number != null && number == number.intValue() ? (Object) number.intValue() : null;
        }
        if (type == long.class || type == Long.class) {
            return value.wholeNumber(LONGEST);
        }
        if (type == boolean.class || type == Boolean.class) {
            return value.first() == 't' ? Boolean.TRUE : value.first() == 'f' ? Boolean.FALSE : null;
        }
        return null;
    }

    static ArgumentException mismatch(JavaType expected, String kind, int index) {
        return new ArgumentException(
                "expected " + name(expected.getRawClass()) + ", got " + kind + at(index, ""), null);
    }

    static ArgumentException mismatch(JacksonException cause, JavaType expected, JsonValue value, int index) {
        Class<?> type = expected.getRawClass();
        String kind = value.kind();
        if (cause instanceof MismatchedInputException mismatch) {
            type = place(mismatch, type);
            if (!mismatch.getPath().isEmpty()) {
                kind = kind(mismatch.getCurrentToken());
            }
        }
        String got = couldBe(type, kind) ? kind + " of another form or range" : kind;
        // What the application's own code said is its own business; Jackson's text shows the value.
        Throwable own = cause instanceof ValueInstantiationException ? cause.getCause() : null;
        return new ArgumentException("expected " + name(type) + ", got " + got + at(index, path(cause)), own);
    }

    /** The type expected where the value did not fit. */
    private static Class<?> place(MismatchedInputException mismatch, Class<?> whole) {
        Class<?> type = mismatch.getTargetType();
        if (type == null) {
            return whole;
        }
        if (mismatch.getPath().isEmpty()) {
            // Not the class Jackson chose for an interface.
            return whole.isAssignableFrom(type) ? whole : type;
        }
        boolean element = mismatch.getPath().getLast().getPropertyName() == null;
        return element && type.isArray() ? type.getComponentType() : type;
    }

    /** True if some values of that kind would do. */
    private static boolean couldBe(Class<?> type, String kind) {
        return switch (kind) {
            case "number" -> type.isPrimitive() && type != boolean.class || Number.class.isAssignableFrom(type);
            case "string" ->
                type.isEnum()
                        || Temporal.class.isAssignableFrom(type)
                        || TemporalAmount.class.isAssignableFrom(type)
                        || type == Date.class
                        || type == byte[].class;
            default -> false;
        };
    }

    private static String name(Class<?> type) {
        return type.getSimpleName();
    }

    private static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT, PROPERTY_NAME -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            case VALUE_EMBEDDED_OBJECT -> "buffer";
            case null, default -> "null";
        };
    }

    private static String at(int index, String path) {
        if (index != NO_INDEX) {
            return " at argument " + index + (path.isEmpty() || path.startsWith("[") ? path : "." + path);
        }
        return path.isEmpty() ? "" : " at " + path;
    }

    /** Names of Java members and indexes; the keys of maps are a client's text. */
    private static String path(JacksonException cause) {
        StringBuilder path = new StringBuilder();
        for (Reference reference : cause.getPath()) {
            if (reference.getPropertyName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else if (isMap(reference.from())) {
                path.append("[key]");
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            }
        }
        return path.toString();
    }

    private static boolean isMap(@Nullable Object from) {
        return from instanceof Map<?, ?> || from instanceof Class<?> type && Map.class.isAssignableFrom(type);
    }
}
