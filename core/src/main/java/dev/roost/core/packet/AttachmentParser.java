package dev.roost.core.packet;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.SerializableString;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.JsonParserDelegate;

/**
 * Shows Jackson a buffer where the text has its placeholder, and lends out raw text.
 *
 * <p>Relies on placeholders being in the one form {@link JsonOutput} writes, which holds for every {@link JsonValue}
 * with attachments.
 */
final class AttachmentParser extends JsonParserDelegate {
    private final String text;
    private final List<byte[]> attachments;
    private final JsonBinding binding;
    private byte @Nullable [] buffer; // set while the current token is a buffer

    /** Makes a parser; {@code json} reads {@code text}. */
    AttachmentParser(JsonParser json, String text, List<byte[]> attachments, JsonBinding binding) {
        super(json);
        this.text = text;
        this.attachments = attachments;
        this.binding = binding;
    }

    /** Returns the value that starts at the current token, raw, and moves to its last token. */
    JsonValue raw() {
        if (buffer != null) {
            return binding.value(buffer);
        }
        int from = (int) delegate.currentTokenLocation().getCharOffset();
        delegate.skipChildren();
        delegate.finishToken();
        int to = (int) delegate.currentLocation().getCharOffset();
        return JsonValue.part(text.substring(from, to), attachments, binding);
    }

    @Override
    public @Nullable JsonToken nextToken() {
        buffer = null;
        JsonToken token = delegate.nextToken();
        return token == JsonToken.START_OBJECT && !attachments.isEmpty() ? objectOrBuffer() : token;
    }

    private JsonToken objectOrBuffer() {
        int at = (int) delegate.currentTokenLocation().getCharOffset();
        if (!text.startsWith(Placeholders.PREFIX, at)) {
            return JsonToken.START_OBJECT;
        }
        int from = at + Placeholders.PREFIX.length();
        int to = from;
        while (Character.isDigit(text.charAt(to))) {
            to++;
        }
        // Anything but a brace here makes it another object: a second _placeholder may follow.
        if (to == from || text.charAt(to) != '}') {
            return JsonToken.START_OBJECT;
        }
        delegate.skipChildren();
        buffer = attachments.get(Integer.parseInt(text, from, to, 10));
        return JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    @Override
    public @Nullable JsonToken nextValue() {
        JsonToken token = nextToken();
        return token == JsonToken.PROPERTY_NAME ? nextToken() : token;
    }

    @Override
    public @Nullable String nextName() {
        return nextToken() == JsonToken.PROPERTY_NAME ? currentName() : null;
    }

    @Override
    public boolean nextName(SerializableString name) {
        return nextToken() == JsonToken.PROPERTY_NAME && name.getValue().equals(currentName());
    }

    @Override
    public int nextNameMatch(PropertyNameMatcher matcher) {
        if (attachments.isEmpty()) {
            return delegate.nextNameMatch(matcher);
        }
        JsonToken token = nextToken();
        if (token == JsonToken.PROPERTY_NAME) {
            return matcher.matchName(currentName());
        }
        return token == JsonToken.END_OBJECT
                ? PropertyNameMatcher.MATCH_END_OBJECT
                : PropertyNameMatcher.MATCH_ODD_TOKEN;
    }

    @Override
    public @Nullable JsonToken currentToken() {
        return buffer != null ? JsonToken.VALUE_EMBEDDED_OBJECT : delegate.currentToken();
    }

    @Override
    public int currentTokenId() {
        return buffer != null ? JsonToken.VALUE_EMBEDDED_OBJECT.id() : delegate.currentTokenId();
    }

    @Override
    public boolean hasTokenId(int id) {
        return currentTokenId() == id;
    }

    @Override
    public boolean hasToken(JsonToken token) {
        return currentToken() == token;
    }

    @Override
    public void clearCurrentToken() {
        buffer = null;
        delegate.clearCurrentToken();
    }

    @Override
    public JsonParser skipChildren() {
        if (buffer == null) {
            delegate.skipChildren();
        }
        return this;
    }

    @Override
    public @Nullable Object getEmbeddedObject() {
        return buffer != null ? buffer : delegate.getEmbeddedObject();
    }

    @Override
    public byte[] getBinaryValue(Base64Variant variant) {
        return buffer != null ? buffer : delegate.getBinaryValue(variant);
    }

    @Override
    public int readBinaryValue(Base64Variant variant, OutputStream out) {
        if (buffer == null) {
            return delegate.readBinaryValue(variant, out);
        }
        try {
            out.write(buffer);
            return buffer.length;
        } catch (IOException e) {
            throw JacksonIOException.construct(e, this);
        }
    }
}
