package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** A value inside JSON text, which has no buffers. Immutable by contract: nobody changes the array. */
record JsonSlice(byte[] json, int from, int to) implements WireValue {
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .build();

    private static final char REPLACEMENT = '\ufffd';

    static JsonSlice of(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        byte[] valid = text.indexOf(REPLACEMENT) < 0 ? message : WireValue.utf8(text);
        return new JsonSlice(valid, 0, valid.length);
    }

    @Override
    public WireObject object() throws WireFormatException {
        Map<String, WireValue> members = new HashMap<>();
        try (JsonParser parser = parser(JsonToken.START_OBJECT, "an object")) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, part(parser));
            }
        } catch (JacksonException e) {
            throw malformed(e);
        }
        return new WireObject(members);
    }

    @Override
    public List<WireValue> elements() throws WireFormatException {
        List<WireValue> elements = new ArrayList<>();
        try (JsonParser parser = parser(JsonToken.START_ARRAY, "an array")) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(part(parser));
            }
        } catch (JacksonException e) {
            throw malformed(e);
        }
        return elements;
    }

    @Override
    public String text() throws WireFormatException {
        try (JsonParser parser = parser()) {
            return switch (parser.currentToken()) {
                case VALUE_STRING -> parser.getString();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> WireValue.decimal(parser.getDoubleValue());
                default -> throw expected("a text");
            };
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    @Override
    public long integer() throws WireFormatException {
        try (JsonParser parser = parser(JsonToken.VALUE_NUMBER_INT, "a whole number")) {
            return parser.getLongValue();
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    @Override
    public boolean isNull() {
        return json[from] == 'n';
    }

    @Override
    public boolean isTrue() {
        return json[from] == 't';
    }

    @Override
    public boolean isFalse() {
        return json[from] == 'f';
    }

    @Override
    public Payload payload() {
        return Payload.of(Arrays.copyOfRange(json, from, to));
    }

    /** Cuts out the value whose first token was read, and reads over it. */
    private JsonSlice part(JsonParser parser) {
        int start = from + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        // Strings are read when asked for; until then the parser stands inside.
        parser.finishToken();
        return new JsonSlice(json, start, from + (int) parser.currentLocation().getByteOffset());
    }

    private JsonParser parser(JsonToken first, String what) throws WireFormatException {
        JsonParser parser = parser();
        if (parser.currentToken() != first) {
            parser.close();
            throw expected(what);
        }
        return parser;
    }

    private JsonParser parser() throws WireFormatException {
        JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json, from, to - from);
        if (parser.nextToken() == null) {
            parser.close();
            throw expected("a value");
        }
        return parser;
    }

    private static WireFormatException expected(String what) {
        return new WireFormatException("expected " + what);
    }

    private static WireFormatException malformed(JacksonException e) {
        return new WireFormatException("expected JSON: " + e.getClass().getSimpleName() + " at byte "
                + (e.getLocation() == null ? -1 : e.getLocation().getByteOffset()));
    }
}
