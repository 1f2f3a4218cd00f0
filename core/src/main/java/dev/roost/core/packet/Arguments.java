package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Arguments of an event or of an answer: validated when they came, bound when asked for. Immutable.
 *
 * <p>Two are equal if text and buffers are.
 *
 * <p>Spec: socket-io 1.
 */
public final class Arguments {
    private final Payload payload;
    private final JsonBinding binding;
    private final @Nullable String eventName;
    private final int[] starts; // of all elements, an event's name included
    private final int[] placeholders;

    Arguments(Payload payload, JsonBinding binding, @Nullable String eventName, int[] starts, int[] placeholders) {
        this.payload = payload;
        this.binding = binding;
        this.eventName = eventName;
        this.starts = starts;
        this.placeholders = placeholders;
    }

    /**
     * Reads an array of values, such as an answer that came over another node.
     *
     * @throws IllegalArgumentException if its text is no JSON array, or names buffers it does not have
     */
    public static Arguments of(Payload array, JsonBinding binding) {
        return read(array, binding, false);
    }

    /**
     * Reads an array whose first element is the name of an event.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Arguments ofEvent(Payload array, JsonBinding binding) {
        return read(array, binding, true);
    }

    private static Arguments read(Payload array, JsonBinding binding, boolean named) {
        try {
            return read(JsonValue.RELAXED, array, binding, named);
        } catch (PacketFormatException e) {
            throw new IllegalArgumentException(
                    "expected a JSON array" + (named ? " that starts with a name: " : ": ") + e.getMessage(), e);
        }
    }

    /** Reads an array of which nothing is known. */
    static Arguments read(PacketLimits limits, Payload array, JsonBinding binding, boolean named)
            throws PacketFormatException {
        byte[] json = array.json();
        if (json.length == 0 || json[0] != '[') {
            throw new PacketFormatException("invalid payload");
        }
        JsonScanner scanner = new JsonScanner(limits, json, 0, json.length);
        scanner.scan();
        int[] starts = scanner.starts();
        int length = scanner.length();
        String name = named ? EventNames.read(json, starts, length, limits.maxEventNameLength()) : null;
        Payload exact = length == json.length ? array : new Payload(Arrays.copyOf(json, length), array.attachments());
        return new Arguments(exact, binding, name, starts, placeholders(exact));
    }

    /** Finds the buffers' places in checked text. */
    static int[] placeholders(Payload payload) throws PacketFormatException {
        int buffers = payload.attachments().size();
        return buffers == 0 ? Placeholders.NONE : Placeholders.find(payload.json(), 0, payload.json().length, buffers);
    }

    /** The name of the event these are the arguments of, or null if they belong to an answer. */
    public @Nullable String eventName() {
        return eventName;
    }

    /** How many there are, the event's name not counted. */
    public int count() {
        return starts.length - skipped();
    }

    /**
     * Returns one argument.
     *
     * @throws IndexOutOfBoundsException if there are not as many
     */
    public JsonValue get(int index) {
        if (index < 0 || index >= count()) {
            throw new IndexOutOfBoundsException("expected an index below " + count() + ", the count, got " + index);
        }
        byte[] json = payload.json();
        int element = index + skipped();
        int from = starts[element];
        int to = JsonScanner.elementEnd(json, starts, json.length, element);
        return JsonValue.part(json, from, to, payload.attachments(), within(from, to), binding);
    }

    private int skipped() {
        return eventName == null ? 0 : 1;
    }

    /** The placeholders of one element. */
    private int[] within(int from, int to) {
        int first = 0;
        while (first < placeholders.length && placeholders[first] < from) {
            first += 3;
        }
        int last = first;
        while (last < placeholders.length && placeholders[last] < to) {
            last += 3;
        }
        return first == last ? Placeholders.NONE : Arrays.copyOfRange(placeholders, first, last);
    }

    /**
     * Returns one argument as a Java value; an absent one counts as JSON's null.
     *
     * @return null only where the argument is null or absent and the type has no other word for it
     * @throws ArgumentException if it does not fit
     */
    public <T> T get(int index, Class<T> type) {
        return binding.read(getOrNull(index), type, index);
    }

    /** Returns one argument as a Java value, like {@link #get(int, Class)}. */
    public <T> T get(int index, TypeReference<T> type) {
        return binding.read(getOrNull(index), type.getType(), index);
    }

    /** Returns one argument as a Java value, like {@link #get(int, Class)}. */
    public Object get(int index, Type type) {
        return binding.read(getOrNull(index), type, index);
    }

    private JsonValue getOrNull(int index) {
        return index >= count() ? JsonBinding.NULL : get(index);
    }

    /** The whole array as on the wire, an event's name included: what a relay passes on. */
    public Payload payload() {
        return payload;
    }

    /** All arguments. */
    public List<JsonValue> toList() {
        List<JsonValue> values = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            values.add(get(i));
        }
        return List.copyOf(values);
    }

    /** Writes the arguments, without the name, as an array. */
    void writeTo(JsonOutput output) {
        byte[] json = payload.json();
        output.put('[');
        if (count() > 0) {
            int from = starts[skipped()];
            output.copy(json, from, json.length, payload.attachments(), within(from, json.length));
        } else {
            output.put(']');
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Arguments arguments
                && Arrays.equals(payload.json(), arguments.payload.json())
                && (eventName == null) == (arguments.eventName == null)
                && Arrays.deepEquals(
                        payload.attachments().toArray(),
                        arguments.payload.attachments().toArray());
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(payload.json())
                + Arrays.deepHashCode(payload.attachments().toArray());
    }

    /** Returns the JSON text of the whole array; buffers show as placeholders. */
    @Override
    public String toString() {
        return new String(payload.json(), UTF_8);
    }
}
