package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.List;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** Writes msgpack in the forms Node's encoders choose: everything as short as it can be. Confined to a thread. */
final class PackedWriter implements WireWriter {
    private static final char REPLACEMENT = '\ufffd';

    private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

    @Override
    public WireWriter object(int members) {
        return packed(() -> packer.packMapHeader(members));
    }

    @Override
    public WireWriter array(int elements) {
        return packed(() -> packer.packArrayHeader(elements));
    }

    @Override
    public WireWriter end() {
        return this;
    }

    @Override
    public WireWriter name(String name) {
        return text(name);
    }

    @Override
    public WireWriter text(String text) {
        return packed(() -> packer.packString(wellFormed(text)));
    }

    @Override
    public WireWriter number(long number) {
        return packed(() -> packer.packLong(number));
    }

    @Override
    public WireWriter flag(boolean flag) {
        return packed(() -> packer.packBoolean(flag));
    }

    @Override
    public WireWriter payload(Payload payload) {
        List<byte[]> buffers = payload.attachments();
        JsonShape shape = JsonShape.of(payload);
        return packed(() -> {
            try (JsonParser parser = JsonSlice.FACTORY.createParser(
                    ObjectReadContext.empty(), payload.json(), 0, payload.json().length)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    pack(token, parser, shape, buffers);
                }
            }
        });
    }

    @Override
    public byte[] message() {
        return packer.toByteArray();
    }

    /** Replaces halves of surrogate pairs, which have no form in UTF-8, as Node does. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder valid = new StringBuilder(text.length());
        text.codePoints()
                .map(point ->
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point)
                .forEach(valid::appendCodePoint);
        return valid.toString();
    }

    private void pack(JsonToken token, JsonParser parser, JsonShape shape, List<byte[]> buffers) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                int size = shape.next();
                if (size >= 0) {
                    packer.packMapHeader(size);
                } else {
                    byte[] buffer = buffers.get(JsonShape.buffer(size));
                    packer.packBinaryHeader(buffer.length);
                    packer.writePayload(buffer);
                    parser.skipChildren();
                }
            }
            case START_ARRAY -> packer.packArrayHeader(shape.next());
            case PROPERTY_NAME -> packer.packString(wellFormed(parser.currentName()));
            case VALUE_STRING -> packer.packString(wellFormed(parser.getString()));
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> number(parser.getDoubleValue());
            case VALUE_TRUE -> packer.packBoolean(true);
            case VALUE_FALSE -> packer.packBoolean(false);
            case VALUE_NULL -> packer.packNil();
            case END_OBJECT, END_ARRAY -> {}
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no token of JSON text: " + token);
        }
    }

    private void integer(JsonParser parser) throws IOException {
        switch (parser.getNumberType()) {
            case INT, LONG -> packer.packLong(parser.getLongValue());
            default -> {
                BigInteger number = parser.getBigIntegerValue();
                if (number.signum() > 0 && number.bitLength() <= Long.SIZE) {
                    packer.packBigInteger(number);
                } else {
                    packer.packDouble(number.doubleValue());
                }
            }
        }
    }

    /** JavaScript knows one kind of number; Node packs the whole ones as integers. */
    private void number(double number) throws IOException {
        if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
            packer.packLong((long) number);
        } else {
            packer.packDouble(number);
        }
    }

    private WireWriter packed(Packing packing) {
        try {
            packing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @FunctionalInterface
    private interface Packing {
        void run() throws IOException;
    }
}
