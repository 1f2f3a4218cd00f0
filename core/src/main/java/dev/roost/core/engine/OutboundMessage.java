package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way out: an optional text packet and the binary messages that follow it.
 *
 * <p>Made once per emit and shared by every recipient. The parts are one entry of an outbox and leave contiguously.
 * What a transport makes of it (a WebSocket frame, an element of a polling payload) is made at most once per form and
 * kept here, so a broadcast is encoded once whatever the number of clients.
 *
 * <p>Thread-safe: immutable but for the forms, which are safely published and equal whoever makes them.
 */
public final class OutboundMessage {
    /** Heartbeat of the server. */
    public static final OutboundMessage PING = control("2");
    /** Answer to a heartbeat of a revision 3 client. */
    public static final OutboundMessage PONG = control("3");
    /** Releases a waiting GET. */
    public static final OutboundMessage NOOP = control("6");
    /** Ends polling. */
    public static final OutboundMessage CLOSE = control("1");
    /** Answer to the probe of an upgrading transport. */
    public static final OutboundMessage PROBE_PONG = control("3probe");

    private final byte @Nullable [] text;
    private final List<byte[]> attachments;
    private final boolean isVolatile;
    private final boolean compress;
    private final boolean control;
    private final long bytes;
    private volatile @Nullable Forms forms;

    private OutboundMessage(
            byte @Nullable [] text, List<byte[]> attachments, boolean isVolatile, boolean compress, boolean control) {
        this.text = text;
        this.attachments = List.copyOf(attachments);
        this.isVolatile = isVolatile;
        this.compress = compress;
        this.control = control;
        long sum = text == null ? 0 : text.length;
        for (byte[] attachment : this.attachments) {
            sum += attachment.length;
        }
        this.bytes = sum;
    }

    /**
     * Makes a message.
     *
     * @param text whole engine packet in UTF-8, type digit first; null for a message that is binary alone
     * @param attachments binary messages that follow
     */
    public static OutboundMessage of(
            byte @Nullable [] text, List<byte[]> attachments, boolean isVolatile, boolean compress) {
        return new OutboundMessage(text, attachments, isVolatile, compress, false);
    }

    /** Makes a packet of the engine itself, such as {@code 0{"sid":…}}. */
    public static OutboundMessage control(String packet) {
        return control(packet.getBytes(US_ASCII));
    }

    /**
     * Makes a packet a protocol cannot do without: it is never dropped to make room, whatever the policy.
     *
     * @param text whole engine packet in UTF-8, type digit first
     */
    public static OutboundMessage control(byte[] text) {
        return new OutboundMessage(text, List.of(), false, false, true);
    }

    /** The text packet, or null. Not to be changed. */
    public byte @Nullable [] text() {
        return text;
    }

    /** The binary messages that follow. Not to be changed. */
    public List<byte[]> attachments() {
        return attachments;
    }

    /** True if the message is dropped when the client is not writable. */
    public boolean isVolatile() {
        return isVolatile;
    }

    /** True if a transport may compress it. */
    public boolean compress() {
        return compress;
    }

    /** True if it is never dropped to make room. */
    public boolean isControl() {
        return control;
    }

    /** Bytes of text and attachments, what an outbox counts. */
    public long bytes() {
        return bytes;
    }

    /** Returns the bytes of a form, made by {@code encoder} the first time anybody asks. */
    public byte[] form(Form form, Function<OutboundMessage, byte[]> encoder) {
        for (Forms f = forms; f != null; f = f.next) {
            if (f.form == form) {
                return f.bytes;
            }
        }
        byte[] made = encoder.apply(this);
        forms = new Forms(form, made, forms);
        return made;
    }

    /** What transports make of a message. */
    public enum Form {
        /** WebSocket frames of revision 4. */
        WEBSOCKET,
        /** The same with a deflated text frame. */
        WEBSOCKET_DEFLATED,
        /** WebSocket frames of revision 3 (binary with type byte). */
        WEBSOCKET_REVISION3,
        /** WebSocket text frames with base64 instead of binary, revision 4. */
        WEBSOCKET_BASE64,
        /** WebSocket text frames with base64 instead of binary, revision 3. */
        WEBSOCKET_BASE64_REVISION3,
        /** Elements of a polling payload of revision 4, joined by the record separator. */
        POLLING,
        /** Elements of a text payload of revision 3, with their lengths. */
        POLLING_REVISION3,
        /** Elements of a binary payload of revision 3. */
        POLLING_REVISION3_BINARY
    }

    /** One form already made; a list, since a message seldom has more than one. Immutable. */
    private record Forms(Form form, byte[] bytes, @Nullable Forms next) {}
}
