package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Turns msgpack into JSON text as JavaScript would: what a Node server decodes and then tells its clients.
 *
 * <p>Buffers become attachments. Dates become ISO text, what JSON cannot express becomes null, an extension nobody knows
 * the array of its type and its bytes. Confined to the call.
 */
final class PackedText {
    private static final String MARK = "_placeholder";
    private static final int TIMESTAMP = -1;
    private static final int OLD = 0;
    private static final long LAST_DATE_MILLIS = 8_640_000_000_000_000L;
    private static final long MILLION = 1_000_000;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final MessageUnpacker unpacker;
    private final JsonGenerator json;
    private final int available;
    private final List<byte[]> attachments = new ArrayList<>(0);
    private boolean marked;

    private PackedText(MessageUnpacker unpacker, int available, JsonGenerator json) {
        this.unpacker = unpacker;
        this.available = available;
        this.json = json;
    }

    /**
     * Reads one value.
     *
     * @param available bytes from the unpacker's position to the end
     */
    static Payload convert(MessageUnpacker unpacker, int available) throws IOException, WireFormatException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        List<byte[]> buffers;
        boolean mistakable;
        try (JsonGenerator json = JsonSlice.FACTORY.createGenerator(ObjectWriteContext.empty(), new Bounded(text))) {
            PackedText conversion = new PackedText(unpacker, available, json);
            conversion.value(0);
            buffers = conversion.attachments;
            mistakable = conversion.marked && !buffers.isEmpty();
        } catch (JacksonException e) {
            throw new WireFormatException("expected values that fit into " + WireValue.MAX_BYTES + " bytes of JSON");
        }
        if (mistakable) {
            throw new WireFormatException("expected no object that looks like a buffer beside buffers");
        }
        return new Payload(text.toByteArray(), buffers);
    }

    /** Reads the key of a map, or a text; JavaScript makes texts of numbers. */
    static String key(MessageUnpacker unpacker) throws IOException, WireFormatException {
        return switch (unpacker.getNextFormat().getValueType()) {
            case STRING -> unpacker.unpackString();
            case INTEGER -> unpacker.unpackBigInteger().toString();
            case FLOAT -> WireValue.decimal(unpacker.unpackDouble());
            default -> throw new WireFormatException("expected a text");
        };
    }

    private void value(int depth) throws IOException, WireFormatException {
        if (depth > WireValue.MAX_DEPTH) {
            throw new WireFormatException("expected at most " + WireValue.MAX_DEPTH + " levels");
        }
        ValueType type = unpacker.getNextFormat().getValueType();
        switch (type) {
            case NIL -> {
                unpacker.unpackNil();
                json.writeNull();
            }
            case BOOLEAN -> json.writeBoolean(unpacker.unpackBoolean());
            case INTEGER -> integer();
            case FLOAT -> number(unpacker.unpackDouble());
            case STRING -> json.writeString(unpacker.unpackString());
            case BINARY -> buffer(bytes(unpacker.unpackBinaryHeader()));
            case ARRAY -> {
                int count = unpacker.unpackArrayHeader();
                json.writeStartArray();
                for (int i = 0; i < count; i++) {
                    value(depth + 1);
                }
                json.writeEndArray();
            }
            case MAP -> {
                int count = unpacker.unpackMapHeader();
                json.writeStartObject();
                for (int i = 0; i < count; i++) {
                    String name = key(unpacker);
                    marked |= name.equals(MARK);
                    json.writeName(name);
                    value(depth + 1);
                }
                json.writeEndObject();
            }
            case EXTENSION -> extension(unpacker.unpackExtensionTypeHeader());
        }
    }

    private void integer() throws IOException {
        switch (unpacker.getNextFormat()) {
            case UINT64 -> json.writeNumber(unpacker.unpackBigInteger());
            default -> json.writeNumber(unpacker.unpackLong());
        }
    }

    private void number(double number) {
        if (!Double.isFinite(number)) {
            json.writeNull();
        } else if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
            json.writeNumber((long) number);
        } else {
            json.writeNumber(number);
        }
    }

    private void buffer(byte[] bytes) {
        json.writeStartObject();
        json.writeName(MARK);
        json.writeBoolean(true);
        json.writeName("num");
        json.writeNumber(attachments.size());
        json.writeEndObject();
        attachments.add(bytes);
    }

    private void extension(ExtensionTypeHeader header) throws IOException, WireFormatException {
        byte[] bytes = bytes(header.getLength());
        ByteBuffer data = ByteBuffer.wrap(bytes);
        if (header.getType() == TIMESTAMP && (bytes.length == 4 || bytes.length == 8 || bytes.length == 12)) {
            date(millis(data));
        } else if (header.getType() == OLD && bytes.length == 1) {
            json.writeNull();
        } else if (header.getType() == OLD && bytes.length == 8) {
            date(data.getLong());
        } else if (header.getType() == OLD) {
            buffer(bytes);
        } else {
            json.writeStartArray();
            json.writeNumber(header.getType());
            buffer(bytes);
            json.writeEndArray();
        }
    }

    private static @Nullable Long millis(ByteBuffer data) {
        long nanos = 0;
        long seconds;
        switch (data.remaining()) {
            case 4 -> seconds = Integer.toUnsignedLong(data.getInt());
            case 8 -> {
                long both = data.getLong();
                nanos = both >>> 34;
                seconds = both & 0x3_ffff_ffffL;
            }
            default -> {
                nanos = Integer.toUnsignedLong(data.getInt());
                seconds = data.getLong();
            }
        }
        if (Math.abs(seconds) > LAST_DATE_MILLIS / 1000) {
            return null;
        }
        return seconds * 1000 + nanos / MILLION;
    }

    private void date(@Nullable Long millis) {
        if (millis == null || Math.abs(millis) > LAST_DATE_MILLIS) {
            json.writeNull();
            return;
        }
        Instant instant = Instant.ofEpochMilli(millis);
        int year = instant.atZone(ZoneOffset.UTC).getYear();
        String four = String.format(Locale.ROOT, year >= 0 && year <= 9999 ? "%04d" : "%+07d", year);
        json.writeString(four + ISO.format(instant));
    }

    /** Reads so many bytes, if they are there: a length from the wire is no reason to allocate. */
    private byte[] bytes(int length) throws IOException, WireFormatException {
        if (length < 0 || length > available - unpacker.getTotalReadBytes()) {
            throw new WireFormatException("expected " + length + " bytes, got fewer");
        }
        return unpacker.readPayload(length);
    }

    /** Text that cannot grow beyond the bound. Confined to the call. */
    private static final class Bounded extends FilterOutputStream {
        private final ByteArrayOutputStream text;

        Bounded(ByteArrayOutputStream text) {
            super(text);
            this.text = text;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (text.size() + length > WireValue.MAX_BYTES) {
                throw new IOException("too large");
            }
            text.write(bytes, offset, length);
        }
    }
}
