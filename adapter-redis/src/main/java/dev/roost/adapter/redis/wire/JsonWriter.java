package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes JSON. Confined to a thread. */
final class JsonWriter implements WireWriter {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final JsonGenerator json = JsonSlice.FACTORY.createGenerator(ObjectWriteContext.empty(), text);
    private final Deque<Runnable> ends = new ArrayDeque<>();

    @Override
    public WireWriter object(int members) {
        json.writeStartObject();
        ends.push(json::writeEndObject);
        return this;
    }

    @Override
    public WireWriter array(int elements) {
        json.writeStartArray();
        ends.push(json::writeEndArray);
        return this;
    }

    @Override
    public WireWriter end() {
        ends.pop().run();
        return this;
    }

    @Override
    public WireWriter name(String name) {
        json.writeName(name);
        return this;
    }

    @Override
    public WireWriter text(String text) {
        json.writeString(PackedWriter.wellFormed(text));
        return this;
    }

    @Override
    public WireWriter number(long number) {
        json.writeNumber(number);
        return this;
    }

    @Override
    public WireWriter flag(boolean flag) {
        json.writeBoolean(flag);
        return this;
    }

    @Override
    public WireWriter payload(Payload payload) {
        if (!payload.attachments().isEmpty()) {
            throw new IllegalArgumentException(
                    "JSON has no place for " + payload.attachments().size() + " buffers");
        }
        // Writes what separates values; the text itself needs no second look.
        json.writeRawValue("");
        json.flush();
        text.writeBytes(payload.json());
        return this;
    }

    @Override
    public byte[] message() {
        json.close();
        return text.toByteArray();
    }
}
