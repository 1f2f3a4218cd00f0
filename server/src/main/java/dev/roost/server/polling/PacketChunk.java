package dev.roost.server.polling;

import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.Transport;
import dev.roost.core.engine.packet.PacketFormatException;
import dev.roost.core.engine.packet.PacketVisitor;
import dev.roost.core.engine.packet.PollingPayload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Up to 256 packets of a body, decoded on the thread of the POST and given to the session on its loop.
 *
 * <p>Confined to one thread at a time: the POST waits while the loop has it.
 */
final class PacketChunk implements PacketVisitor {
    static final int MOST = 256;
    private static final int FIRST = 4;

    private final byte[] body;
    private int[] offsets = new int[FIRST];
    private int[] lengths = new int[FIRST];
    private byte[] @Nullable [] binaries = new byte[FIRST][];
    private int count;
    private long bytes;

    PacketChunk(byte[] body) {
        this.body = body;
    }

    /** Reads the next packets; returns true if more may follow. Those before a bad one are kept. */
    boolean readFrom(PollingPayload payload) throws PacketFormatException {
        count = 0;
        bytes = 0;
        return payload.read(MOST, this);
    }

    @Override
    public void text(byte[] utf8, int offset, int length) {
        if (utf8 != body) {
            throw new IllegalArgumentException("a text packet must lie in the body");
        }
        add(offset, length, null);
    }

    @Override
    public void binary(byte[] data) {
        add(0, data.length, data);
    }

    private void add(int offset, int length, byte @Nullable [] binary) {
        if (count == offsets.length) {
            int size = Math.min(MOST, count * 4);
            offsets = Arrays.copyOf(offsets, size);
            lengths = Arrays.copyOf(lengths, size);
            binaries = Arrays.copyOf(binaries, size);
        }
        offsets[count] = offset;
        lengths[count] = length;
        binaries[count++] = binary;
        bytes += length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long bytes() {
        return bytes;
    }

    /** Gives the packets to the session. On its loop. */
    void deliver(EngineSession session, Transport from) {
        for (int i = 0; i < count; i++) {
            byte[] binary = binaries[i];
            if (binary == null) {
                session.receiveText(from, body, offsets[i], lengths[i]);
            } else {
                binaries[i] = null;
                session.receiveBinary(from, binary);
            }
        }
    }
}
