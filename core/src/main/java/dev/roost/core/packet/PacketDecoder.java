package dev.roost.core.packet;

import org.jspecify.annotations.Nullable;

/**
 * Makes packets of one connection's engine messages.
 *
 * <p>Keeps a packet whose attachments are still due. After an exception the connection is to be closed; nothing more may
 * be given. Confined to the connection's loop.
 */
public interface PacketDecoder {
    /**
     * A text message came.
     *
     * @param utf8 shared buffer of valid UTF-8, read during the call only
     * @param offset first byte after the engine's type digit
     * @return the packet, or null while its attachments are due
     */
    @Nullable
    Packet text(byte[] utf8, int offset, int length) throws PacketFormatException;

    /**
     * A binary message came.
     *
     * @param data belongs to the packet from now on
     * @return the packet that is now complete, or null if more attachments are due
     */
    @Nullable
    Packet binary(byte[] data) throws PacketFormatException;

    /** True while the attachments of a packet have not all come. */
    boolean attachmentsDue();
}
