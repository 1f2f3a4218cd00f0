package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static final NodeDescriptor SELF = node(0x80a0b0c0, 1_700_000_000_000L);

    @Test
    void framesOfThisVeryNodeAreEchoes() {
        assertThat(Frame.isEcho(frame(SELF, false, null), SELF)).isTrue();
        assertThat(Frame.isEcho(frame(SELF, false, new NodeId(7)), SELF)).isTrue();
    }

    @Test
    void framesOfOthersAreNone() {
        assertThat(Frame.isEcho(frame(node(1, SELF.epoch()), false, SELF.id()), SELF))
                .isFalse();
        assertThat(Frame.isEcho(frame(node(SELF.id().value(), 5), false, null), SELF))
                .as("another node with this id")
                .isFalse();
        assertThat(Frame.isEcho(frame(SELF, true, null), SELF))
                .as("an outsider's ids are no nodes'")
                .isFalse();
    }

    @Test
    void whatIsNoFrameIsLeftToTheReceiver() {
        byte[] frame = frame(SELF, false, null);
        for (int length = 0; length < 14; length++) {
            assertThat(Frame.isEcho(Arrays.copyOf(frame, length), SELF)).isFalse();
        }
        frame[0]++;
        assertThat(Frame.isEcho(frame, SELF)).isFalse();
    }

    private static NodeDescriptor node(int id, long epoch) {
        return new NodeDescriptor(new NodeId(id), epoch, "", "test");
    }

    private static byte[] frame(NodeDescriptor origin, boolean outsider, @Nullable NodeId target) {
        ByteWriter out = new ByteWriter(64);
        int countAt = Frame.begin(out, origin, outsider, target, 300, null);
        return Frame.end(out, countAt, 0, null);
    }
}
