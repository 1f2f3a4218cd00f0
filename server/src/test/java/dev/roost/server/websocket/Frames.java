package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Frames as a client makes them, right and wrong. */
final class Frames {
    static final int KEY = 0x37fa213d;

    private Frames() {}

    static byte[] text(String text) {
        return frame(0x81, text.getBytes(UTF_8));
    }

    static byte[] binary(byte... data) {
        return frame(0x82, data);
    }

    static byte[] ping(String payload) {
        return frame(0x89, payload.getBytes(UTF_8));
    }

    static byte[] close(int code) {
        return frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** A masked frame with that first byte. */
    static byte[] frame(int b0, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header(b0, payload.length));
        byte[] key = ByteBuffer.allocate(4).putInt(KEY).array();
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ key[i & 3]);
        }
        return out.toByteArray();
    }

    /** The header of a masked frame that announces so many bytes. */
    static byte[] header(int b0, long length) {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) b0);
        if (length >= 0 && length < 126) {
            header.put((byte) (0x80 | length));
        } else if (length >= 0 && length < 0x10000) {
            header.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            header.put((byte) (0x80 | 127)).putLong(length);
        }
        header.putInt(KEY);
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
