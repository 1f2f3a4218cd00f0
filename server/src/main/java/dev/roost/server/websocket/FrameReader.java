package dev.roost.server.websocket;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes of a client into messages. Confined to the connection's loop; does no I/O.
 *
 * <p>It parses where the bytes are, in the loop's shared read buffer. A message that is wholly inside is unmasked into
 * the loop's scratch array and delivered from there, so a connection that sends small messages owns no buffer at all.
 * Only while a frame or a message is incomplete does it hold a {@link PartialMessage}, or the first bytes of a header
 * or control frame. Everything a header tells is checked when it is there and before anything is allocated: an
 * unmasked frame is refused at its second byte, an oversized one at its length.
 *
 * <p>Spec: RFC 6455 sections 5 to 8, security 5 (W1 to W9).
 */
final class FrameReader {
    private static final int MASK_BYTES = 4;
    private static final int MAX_CONTROL_PAYLOAD = 125;
    private static final int MAX_CONTROL_FRAME = 2 + MASK_BYTES + MAX_CONTROL_PAYLOAD;

    private final FrameLimits limits;
    private final @Nullable Inflate inflate;
    private final Sink sink;
    private @Nullable PartialMessage partial;
    /** Start of a header or of a control frame; position is the number of bytes held. */
    private @Nullable ByteBuffer start;

    /**
     * Makes a reader.
     *
     * @param inflate present if permessage-deflate was negotiated
     */
    FrameReader(FrameLimits limits, @Nullable Inflate inflate, Sink sink) {
        this.limits = limits;
        this.inflate = inflate;
        this.sink = sink;
    }

    /** What the reader finds, in order. */
    interface Sink {
        /** False stops the reader before the next frame; what is left stays in the buffer. */
        boolean accepting();

        /** A text message: valid UTF-8, in a buffer that is valid during the call only. */
        void text(byte[] utf8, int offset, int length);

        /** A binary message; the array belongs to the receiver. */
        void binary(byte[] data);

        void ping(byte[] payload);

        void pong();

        /** The peer's close frame; {@link CloseCode#NONE} if it had no code. */
        void close(int code);
    }

    /** Something that stays the same object while one message is incomplete, or null between messages. */
    @Nullable
    Object incomplete() {
        return partial != null ? partial : start;
    }

    /**
     * Consumes the buffer as long as the sink accepts.
     *
     * @param scratch at least as large as the buffer's capacity
     */
    void read(ByteBuffer in, byte[] scratch) throws WebSocketViolation {
        while (in.hasRemaining() && sink.accepting()) {
            PartialMessage message = partial;
            if (message != null && message.insideFrame()) {
                absorb(message, in);
            } else if (start != null) {
                completeStart(start, in, scratch);
            } else {
                frame(in, scratch);
            }
        }
    }

    /** A frame that begins in the buffer. */
    private void frame(ByteBuffer in, byte[] scratch) throws WebSocketViolation {
        int at = in.position();
        int available = in.remaining();
        int needed = check(in, at, available);
        if (available < needed) {
            ByteBuffer held = ByteBuffer.allocate(MAX_CONTROL_FRAME);
            held.put(in);
            start = held;
            return;
        }
        int opcode = in.get(at) & 0x0F;
        int header = headerBytes(in.get(at + 1));
        if (Opcode.isControl(opcode)) {
            in.position(at + needed);
            control(in, at, needed);
            return;
        }
        int length = (int) payloadBytes(in, at);
        boolean last = in.get(at) < 0;
        int key = Integer.reverseBytes(in.getInt(at + header - MASK_BYTES));
        in.position(at + header);
        if (last && partial == null && in.remaining() >= length) {
            whole(in, opcode, (in.get(at) & 0x40) != 0, length, key, scratch);
        } else {
            begin(in, opcode, (in.get(at) & 0x40) != 0, length, key, last);
        }
    }

    /** Goes on with a header or control frame of which the first bytes came before. */
    private void completeStart(ByteBuffer held, ByteBuffer in, byte[] scratch) throws WebSocketViolation {
        int needed = check(held, 0, held.position());
        while (held.position() < needed) {
            if (!in.hasRemaining()) {
                return;
            }
            held.put(in.get());
            needed = check(held, 0, held.position());
        }
        start = null;
        int b0 = held.get(0);
        int opcode = b0 & 0x0F;
        if (Opcode.isControl(opcode)) {
            control(held, 0, needed);
            return;
        }
        int length = (int) payloadBytes(held, 0);
        int key = Integer.reverseBytes(held.getInt(needed - MASK_BYTES));
        if (b0 < 0 && partial == null && in.remaining() >= length) {
            whole(in, opcode, (b0 & 0x40) != 0, length, key, scratch);
        } else {
            begin(in, opcode, (b0 & 0x40) != 0, length, key, b0 < 0);
        }
    }

    /** An unfragmented message that is in the buffer entirely. */
    private void whole(ByteBuffer in, int opcode, boolean compressed, int length, int key, byte[] scratch)
            throws WebSocketViolation {
        if (compressed) {
            in.get(scratch, 0, length);
            Masking.apply(scratch, 0, length, key, 0);
            inflated(opcode == Opcode.TEXT, scratch, length);
        } else if (opcode == Opcode.TEXT) {
            in.get(scratch, 0, length);
            Masking.apply(scratch, 0, length, key, 0);
            if (!Utf8.isValid(scratch, 0, length)) {
                throw WebSocketViolation.invalidPayload("Invalid UTF-8");
            }
            sink.text(scratch, 0, length);
        } else {
            byte[] data = new byte[length];
            in.get(data);
            Masking.apply(data, 0, length, key, 0);
            sink.binary(data);
        }
    }

    private void begin(ByteBuffer in, int opcode, boolean compressed, int length, int key, boolean last)
            throws WebSocketViolation {
        PartialMessage message = partial;
        if (message == null) {
            message = new PartialMessage(opcode == Opcode.TEXT, compressed);
            partial = message;
        }
        if (message.frames() == limits.maxFragments()) {
            throw WebSocketViolation.policy("Too many fragments");
        }
        message.beginFrame(length, key, last);
        absorb(message, in);
    }

    private void absorb(PartialMessage message, ByteBuffer in) throws WebSocketViolation {
        message.absorb(in);
        if (!message.isComplete()) {
            return;
        }
        partial = null;
        if (message.isCompressed()) {
            inflated(message.isText(), message.bytes(), message.size());
        } else if (message.isText()) {
            sink.text(message.bytes(), 0, message.size());
        } else {
            sink.binary(message.exactBytes());
        }
    }

    private void inflated(boolean text, byte[] bytes, int length) throws WebSocketViolation {
        Inflate codec = inflate;
        if (codec == null) {
            throw new IllegalStateException("compressed frame passed the header check without an extension");
        }
        byte[] data = codec.inflate(bytes, length, limits.maxPayloadBytes());
        if (!text) {
            sink.binary(data);
        } else if (Utf8.isValid(data, 0, data.length)) {
            sink.text(data, 0, data.length);
        } else {
            throw WebSocketViolation.invalidPayload("Invalid UTF-8");
        }
    }

    private void control(ByteBuffer from, int at, int frameBytes) throws WebSocketViolation {
        byte[] payload = new byte[frameBytes - 2 - MASK_BYTES];
        from.get(at + 2 + MASK_BYTES, payload);
        Masking.apply(payload, 0, payload.length, Integer.reverseBytes(from.getInt(at + 2)), 0);
        switch (from.get(at) & 0x0F) {
            case Opcode.PING -> sink.ping(payload);
            case Opcode.PONG -> sink.pong();
            default -> sink.close(closeCode(payload));
        }
    }

    private static int closeCode(byte[] payload) throws WebSocketViolation {
        if (payload.length == 0) {
            return CloseCode.NONE;
        }
        if (payload.length == 1) {
            throw WebSocketViolation.protocol("Invalid close frame");
        }
        int code = (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        if (!CloseCode.isSendable(code)) {
            throw WebSocketViolation.protocol("Invalid close code");
        }
        if (!Utf8.isValid(payload, 2, payload.length - 2)) {
            throw WebSocketViolation.invalidPayload("Invalid UTF-8");
        }
        return code;
    }

    /**
     * Checks what is there of a frame.
     *
     * @return bytes that must be there to go on: the header, or all of a control frame; known for certain only when
     *     that many are available
     */
    private int check(ByteBuffer from, int at, int available) throws WebSocketViolation {
        if (available < 2) {
            return 2;
        }
        int b0 = from.get(at) & 0xFF;
        int b1 = from.get(at + 1) & 0xFF;
        checkFirstBytes(b0, b1);
        int header = headerBytes((byte) b1);
        if (Opcode.isControl(b0 & 0x0F)) {
            return header + (b1 & 0x7F);
        }
        if (available >= header - MASK_BYTES) {
            checkLength(payloadBytes(from, at), header);
        }
        return header;
    }

    private void checkFirstBytes(int b0, int b1) throws WebSocketViolation {
        int opcode = b0 & 0x0F;
        boolean last = (b0 & 0x80) != 0;
        if ((b0 & 0x30) != 0) {
            throw WebSocketViolation.protocol("Reserved bits set");
        }
        if ((b0 & 0x40) != 0 && (inflate == null || (opcode != Opcode.TEXT && opcode != Opcode.BINARY))) {
            throw WebSocketViolation.protocol("Reserved bits set");
        }
        if (!Opcode.isKnown(opcode)) {
            throw WebSocketViolation.protocol("Unknown opcode");
        }
        if ((b1 & 0x80) == 0) {
            throw WebSocketViolation.protocol("Frame not masked");
        }
        if (Opcode.isControl(opcode)) {
            if (!last || (b1 & 0x7F) > MAX_CONTROL_PAYLOAD) {
                throw WebSocketViolation.protocol("Invalid control frame");
            }
        } else if (opcode == Opcode.CONTINUATION ? partial == null : partial != null) {
            throw WebSocketViolation.protocol("Unexpected opcode");
        }
    }

    private void checkLength(long length, int header) throws WebSocketViolation {
        int assembled = partial == null ? 0 : partial.size();
        if (length < 0 || length > limits.maxPayloadBytes() - assembled) {
            throw WebSocketViolation.tooBig();
        }
        if (length < (header == 14 ? 0x1_0000 : header == 8 ? 126 : 0)) {
            throw WebSocketViolation.protocol("Length not in shortest form");
        }
    }

    private static int headerBytes(byte b1) {
        int length = b1 & 0x7F;
        return length < 126 ? 6 : length == 126 ? 8 : 14;
    }

    private static long payloadBytes(ByteBuffer from, int at) {
        int length = from.get(at + 1) & 0x7F;
        return length < 126 ? length : length == 126 ? from.getShort(at + 2) & 0xFFFF : from.getLong(at + 2);
    }
}
