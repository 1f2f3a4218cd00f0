package dev.roost.core.engine.packet;

/** A POST body of revision 4. Confined to one thread at a time. */
final class Revision4Payload implements PollingPayload {
    private final byte[] body;
    private int at;

    Revision4Payload(byte[] body) {
        this.body = body;
    }

    @Override
    public boolean read(int maxPackets, PacketVisitor visitor) throws PacketFormatException {
        for (int i = 0; i < maxPackets; i++) {
            // A body of n separators has n + 1 packets, so the position runs one past the end.
            if (at > body.length) {
                return false;
            }
            int start = at;
            int end = start;
            while (end < body.length && body[end] != Revision4.SEPARATOR) {
                end++;
            }
            at = body.length + 1;
            visit(start, end, visitor);
            at = end + 1;
        }
        return at <= body.length;
    }

    private void visit(int start, int end, PacketVisitor visitor) throws PacketFormatException {
        if (start == end) {
            throw new PacketFormatException("expected a packet, got an empty one", start);
        }
        byte first = body[start];
        if (first == 'b') {
            visitor.binary(Revision4.binaryMessage(body, start, end - start));
            return;
        }
        if (!PacketType.isDigit(first)) {
            throw new PacketFormatException("expected a packet type from 0 to 6 or b", start);
        }
        int invalid = Utf8.firstInvalid(body, start, end);
        if (invalid >= 0) {
            throw new PacketFormatException("expected UTF-8", invalid);
        }
        visitor.text(body, start, end - start);
    }
}
