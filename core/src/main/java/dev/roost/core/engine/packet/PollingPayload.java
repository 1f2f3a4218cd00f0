package dev.roost.core.engine.packet;

/**
 * Reads the packets of a POST body one after the other. Confined to one thread at a time.
 *
 * <p>Makes no object per packet, so a megabyte of tiny packets costs no more than one large one, and may be read in
 * pieces, so the reader can let others have their turn.
 *
 * <p>Spec: engine-io 5 and 13.
 */
public interface PollingPayload {
    /**
     * Hands the next packets to a visitor.
     *
     * <p>Packets before a bad one are visited first; after an exception the payload is at its end.
     *
     * @param maxPackets how many at most, at least 1
     * @return true if more may follow
     * @throws PacketFormatException if the rest is no payload
     */
    boolean read(int maxPackets, PacketVisitor visitor) throws PacketFormatException;

    /** Reads packets joined by the record separator, revision 4. */
    static PollingPayload revision4(byte[] body) {
        return new Revision4Payload(body);
    }

    /** Reads {@code <length>:<packet>} elements, revision 3. */
    static PollingPayload revision3Text(byte[] body) {
        return new Revision3TextPayload(body);
    }

    /** Reads the elements of an {@code application/octet-stream} body, revision 3. */
    static PollingPayload revision3Binary(byte[] body) {
        return new Revision3BinaryPayload(body);
    }
}
