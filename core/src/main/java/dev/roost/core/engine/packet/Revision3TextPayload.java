package dev.roost.core.engine.packet;

/** A text POST body of revision 3, {@code <length>:<packet>} repeated. Confined to one thread at a time. */
final class Revision3TextPayload implements PollingPayload {
    private final byte[] body;
    private int at;

    Revision3TextPayload(byte[] body) {
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
        int colon = start;
        long units = 0;
        while (colon < body.length && body[colon] >= '0' && body[colon] <= '9') {
            if (colon - start == Revision3.MAX_DIGITS) {
                throw new PacketFormatException("expected at most " + Revision3.MAX_DIGITS + " length digits", start);
            }
            units = units * 10 + (body[colon] - '0');
            colon++;
        }
        if (colon == start || colon == body.length || body[colon] != ':') {
            throw new PacketFormatException("expected length digits and a colon", start);
        }
        int packet = colon + 1;
        int end = packet;
        long left = units;
        while (left > 0) {
            int size = end < body.length ? Utf8.characterAt(body, end, body.length) : 0;
            if (size == 0) {
                throw new PacketFormatException(
                        end < body.length ? "expected UTF-8" : "expected " + units + " UTF-16 units", end);
            }
            left -= size == 4 ? 2 : 1;
            end += size;
        }
        if (left < 0) {
            throw new PacketFormatException("expected a length that ends with a character", start);
        }
        // The reference writes and skips empty elements.
        if (end > packet) {
            visitPacket(packet, end, visitor);
        }
        return end;
    }

    private void visitPacket(int start, int end, PacketVisitor visitor) throws PacketFormatException {
        byte first = body[start];
        if (first == 'b') {
            visitor.binary(Revision3.base64Message(body, start, end - start));
        } else if (PacketType.isDigit(first)) {
            visitor.text(body, start, end - start);
        } else {
            throw new PacketFormatException("expected a packet type from 0 to 6 or b", start);
        }
    }
}
