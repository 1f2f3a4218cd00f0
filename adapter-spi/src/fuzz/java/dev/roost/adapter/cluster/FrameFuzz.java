package dev.roost.adapter.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.roost.adapter.NodeId;

/** Throws bytes at what reads the bus: only a format exception may come out. */
class FrameFuzz {
    @FuzzTest(maxDuration = "60s")
    void frame(byte[] bytes) {
        try {
            Frame.parse(bytes, null);
        } catch (FrameFormatException expected) {
            // Refused, as it should be.
        }
    }

    @FuzzTest(maxDuration = "60s")
    void message(byte[] bytes) {
        try {
            ClusterMessageCodec.decode(new ByteReader(bytes, 0, bytes.length), new NodeId(1), 1);
        } catch (FrameFormatException expected) {
            // Refused, as it should be.
        }
    }
}
