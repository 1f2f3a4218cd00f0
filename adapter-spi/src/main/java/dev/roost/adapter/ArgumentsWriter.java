package dev.roost.adapter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the arguments of an event as JSON and buffers, without a JSON library. Confined to a thread.
 *
 * <p>Strict: what has no exact JSON form is refused rather than changed on the way. Half a surrogate pair is written as an
 * escape, since it has no UTF-8 form.
 */
final class ArgumentsWriter {
    /** What the servers take; deeper ones are usually circles. */
    private static final int MAX_DEPTH = 128;
    /** Stock clients refuse an event with more. */
    private static final int MAX_BUFFERS = 10;

    private static final String PLACEHOLDER = "_placeholder";

    private final StringBuilder text = new StringBuilder(128);
    private final List<byte[]> buffers = new ArrayList<>(0);

    private ArgumentsWriter() {}

    /** Returns an event's name and arguments as one array. */
    static Payload write(String event, @Nullable Object[] arguments) {
        ArgumentsWriter writer = new ArgumentsWriter();
        writer.text.append('[');
        writer.string(event);
        for (Object argument : arguments) {
            writer.text.append(',');
            writer.value(argument, 1);
        }
        writer.text.append(']');
        return new Payload(writer.text.toString().getBytes(StandardCharsets.UTF_8), writer.buffers);
    }

    private void value(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("expected at most " + MAX_DEPTH + " values inside each other");
        }
        switch (value) {
            case null -> text.append("null");
            case String string -> string(string);
            case Boolean flag -> text.append(flag.booleanValue());
            case Number number -> number(number);
            case byte[] buffer -> buffer(buffer);
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            default ->
                throw new IllegalArgumentException(
                        "expected null, a Boolean, a Number, a String, a byte[], a Map or a List, got a "
                                + value.getClass().getName());
        }
    }

    private void number(Number number) {
        switch (number) {
            case Byte n -> text.append(n);
            case Short n -> text.append(n);
            case Integer n -> text.append(n);
            case Long n -> text.append(n);
            case BigInteger n -> text.append(n);
            case BigDecimal n -> text.append(n);
            case Float n when Float.isFinite(n) -> text.append(n);
            case Double n when Double.isFinite(n) -> text.append(n);
            default ->
                throw new IllegalArgumentException("expected a finite number of the JDK, got "
                        + number.getClass().getName() + " " + number);
        }
    }

    private void object(Map<?, ?> map, int depth) {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw new IllegalArgumentException("expected a String as key of a map, got " + entry.getKey());
            }
            if (name.equals(PLACEHOLDER) && Boolean.TRUE.equals(entry.getValue())) {
                throw new IllegalArgumentException("expected data, got a map with _placeholder: true,"
                        + " which every receiver would take for a buffer");
            }
            text.append(before);
            string(name);
            text.append(':');
            value(entry.getValue(), depth + 1);
            before = ',';
        }
        text.append(map.isEmpty() ? "{}" : "}");
    }

    private void array(List<?> list, int depth) {
        char before = '[';
        for (Object element : list) {
            text.append(before);
            value(element, depth + 1);
            before = ',';
        }
        text.append(list.isEmpty() ? "[]" : "]");
    }

    private void buffer(byte[] buffer) {
        if (buffers.size() == MAX_BUFFERS) {
            throw new IllegalArgumentException("expected at most " + MAX_BUFFERS + " buffers in one event");
        }
        text.append("{\"_placeholder\":true,\"num\":").append(buffers.size()).append('}');
        buffers.add(buffer);
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c) && !paired(string, i)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static boolean paired(String string, int at) {
        return Character.isHighSurrogate(string.charAt(at))
                ? at + 1 < string.length() && Character.isLowSurrogate(string.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(string.charAt(at - 1));
    }
}
