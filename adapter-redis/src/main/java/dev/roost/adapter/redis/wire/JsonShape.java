package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * How many members each object and array of a payload has, in the order they begin; and which objects stand for
 * buffers.
 *
 * <p>JSON says sizes last, msgpack first: so the text is read twice, which costs less than a tree of it. As in the
 * reference an object stands for a buffer if its {@code _placeholder} is true, whatever else it holds, and what lies
 * inside it does not count. Confined to a thread.
 */
final class JsonShape {
    private static final int NO_BUFFER = -1;

    private final JsonParser parser;
    private final int buffers;
    private int[] sizes = new int[16];
    private int count;
    private int read;

    // One element per open object or array.
    private int[] indexes = new int[16];
    private boolean[] objects = new boolean[16];
    private boolean[] marked = new boolean[16];
    private int[] numbers = new int[16];
    private int depth;

    private JsonShape(JsonParser parser, int buffers) {
        this.parser = parser;
        this.buffers = buffers;
    }

    static JsonShape of(Payload payload) {
        byte[] json = payload.json();
        try (JsonParser parser = JsonSlice.FACTORY.createParser(ObjectReadContext.empty(), json, 0, json.length)) {
            JsonShape shape = new JsonShape(parser, payload.attachments().size());
            shape.measure();
            return shape;
        }
    }

    /** Returns the size of the next object or array; negative if it stands for a {@link #buffer}. */
    int next() {
        return sizes[read++];
    }

    /** Returns which buffer a negative size means. */
    static int buffer(int size) {
        return -size - 1;
    }

    private void measure() {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            switch (token) {
                case START_OBJECT, START_ARRAY -> begin(token == JsonToken.START_OBJECT);
                case END_OBJECT, END_ARRAY -> end();
                case PROPERTY_NAME -> {
                    sizes[indexes[depth - 1]]++;
                    if (buffers > 0) {
                        member(parser.currentName());
                    }
                }
                default -> element();
            }
        }
    }

    private void begin(boolean object) {
        element();
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, count * 2);
        }
        if (depth == indexes.length) {
            indexes = Arrays.copyOf(indexes, depth * 2);
            objects = Arrays.copyOf(objects, depth * 2);
            marked = Arrays.copyOf(marked, depth * 2);
            numbers = Arrays.copyOf(numbers, depth * 2);
        }
        sizes[count] = 0;
        indexes[depth] = count++;
        objects[depth] = object;
        marked[depth] = false;
        numbers[depth] = NO_BUFFER;
        depth++;
    }

    /** A value that is no member was met: an element, or the whole. */
    private void element() {
        if (depth > 0 && !objects[depth - 1]) {
            sizes[indexes[depth - 1]]++;
        }
    }

    private void member(String name) {
        if (name.equals("_placeholder") || name.equals("num")) {
            JsonToken value = parser.nextToken();
            if (name.equals("num")) {
                numbers[depth - 1] = value == JsonToken.VALUE_NUMBER_INT ? number() : NO_BUFFER;
            } else {
                marked[depth - 1] = value == JsonToken.VALUE_TRUE;
            }
            if (value.isStructStart()) {
                begin(value == JsonToken.START_OBJECT);
            }
        }
    }

    private int number() {
        double number = parser.getDoubleValue();
        return number >= 0 && number < buffers ? (int) number : NO_BUFFER;
    }

    private void end() {
        depth--;
        if (marked[depth] && numbers[depth] != NO_BUFFER) {
            count = indexes[depth] + 1;
            sizes[indexes[depth]] = -numbers[depth] - 1;
        }
    }
}
