package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/** A value inside msgpack. Immutable by contract: nobody changes the array. */
record PackedSlice(byte[] bytes, int from, int to) implements WireValue {
    private static final byte NIL = (byte) 0xc0;
    private static final byte FALSE = (byte) 0xc2;
    private static final byte TRUE = (byte) 0xc3;

    @Override
    public WireObject object() throws WireFormatException {
        Map<String, WireValue> members = new HashMap<>();
        read(unpacker -> {
            int count = unpacker.unpackMapHeader();
            for (int i = 0; i < count; i++) {
                String name = PackedText.key(unpacker);
                members.put(name, part(unpacker));
            }
            return members;
        });
        return new WireObject(members);
    }

    @Override
    public List<WireValue> elements() throws WireFormatException {
        List<WireValue> elements = new ArrayList<>();
        read(unpacker -> {
            int count = unpacker.unpackArrayHeader();
            for (int i = 0; i < count; i++) {
                elements.add(part(unpacker));
            }
            return elements;
        });
        return elements;
    }

    @Override
    public String text() throws WireFormatException {
        return read(PackedText::key);
    }

    @Override
    public long integer() throws WireFormatException {
        return read(unpacker -> {
            if (unpacker.getNextFormat().getValueType() == ValueType.FLOAT) {
                double number = unpacker.unpackDouble();
                if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
                    throw new WireFormatException("expected a whole number");
                }
                return (long) number;
            }
            return unpacker.unpackLong();
        });
    }

    @Override
    public boolean isNull() throws WireFormatException {
        return bytes[from] == NIL
                || MessageFormat.valueOf(bytes[from]) == MessageFormat.FIXEXT1
                        && payload().json()[0] == 'n';
    }

    @Override
    public boolean isTrue() {
        return bytes[from] == TRUE;
    }

    @Override
    public boolean isFalse() {
        return bytes[from] == FALSE;
    }

    @Override
    public Payload payload() throws WireFormatException {
        return read(unpacker -> PackedText.convert(unpacker, to - from));
    }

    /** Cuts out the next value. */
    private PackedSlice part(MessageUnpacker unpacker) throws IOException, WireFormatException {
        int start = from + (int) unpacker.getTotalReadBytes();
        unpacker.skipValue();
        int end = from + (int) unpacker.getTotalReadBytes();
        if (end <= start || end > to) {
            throw new WireFormatException("expected a value at byte " + start);
        }
        return new PackedSlice(bytes, start, end);
    }

    private <T> T read(Reader<T> reader) throws WireFormatException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes, from, to - from)) {
            return reader.read(unpacker);
        } catch (MessagePackException | IOException e) {
            throw new WireFormatException("expected msgpack: " + e.getClass().getSimpleName());
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(MessageUnpacker unpacker) throws IOException, WireFormatException;
    }
}
