package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Notes what a reader finds, and feeds readers. */
class RecordingSink implements FrameReader.Sink {
    final List<String> found = new ArrayList<>();
    boolean accepting = true;

    /** Feeds everything at once; returns what was found, the violation last. */
    static List<String> readAll(FrameReader reader, RecordingSink sink, byte[] bytes) {
        return readInPieces(reader, sink, bytes, Math.max(1, bytes.length));
    }

    /** Feeds pieces of that size. */
    static List<String> readInPieces(FrameReader reader, RecordingSink sink, byte[] bytes, int size) {
        byte[] scratch = new byte[Math.max(size, 1)];
        try {
            for (int at = 0; at < bytes.length; at += size) {
                ByteBuffer piece = ByteBuffer.allocateDirect(size);
                piece.put(bytes, at, Math.min(size, bytes.length - at)).flip();
                reader.read(piece, scratch);
                if (!sink.accepting) {
                    break;
                }
            }
        } catch (WebSocketViolation violation) {
            sink.found.add("violation " + violation.code());
        }
        return sink.found;
    }

    /** Feeds pieces of random sizes. */
    static List<String> readInRandomPieces(FrameReader reader, RecordingSink sink, byte[] bytes, Random random) {
        int at = 0;
        while (at < bytes.length) {
            int size = Math.min(bytes.length - at, 1 + random.nextInt(300));
            byte[] piece = new byte[size];
            System.arraycopy(bytes, at, piece, 0, size);
            readAll(reader, sink, piece);
            at += size;
        }
        return sink.found;
    }

    @Override
    public boolean accepting() {
        return accepting;
    }

    @Override
    public void text(byte[] utf8, int offset, int length) {
        found.add("text " + new String(utf8, offset, length, UTF_8));
    }

    @Override
    public void binary(byte[] data) {
        found.add("binary " + HexFormat.of().formatHex(data));
    }

    @Override
    public void ping(byte[] payload) {
        found.add("ping " + new String(payload, UTF_8));
    }

    @Override
    public void pong() {
        found.add("pong");
    }

    @Override
    public void close(int code) {
        found.add("close " + code);
        accepting = false;
    }
}
