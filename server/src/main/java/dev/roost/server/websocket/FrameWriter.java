package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.roost.core.engine.OutboundMessage;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.function.Function;

/**
 * Makes frames of messages: one array per message and form, shared by all who get it.
 *
 * <p>Frames of a server are not masked and not fragmented.
 *
 * <p>Spec: RFC 6455 section 5.2, engine-io 6 and 13.
 */
final class FrameWriter {
    private static final int LAST = 0x80;
    private static final int DEFLATED = 0x40;
    private static final int MAX_HEADER = 10;
    /** First byte of a binary message of revision 3. */
    static final byte MESSAGE_TYPE = 4;

    /** Reusable, since a method reference evaluated for each recipient is a call we can spare. */
    private static final Function<OutboundMessage, byte[]> REVISION4 = FrameWriter::revision4;

    private static final Function<OutboundMessage, byte[]> REVISION3 = FrameWriter::revision3;
    private static final Function<OutboundMessage, byte[]> BASE64 = message -> base64(message, "b");
    private static final Function<OutboundMessage, byte[]> BASE64_REVISION3 = message -> base64(message, "b4");

    private FrameWriter() {}

    /** The form for a client that negotiated no compression. */
    static OutboundMessage.Form form(int revision, boolean binarySupported) {
        if (revision == 3) {
            return binarySupported
                    ? OutboundMessage.Form.WEBSOCKET_REVISION3
                    : OutboundMessage.Form.WEBSOCKET_BASE64_REVISION3;
        }
        return binarySupported ? OutboundMessage.Form.WEBSOCKET : OutboundMessage.Form.WEBSOCKET_BASE64;
    }

    /** Frames of the message in one of the forms made without compression. */
    static byte[] frames(OutboundMessage message, OutboundMessage.Form form) {
        return switch (form) {
            case WEBSOCKET -> message.form(form, REVISION4);
            case WEBSOCKET_REVISION3 -> message.form(form, REVISION3);
            case WEBSOCKET_BASE64 -> message.form(form, BASE64);
            case WEBSOCKET_BASE64_REVISION3 -> message.form(form, BASE64_REVISION3);
            case WEBSOCKET_DEFLATED, POLLING, POLLING_REVISION3, POLLING_REVISION3_BINARY ->
                throw new IllegalArgumentException("no plain WebSocket form: " + form);
        };
    }

    /** Frames of a message, of which those worth it are deflated. */
    static byte[] deflated(OutboundMessage message, Deflate deflate) {
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) message.bytes() / 2 + MAX_HEADER);
        byte[] text = message.text();
        if (text != null) {
            maybeDeflated(out, Opcode.TEXT, text, deflate);
        }
        for (byte[] attachment : message.attachments()) {
            maybeDeflated(out, Opcode.BINARY, attachment, deflate);
        }
        return out.toByteArray();
    }

    /** One control frame. */
    static byte[] control(int opcode, byte[] payload) {
        return frame(opcode, payload);
    }

    /** A close frame; without a status for {@link CloseCode#NONE}. */
    static byte[] close(int code) {
        byte[] payload = code == CloseCode.NONE ? new byte[0] : new byte[] {(byte) (code >> 8), (byte) code};
        return frame(Opcode.CLOSE, payload);
    }

    private static byte[] frame(int opcode, byte[] payload) {
        byte[] frame = new byte[headerBytes(payload.length) + payload.length];
        copy(payload, frame, header(frame, 0, opcode, payload.length));
        return frame;
    }

    private static byte[] revision4(OutboundMessage message) {
        return plain(message, 0);
    }

    private static byte[] revision3(OutboundMessage message) {
        return plain(message, 1);
    }

    private static byte[] plain(OutboundMessage message, int typeBytes) {
        byte[] text = message.text();
        long size = text == null ? 0 : headerBytes(text.length) + (long) text.length;
        for (byte[] attachment : message.attachments()) {
            size += headerBytes(attachment.length + typeBytes) + typeBytes + (long) attachment.length;
        }
        byte[] out = new byte[Math.toIntExact(size)];
        int at = 0;
        if (text != null) {
            at = copy(text, out, header(out, at, Opcode.TEXT, text.length));
        }
        for (byte[] attachment : message.attachments()) {
            at = header(out, at, Opcode.BINARY, attachment.length + typeBytes);
            if (typeBytes > 0) {
                out[at++] = MESSAGE_TYPE;
            }
            at = copy(attachment, out, at);
        }
        return out;
    }

    private static byte[] base64(OutboundMessage message, String prefix) {
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) message.bytes() * 4 / 3 + MAX_HEADER);
        byte[] text = message.text();
        if (text != null) {
            append(out, Opcode.TEXT, text);
        }
        byte[] lead = prefix.getBytes(US_ASCII);
        for (byte[] attachment : message.attachments()) {
            byte[] encoded = Base64.getEncoder().encode(attachment);
            byte[] header = new byte[MAX_HEADER];
            out.write(header, 0, header(header, 0, Opcode.TEXT, lead.length + encoded.length));
            out.writeBytes(lead);
            out.writeBytes(encoded);
        }
        return out.toByteArray();
    }

    private static void maybeDeflated(ByteArrayOutputStream out, int opcode, byte[] payload, Deflate deflate) {
        if (payload.length < deflate.thresholdBytes()) {
            append(out, opcode, payload);
        } else {
            append(out, opcode | DEFLATED, deflate.deflate(payload));
        }
    }

    private static void append(ByteArrayOutputStream out, int opcode, byte[] payload) {
        byte[] header = new byte[MAX_HEADER];
        out.write(header, 0, header(header, 0, opcode, payload.length));
        out.writeBytes(payload);
    }

    private static int headerBytes(int payload) {
        return payload < 126 ? 2 : payload < 0x1_0000 ? 4 : MAX_HEADER;
    }

    /** Writes a header and returns where the payload goes. */
    private static int header(byte[] out, int at, int opcode, int payload) {
        out[at] = (byte) (LAST | opcode);
        if (payload < 126) {
            out[at + 1] = (byte) payload;
            return at + 2;
        }
        if (payload < 0x1_0000) {
            out[at + 1] = 126;
            out[at + 2] = (byte) (payload >> 8);
            out[at + 3] = (byte) payload;
            return at + 4;
        }
        out[at + 1] = 127;
        for (int i = 0; i < Long.BYTES; i++) {
            out[at + 2 + i] = (byte) ((long) payload >> (56 - 8 * i));
        }
        return at + MAX_HEADER;
    }

    private static int copy(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return at + from.length;
    }
}
