package dev.roost.server.websocket;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Throws bytes at the reader of WebSocket frames: only a violation may come out, however they are cut. */
class FrameReaderFuzz {
    private static final int MAX = 10_000;

    @FuzzTest(maxDuration = "60s")
    void frames(byte[] bytes) {
        FrameReader reader = new FrameReader(FrameLimits.of(MAX), null, new RecordingSink());
        byte[] scratch = new byte[MAX];
        int cut = bytes.length == 0 ? 0 : (bytes[0] & 0xff) % bytes.length;
        try {
            reader.read(ByteBuffer.wrap(bytes, 0, cut), scratch);
            reader.read(ByteBuffer.wrap(bytes, cut, bytes.length - cut), scratch);
        } catch (WebSocketViolation expected) {
            // Refused, as it should be.
        }
    }
}
