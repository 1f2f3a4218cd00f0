package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One value of a message, as JSON or msgpack; only the parts that are asked for are decoded. Immutable.
 *
 * <p>Node's adapters put the same shapes into both encodings, so a reader need not know which one it has.
 *
 * <p>Spec: redis-wire 1 and 3.
 */
public sealed interface WireValue permits JsonSlice, PackedSlice {
    /** Most bytes of a message, and of the text it may become. */
    int MAX_BYTES = 32 << 20;

    /** Nesting deeper than this is refused. */
    int MAX_DEPTH = 400;

    /**
     * Takes a message, JSON if it begins with a brace, else msgpack.
     *
     * @throws WireFormatException if it is empty or too large
     */
    static WireValue of(byte[] message) throws WireFormatException {
        check(message);
        return message[0] == '{' ? JsonSlice.of(message) : packed(message);
    }

    /** Takes msgpack. */
    static WireValue packed(byte[] message) throws WireFormatException {
        check(message);
        return new PackedSlice(message, 0, message.length);
    }

    /** Takes JSON; like Node, replaces what is not UTF-8. */
    static WireValue json(byte[] message) throws WireFormatException {
        check(message);
        return JsonSlice.of(message);
    }

    private static void check(byte[] message) throws WireFormatException {
        if (message.length == 0 || message.length > MAX_BYTES) {
            throw new WireFormatException("expected 1 to " + MAX_BYTES + " bytes, got " + message.length);
        }
    }

    /** Returns the members of an object. */
    WireObject object() throws WireFormatException;

    /** Returns the elements of an array. */
    List<WireValue> elements() throws WireFormatException;

    /** Returns a text; of a number its decimal form, since rooms of JavaScript may be numbers. */
    String text() throws WireFormatException;

    /** Returns a whole number. */
    long integer() throws WireFormatException;

    /** Whether it is JSON's null, or JavaScript's undefined. */
    boolean isNull() throws WireFormatException;

    /** Whether it is {@code true}. */
    boolean isTrue() throws WireFormatException;

    /** Whether it is {@code false}. */
    boolean isFalse() throws WireFormatException;

    /** Returns the value as JSON text and its buffers. */
    Payload payload() throws WireFormatException;

    /** Returns the texts of an array, each once. */
    default Set<String> texts() throws WireFormatException {
        Set<String> texts = new LinkedHashSet<>();
        for (WireValue element : elements()) {
            texts.add(element.text());
        }
        return texts;
    }

    /** JavaScript's text of a number. */
    static String decimal(double number) {
        long whole = (long) number;
        return whole == number && Math.abs(whole) < 1L << 53 ? Long.toString(whole) : Double.toString(number);
    }

    /** Text as bytes. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
