package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What travels over a bus in one piece: a header and some messages. Confined to one thread.
 *
 * <pre>
 * version u8 | flags u8 | origin u32 | epoch u64 | [target u32] | sequence varint | count u16
 * count times: length u32, message       [signature, 16 bytes]
 * </pre>
 *
 * <p>A frame of an outsider comes from a sender that is no node: it holds only commands, and nobody waits for it.
 *
 * <p>Numbers are big-endian. {@code sequence} is that of the first message; the others follow. A frame for all nodes
 * and a frame for one take their numbers from two counters of the sender.
 *
 * @param origin node that sent it
 * @param epoch start time of that node
 * @param outsider true if its origin is no node
 * @param target the only node meant, or null when all are
 * @param sequence number of its first message
 * @param count how many messages it holds
 * @param messages reader of the messages
 */
record Frame(
        NodeId origin,
        long epoch,
        boolean outsider,
        @Nullable NodeId target,
        long sequence,
        int count,
        ByteReader messages) {
    static final int VERSION = 1;
    /** Most bytes everything but the messages takes. */
    static final int MAX_OVERHEAD = 1 + 1 + 4 + 8 + 4 + 10 + 2 + FrameSeal.BYTES;

    static final int MAX_COUNT = 0xffff;

    private static final int ORIGIN_AT = 2;
    /** Number and start time of a node. */
    private static final int NODE_BYTES = 4 + 8;

    private static final int TARGETED = 1;
    private static final int SIGNED = 2;
    private static final int OUTSIDER = 4;
    private static final int KNOWN_FLAGS = TARGETED | SIGNED | OUTSIDER;

    /** Writes a header with no messages and returns where their count stands. */
    static int begin(
            ByteWriter out,
            NodeDescriptor origin,
            boolean outsider,
            @Nullable NodeId target,
            long sequence,
            @Nullable FrameSeal seal) {
        out.u8(VERSION);
        out.u8((target == null ? 0 : TARGETED) | (seal == null ? 0 : SIGNED) | (outsider ? OUTSIDER : 0));
        out.u32(origin.id().value());
        out.u64(origin.epoch());
        if (target != null) {
            out.u32(target.value());
        }
        out.varint(sequence);
        out.u16(0);
        return out.size() - 2;
    }

    /** Completes what {@link #begin} opened. */
    static byte[] end(ByteWriter out, int countAt, int count, @Nullable FrameSeal seal) {
        out.patchU16(countAt, count);
        if (seal != null) {
            seal.seal(out);
        }
        return out.toByteArray();
    }

    /**
     * Whether a node has its own frame before it, by the header alone.
     *
     * <p>Not a word of it is read further, so nobody gains anything by forging one.
     */
    static boolean isEcho(byte[] bytes, NodeDescriptor self) {
        if (bytes.length < ORIGIN_AT + NODE_BYTES || bytes[0] != VERSION || (bytes[1] & OUTSIDER) != 0) {
            return false;
        }
        ByteBuffer origin = ByteBuffer.wrap(bytes, ORIGIN_AT, NODE_BYTES);
        return origin.getInt() == self.id().value() && origin.getLong() == self.epoch();
    }

    /**
     * Reads the header.
     *
     * @param seal checks the signature; null in a cluster without a secret, which takes unsigned frames only
     */
    static Frame parse(byte[] bytes, @Nullable FrameSeal seal) throws FrameFormatException {
        ByteReader in = new ByteReader(bytes, 0, bytes.length);
        if (in.u8() != VERSION) {
            throw new FrameFormatException(FrameFormatException.Kind.VERSION, "version " + (bytes[0] & 0xff), 0);
        }
        int flags = in.u8();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw in.malformed("unknown flags");
        }
        boolean signed = (flags & SIGNED) != 0;
        if (signed != (seal != null) || seal != null && !seal.matches(bytes)) {
            throw new FrameFormatException(
                    FrameFormatException.Kind.SIGNATURE, signed ? "wrong signature" : "no signature", 1);
        }
        NodeId origin = new NodeId(in.u32());
        long epoch = in.u64();
        NodeId target = (flags & TARGETED) == 0 ? null : new NodeId(in.u32());
        long sequence = in.varint();
        if (sequence > Long.MAX_VALUE - MAX_COUNT) {
            throw in.malformed("sequence at the end of its range");
        }
        int count = in.u16();
        return new Frame(
                origin,
                epoch,
                (flags & OUTSIDER) != 0,
                target,
                sequence,
                count,
                in.slice(in.remaining() - (signed ? FrameSeal.BYTES : 0)));
    }

    /** Returns a reader of the next message's bytes. */
    ByteReader nextMessage() throws FrameFormatException {
        return messages.slice(messages.u32());
    }
}
