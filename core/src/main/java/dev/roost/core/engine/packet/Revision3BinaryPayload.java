package dev.roost.core.engine.packet;

/**
 * A binary POST body of revision 3: kind, length digits, byte 255 and data, repeated.
 *
 * <p>Confined to one thread at a time.
 */
final class Revision3BinaryPayload implements PollingPayload {
    private final byte[] body;
    private int at;

    Revision3BinaryPayload(byte[] body) {
        this.body = body;
    }

    @Override
    public boolean read(int maxPackets, PacketVisitor visitor) throws PacketFormatException {
        if (body.length == 0) {
            throw new PacketFormatException("expected a payload, got an empty one", 0);
        }
        for (int i = 0; i < maxPackets && at < body.length; i++) {
            int start = at;
            at = body.length;
            at = visit(start, visitor);
        }
        return at < body.length;
    }

    private int visit(int start, PacketVisitor visitor) throws PacketFormatException {
        byte kind = body[start];
        if (kind != 0 && kind != 1) {
            throw new PacketFormatException("expected 0 for text or 1 for binary", start);
        }
        int digits = start + 1;
        int end = digits;
        long length = 0;
        while (end < body.length && body[end] >= 0 && body[end] <= 9) {
            if (end - digits == Revision3.MAX_DIGITS) {
                throw new PacketFormatException("expected at most " + Revision3.MAX_DIGITS + " length digits", digits);
            }
            length = length * 10 + body[end];
            end++;
        }
        if (end == digits || end == body.length || body[end] != Revision3.END_OF_LENGTH) {
            throw new PacketFormatException("expected length digits and byte 255", digits);
        }
        int data = end + 1;
        if (length > body.length - data) {
            throw new PacketFormatException("expected " + length + " bytes, got " + (body.length - data), digits);
        }
        if (kind == 1) {
            visitor.binary(Revision3.binaryMessage(body, data, (int) length));
        } else {
            visitText(data, (int) length, visitor);
        }
        return data + (int) length;
    }

    private void visitText(int start, int length, PacketVisitor visitor) throws PacketFormatException {
        if (length == 0) {
            throw new PacketFormatException("expected a packet, got an empty one", start);
        }
        int invalid = Utf8.firstInvalid(body, start, start + length);
        if (invalid >= 0) {
            throw new PacketFormatException("expected UTF-8", invalid);
        }
        if (body[start] == 'b') {
            visitor.binary(Revision3.base64Message(body, start, length));
        } else if (PacketType.isDigit(body[start])) {
            visitor.text(body, start, length);
        } else {
            throw new PacketFormatException("expected a packet type from 0 to 6 or b", start);
        }
    }
}
