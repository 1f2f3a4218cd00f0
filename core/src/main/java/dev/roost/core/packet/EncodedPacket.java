package dev.roost.core.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet as it leaves: engine messages, encoded once for every recipient.
 *
 * @param text whole engine message in UTF-8, its type digit first; null if the packet is binary alone. Not to be changed
 * @param attachments the binary messages that follow. Not to be changed
 */
public record EncodedPacket(byte @Nullable [] text, List<byte[]> attachments) {
    public EncodedPacket {
        attachments = List.copyOf(attachments);
    }
}
