package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * One JSON value as it came, with its buffers; not parsed. Immutable.
 *
 * <p>Emitting it writes the text it holds. Values are equal if text and buffers are.
 *
 * <p>Spec: socket-io 1.
 */
public final class JsonValue {
    /** For what was checked before under limits of its own. */
    static final PacketLimits RELAXED =
            new PacketLimits(1_000, Integer.MAX_VALUE, PacketLimits.DEEPEST, 10_000, 1_000_000, 1_000_000);

    private final byte[] json;
    private final int from;
    private final int to;
    private final List<byte[]> attachments; // all met in the text, in the order of their numbers
    private final JsonBinding binding;

    /** Makes a value of a piece of text that has no buffers. */
    JsonValue(byte[] json, int from, int to, JsonBinding binding) {
        this(json, from, to, List.of(), binding);
    }

    private JsonValue(byte[] json, int from, int to, List<byte[]> attachments, JsonBinding binding) {
        this.json = json;
        this.from = from;
        this.to = to;
        this.attachments = attachments;
        this.binding = binding;
    }

    /**
     * Reads JSON text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonValue parse(String json) {
        return of(Payload.of(json.strip().getBytes(UTF_8)), JsonBinding.defaults());
    }

    /**
     * Wraps a payload, such as one made by {@link JsonBinding} or one that came over another node.
     *
     * @throws IllegalArgumentException if its text is no JSON, or names buffers it does not have
     */
    public static JsonValue of(Payload payload, JsonBinding binding) {
        byte[] json = payload.json();
        try {
            JsonScanner scanner = new JsonScanner(RELAXED, json, 0, json.length);
            scanner.scan();
            return part(json, 0, scanner.length(), payload.attachments(), binding);
        } catch (PacketFormatException e) {
            throw new IllegalArgumentException("expected one JSON value: " + e.getMessage(), e);
        }
    }

    /** Wraps checked text whose placeholders may be of any form. */
    private static JsonValue part(byte[] json, int from, int to, List<byte[]> attachments, JsonBinding binding)
            throws PacketFormatException {
        int[] placeholders =
                attachments.isEmpty() ? Placeholders.NONE : Placeholders.find(json, from, to, attachments.size());
        return part(json, from, to, attachments, placeholders, binding);
    }

    /** Wraps a piece of checked text, numbering its buffers anew. */
    static JsonValue part(
            byte[] json, int from, int to, List<byte[]> attachments, int[] placeholders, JsonBinding binding) {
        if (placeholders.length == 0) {
            return new JsonValue(json, from, to, binding);
        }
        JsonOutput output = new JsonOutput(false);
        output.copy(json, from, to, attachments, placeholders);
        return trusted(output.payload(), binding);
    }

    /** Wraps a piece of the text of another value. */
    static JsonValue part(String json, List<byte[]> attachments, JsonBinding binding) {
        byte[] utf8 = json.getBytes(UTF_8);
        try {
            return part(utf8, 0, utf8.length, attachments, binding);
        } catch (PacketFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Wraps what {@link JsonOutput} made. */
    static JsonValue trusted(Payload payload, JsonBinding binding) {
        return new JsonValue(payload.json(), 0, payload.json().length, payload.attachments(), binding);
    }

    /** The value's text and buffers. */
    public Payload payload() {
        boolean whole = from == 0 && to == json.length;
        return new Payload(whole ? json : Arrays.copyOfRange(json, from, to), attachments);
    }

    /**
     * Returns it as a Java value. A buffer is the array that came, not a copy.
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
        return first() == 'n';
    }

    /** What it is, in words for messages. */
    String kind() {
        return isBuffer() ? "buffer" : JsonText.kind(first());
    }

    /** True if the whole value is one buffer. */
    boolean isBuffer() {
        return attachments.size() == 1
                && to - from == Placeholders.PREFIX.length() + 2
                && toString().startsWith(Placeholders.PREFIX);
    }

    byte first() {
        return json[from];
    }

    /** The text of a value known to be a string. */
    String string() {
        return JsonText.string(json, from + 1, to - 1);
    }

    /** A whole number that has at most so many digits, or null. */
    @Nullable
    Long wholeNumber(int digits) {
        int at = first() == '-' ? from + 1 : from;
        if (to - at > digits) {
            return null;
        }
        long number = 0;
        for (int i = at; i < to; i++) {
            if (json[i] < '0' || json[i] > '9') {
                return null;
            }
            number = number * 10 + json[i] - '0';
        }
        return at > from ? -number : number;
    }

    List<byte[]> attachments() {
        return attachments;
    }

    /** Writes it into a payload, with its buffers. */
    void writeTo(JsonOutput output) {
        try {
            int[] placeholders =
                    attachments.isEmpty() ? Placeholders.NONE : Placeholders.find(json, from, to, attachments.size());
            output.copy(json, from, to, attachments, placeholders);
        } catch (PacketFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonValue value
                && Arrays.equals(json, from, to, value.json, value.from, value.to)
                && Arrays.deepEquals(attachments.toArray(), value.attachments.toArray());
    }

    @Override
    public int hashCode() {
        int hash = Arrays.deepHashCode(attachments.toArray());
        for (int i = from; i < to; i++) {
            hash = 31 * hash + json[i];
        }
        return hash;
    }

    /** Returns the JSON text; buffers show as placeholders. */
    @Override
    public String toString() {
        return new String(json, from, to - from, UTF_8);
    }
}
