package dev.roost.server.websocket;

import dev.roost.core.engine.OutboundMessage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.Function;
import java.util.zip.Deflater;

/**
 * Deflates messages for the connections of one loop. Confined to that loop.
 *
 * <p>No context is carried over from message to message, so what it makes is the same for every client and shared.
 *
 * <p>Spec: RFC 7692 section 7.2.1.
 */
final class Deflate {
    private static final int TAIL_BYTES = 4;
    private static final int CHUNK_BYTES = 8192;

    private final Deflater deflater;
    private final int thresholdBytes;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final Inflate inflate = new Inflate();
    private final Function<OutboundMessage, byte[]> encoder = message -> FrameWriter.deflated(message, this);

    /**
     * Makes a codec.
     *
     * @param thresholdBytes shorter messages are sent as they are
     * @param level of zlib, -1 to 9
     */
    Deflate(int thresholdBytes, int level) {
        this.deflater = new Deflater(level, true);
        this.thresholdBytes = thresholdBytes;
    }

    int thresholdBytes() {
        return thresholdBytes;
    }

    /** The other direction, for the same loop. */
    Inflate inflate() {
        return inflate;
    }

    /** Frames for a client that negotiated compression, made once per message. */
    byte[] frames(OutboundMessage message) {
        return message.compress() && message.bytes() >= thresholdBytes
                ? message.form(OutboundMessage.Form.WEBSOCKET_DEFLATED, encoder)
                : FrameWriter.frames(message, OutboundMessage.Form.WEBSOCKET);
    }

    /** Payload of a compressed frame. */
    byte[] deflate(byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length / 2 + TAIL_BYTES);
        deflater.reset();
        deflater.setInput(payload);
        int made;
        do {
            made = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            out.write(chunk, 0, made);
        } while (made == chunk.length);
        byte[] all = out.toByteArray();
        return Arrays.copyOf(all, all.length - TAIL_BYTES);
    }
}
