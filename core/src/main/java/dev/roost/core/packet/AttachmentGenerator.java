package dev.roost.core.packet;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Writes what Jackson serializes, but for three things JSON has no word for.
 *
 * <p>Buffers become attachments, raw values bring theirs along, and numbers that are not finite become {@code null} as
 * in a browser.
 */
final class AttachmentGenerator extends JsonGeneratorDelegate {
    private final JsonOutput output;

    /** Makes a generator whose {@code json} writes to {@code output}. */
    AttachmentGenerator(JsonGenerator json, JsonOutput output) {
        super(json, false);
        this.output = output;
    }

    @Override
    public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
        boolean whole = offset == 0 && length == data.length;
        return writeRaw(part -> part.buffer(whole ? data : Arrays.copyOfRange(data, offset, offset + length)));
    }

    @Override
    public int writeBinary(Base64Variant variant, InputStream data, int length) {
        try {
            byte[] bytes = length < 0 ? data.readAllBytes() : data.readNBytes(length);
            writeRaw(part -> part.buffer(bytes));
            return bytes.length;
        } catch (IOException e) {
            throw JacksonIOException.construct(e, this);
        }
    }

    @Override
    public JsonGenerator writeEmbeddedObject(@Nullable Object object) {
        return object instanceof byte[] bytes ? writeBinary(bytes) : super.writeEmbeddedObject(object);
    }

    /** Writes text of its own in the place of one value. */
    JsonGenerator writeRaw(Consumer<JsonOutput> writing) {
        JsonOutput part = output.part();
        writing.accept(part);
        delegate.writeRawValue(part.text());
        return this;
    }

    @Override
    public JsonGenerator writeNumber(double value) {
        return Double.isFinite(value) ? super.writeNumber(value) : writeNull();
    }

    @Override
    public JsonGenerator writeNumber(float value) {
        return Float.isFinite(value) ? super.writeNumber(value) : writeNull();
    }

    @Override
    public JsonGenerator writeArray(double[] array, int offset, int length) {
        writeStartArray(array, length);
        for (int i = offset; i < offset + length; i++) {
            writeNumber(array[i]);
        }
        return writeEndArray();
    }
}
