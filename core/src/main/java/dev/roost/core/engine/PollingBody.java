package dev.roost.core.engine;

import dev.roost.core.engine.OutboundMessage.Form;
import dev.roost.core.engine.packet.Revision3;
import dev.roost.core.engine.packet.Revision4;
import java.util.List;

/**
 * The body of the answer to a GET: a batch of messages in one payload.
 *
 * <p>Spec: engine-io 5 and 13.
 *
 * @param bytes the payload
 * @param binary true for {@code application/octet-stream}, which only revision 3 has
 * @param compress true if a message of the batch may be compressed
 */
public record PollingBody(byte[] bytes, boolean binary, boolean compress) {

    /**
     * Joins messages, encoding each at most once for all its recipients.
     *
     * @param batch what was due, oldest first; at least one message
     * @param revision 3 or 4
     * @param binarySupported false if the client asked for base64
     */
    public static PollingBody of(List<OutboundMessage> batch, int revision, boolean binarySupported) {
        boolean hasBinary = false;
        boolean compress = false;
        for (OutboundMessage message : batch) {
            hasBinary |= !message.attachments().isEmpty();
            compress |= message.compress();
        }
        Form form = revision == 4
                ? Form.POLLING
                : hasBinary && binarySupported ? Form.POLLING_REVISION3_BINARY : Form.POLLING_REVISION3;
        return new PollingBody(join(batch, form), form == Form.POLLING_REVISION3_BINARY, compress);
    }

    private static byte[] join(List<OutboundMessage> batch, Form form) {
        int separators = form == Form.POLLING ? 1 : 0;
        if (batch.size() == 1) {
            return element(batch.get(0), form);
        }
        int size = -separators;
        for (OutboundMessage message : batch) {
            size += separators + element(message, form).length;
        }
        byte[] joined = new byte[size];
        int at = 0;
        for (OutboundMessage message : batch) {
            if (separators == 1 && at > 0) {
                joined[at++] = Revision4.SEPARATOR;
            }
            byte[] element = element(message, form);
            System.arraycopy(element, 0, joined, at, element.length);
            at += element.length;
        }
        return joined;
    }

    private static byte[] element(OutboundMessage message, Form form) {
        return switch (form) {
            case POLLING -> message.form(form, PollingBody::revision4);
            case POLLING_REVISION3 -> message.form(form, m -> Revision3.encodeText(m.text(), m.attachments()));
            case POLLING_REVISION3_BINARY -> message.form(form, m -> Revision3.encodeBinary(m.text(), m.attachments()));
            case WEBSOCKET, WEBSOCKET_DEFLATED, WEBSOCKET_REVISION3, WEBSOCKET_BASE64, WEBSOCKET_BASE64_REVISION3 ->
                throw new IllegalArgumentException("expected a form of polling, got " + form);
        };
    }

    /** A text packet alone is its own element, so it is not copied. */
    private static byte[] revision4(OutboundMessage message) {
        byte[] text = message.text();
        return text != null && message.attachments().isEmpty() ? text : Revision4.encode(text, message.attachments());
    }
}
