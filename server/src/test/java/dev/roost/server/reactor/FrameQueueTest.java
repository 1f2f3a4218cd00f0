package dev.roost.server.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameQueueTest {
    private final FrameQueue queue = new FrameQueue();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);

    /** Takes so many bytes in all, so many at once, and counts the writes. */
    private static final class Narrow implements WritableByteChannel {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        int writes;
        int room;

        Narrow(int room) {
            this.room = room;
        }

        @Override
        public int write(ByteBuffer from) {
            writes++;
            int count = Math.min(room, from.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(from.get());
            }
            room -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte[] bytes(int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    @Test
    void manySmallFramesLeaveInOneWrite() throws IOException {
        for (int i = 0; i < 60; i++) {
            queue.add(bytes(i, 1));
        }
        Narrow channel = new Narrow(1000);

        assertThat(queue.writeTo(channel, buffer)).isTrue();

        assertThat(channel.taken.toByteArray()).isEqualTo(bytes(0, 60));
        assertThat(channel.writes).isEqualTo(1);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void framesWithoutBytesAreNothing() throws IOException {
        queue.add(new byte[0]);
        assertThat(queue.isEmpty()).isTrue();
        queue.add(bytes(0, 3));
        queue.add(new byte[0]);
        Narrow channel = new Narrow(1000);

        assertThat(queue.writeTo(channel, buffer)).isTrue();

        assertThat(channel.taken.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverTheChannelTakesTheBytesStayInOrder(long seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        Narrow channel = new Narrow(0);
        FrameQueue present = queue;
        for (int round = 0; round < 500; round++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                byte[] frame = bytes(random.nextInt(), random.nextInt(300));
                expected.writeBytes(frame);
                present.add(frame);
            }
            channel.room = random.nextInt(500);
            boolean done = present.writeTo(channel, buffer);
            assertThat(done).isEqualTo(present.isEmpty());
            assertThat(present.bytes()).isEqualTo(expected.size() - channel.taken.size());
            if (random.nextInt(5) == 0) {
                FrameQueue rest = present.split();
                assertThat(present.isEmpty()).isTrue();
                present = rest;
            }
        }
        channel.room = Integer.MAX_VALUE;
        assertThat(present.writeTo(channel, buffer)).isTrue();

        assertThat(channel.taken.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void clearForgetsWhatWaits() throws IOException {
        queue.add(bytes(0, 100));
        Narrow channel = new Narrow(10);
        assertThat(queue.writeTo(channel, buffer)).isFalse();
        assertThat(queue.isInsideFrame()).isTrue();

        queue.clear();
        queue.add(bytes(50, 2));
        channel.room = 100;
        assertThat(queue.writeTo(channel, buffer)).isTrue();

        assertThat(channel.taken.toByteArray()).endsWith(bytes(50, 2)).hasSize(12);
    }

    @Test
    void piecesAreAsLargeAsTheBuffer() {
        queue.add(bytes(0, 100));
        assertThat(queue.takeInto(buffer)).isTrue();
        assertThat(buffer.flip().remaining()).isEqualTo(64);
        buffer.clear();
        assertThat(queue.takeInto(buffer)).isTrue();
        assertThat(buffer.flip().remaining()).isEqualTo(36);
        buffer.clear();
        assertThat(queue.takeInto(buffer)).isFalse();
    }
}
