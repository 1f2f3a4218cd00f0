package dev.roost.server.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEndsTest {
    private static final int[] LENGTHS = {0, 1, 125, 126, 127, 300, 0xffff, 0x1_0000, 70_000};

    private static void put(ByteBuffer out, int length) {
        out.put((byte) 0x81);
        if (length < 126) {
            out.put((byte) length);
        } else if (length < 0x1_0000) {
            out.put((byte) 126).putShort((short) length);
        } else {
            out.put((byte) 127).putLong(length);
        }
        out.position(out.position() + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 300, 0xffff, 0x1_0000, 70_000})
    void oneByteAtATimeTheEndIsSeenAtTheLastAndNowhereElse(int length) {
        ByteBuffer frame = ByteBuffer.allocate(length + 10);
        put(frame, length);
        frame.flip();
        FrameEnds ends = new FrameEnds();
        assertThat(ends.isBetween()).isTrue();
        for (int at = 0; at < frame.limit(); at++) {
            ends.follow(frame.slice(at, 1));
            assertThat(ends.isBetween()).as("after byte %s", at).isEqualTo(at == frame.limit() - 1);
        }
    }

    @Test
    void howeverBytesAreCutTheEndsAreTheSame() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            ByteBuffer stream = ByteBuffer.allocate(2_000_000);
            Set<Integer> expected = new HashSet<>(Set.of(0));
            for (int frame = 0; frame < 20; frame++) {
                put(stream, LENGTHS[random.nextInt(LENGTHS.length)]);
                expected.add(stream.position());
            }
            stream.flip();
            FrameEnds ends = new FrameEnds();
            int at = 0;
            while (at < stream.limit()) {
                int size = Math.min(1 + random.nextInt(100_000), stream.limit() - at);
                ByteBuffer piece = stream.duplicate().position(at).limit(at + size);
                if (random.nextBoolean()) {
                    ends.follow(piece);
                    at += size;
                } else {
                    boolean between = ends.isBetween();
                    int end = ends.followToEnd(piece);
                    assertThat(end > at).isEqualTo(!between);
                    at = end;
                    if (at < piece.limit()) {
                        ends.follow(piece.position(at));
                        at = piece.limit();
                    }
                }
                assertThat(ends.isBetween()).isEqualTo(expected.contains(at));
            }
        }
    }
}
