package dev.roost.server.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReactorTest {
    private static final long MAILBOX_BYTES = 1000;

    private Reactor loop;

    @BeforeEach
    void start() throws IOException {
        loop = new Reactor("test-loop", MAILBOX_BYTES);
        loop.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        assertThat(loop.awaitStop(Duration.ofSeconds(10))).isTrue();
    }

    private <T> T onLoop(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop::execute)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Notes that it was called. */
    private static class Connection implements ChannelHandler, EndOfTurn, Resident {
        final AtomicInteger ready = new AtomicInteger();
        final AtomicInteger flushed = new AtomicInteger();
        final AtomicInteger aborted = new AtomicInteger();

        @Override
        public void ready(SelectionKey key) {
            ready.incrementAndGet();
        }

        @Override
        public void flush() {
            flushed.incrementAndGet();
        }

        @Override
        public void abort() {
            aborted.incrementAndGet();
        }
    }

    @Test
    void tasksOfOneThreadRunInOrder() {
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            loop.execute(() -> ran.add(number), i % 2);
        }
        onLoop(() -> true);

        assertThat(ran).hasSize(10_000).isSorted();
    }

    @Test
    void aTurnRunsTasksThenTheEndOfTurnThenFlushes() {
        List<String> ran = new CopyOnWriteArrayList<>();
        EndOfTurn connection = new Connection() {
            @Override
            public void flush() {
                ran.add("flush");
            }
        };
        loop.execute(() -> {
            loop.flushAtEndOfTurn(connection);
            loop.atEndOfTurn(() -> {
                ran.add("end");
                loop.atEndOfTurn(() -> ran.add("end of the end"));
            });
            ran.add("task");
        });
        Awaitility.await().until(() -> ran.contains("flush"));

        assertThat(ran).containsExactly("task", "end", "end of the end", "flush");
    }

    @Test
    void whatManyTasksOfATurnMakeDueIsFlushedOnce() {
        AtomicBoolean dirty = new AtomicBoolean();
        Connection connection = new Connection() {
            @Override
            public void flush() {
                dirty.set(false);
                super.flush();
            }
        };
        onLoop(() -> {
            for (int i = 0; i < 1000; i++) {
                loop.execute(() -> {
                    if (dirty.compareAndSet(false, true)) {
                        loop.flushAtEndOfTurn(connection);
                    }
                });
            }
            return true;
        });
        Awaitility.await().until(() -> connection.flushed.get() > 0);
        onLoop(() -> true);

        assertThat(connection.flushed).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void flushAskedForDuringAFlushComesWithTheNextTurn() {
        Connection connection = new Connection() {
            @Override
            public void flush() {
                super.flush();
                if (flushed.get() < 5) {
                    loop.flushAtEndOfTurn(this);
                }
            }
        };
        loop.execute(() -> loop.flushAtEndOfTurn(connection));

        Awaitility.await().untilAsserted(() -> assertThat(connection.flushed).hasValue(5));
    }

    @Test
    void whateverFailsTheLoopGoesOn() {
        loop.execute(() -> {
            throw new IllegalStateException("a task of a test");
        });
        loop.schedule(
                () -> {
                    throw new AssertionError("a timer of a test");
                },
                Duration.ZERO);
        loop.execute(() -> loop.atEndOfTurn(() -> {
            throw new IllegalStateException("an end of turn of a test");
        }));
        Connection failing = new Connection() {
            @Override
            public void flush() {
                throw new IllegalStateException("a flush of a test");
            }
        };
        loop.execute(() -> loop.flushAtEndOfTurn(failing));
        Awaitility.await().untilAsserted(() -> assertThat(failing.aborted).hasValue(1));

        assertThat(onLoop(() -> "alive")).isEqualTo("alive");
    }

    @Test
    void aHandlerThatFailsIsAborted() throws Exception {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            accepted.configureBlocking(false);
            Connection failing = new Connection() {
                @Override
                public void ready(SelectionKey key) {
                    key.cancel();
                    throw new IllegalStateException("a handler of a test");
                }
            };
            onLoop(() -> register(accepted, failing));
            client.write(ByteBuffer.wrap(new byte[] {1}));

            Awaitility.await().untilAsserted(() -> assertThat(failing.aborted).hasValue(1));
            assertThat(onLoop(() -> "alive")).isEqualTo("alive");
        }
    }

    private SelectionKey register(SocketChannel channel, ChannelHandler handler) {
        try {
            return loop.register(channel, SelectionKey.OP_READ, handler);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatWasHandedOverBeforeTheStopIsDone() throws Exception {
        for (int round = 0; round < 200; round++) {
            Reactor stopped = new Reactor("stopped-loop", MAILBOX_BYTES);
            stopped.start();
            AtomicInteger ran = new AtomicInteger();
            Connection connection = new Connection();
            stopped.execute(() -> stopped.execute(ran::incrementAndGet));
            stopped.execute(() -> stopped.flushAtEndOfTurn(connection));
            for (int i = 0; i < 100; i++) {
                stopped.execute(ran::incrementAndGet);
            }
            stopped.stop();
            assertThat(stopped.awaitStop(Duration.ofSeconds(10))).isTrue();

            assertThat(ran).hasValue(101);
            assertThat(connection.flushed).hasValue(1);
        }
    }

    @Test
    void theEndOfTheLoopAbortsEveryConnection() throws Exception {
        Connection resident = new Connection();
        Connection registered = new Connection();
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            accepted.configureBlocking(false);
            onLoop(() -> {
                loop.enter(resident);
                loop.enter(resident);
                return register(accepted, registered);
            });
            assertThat(loop.connections()).isEqualTo(2);

            loop.stop();
            assertThat(loop.awaitStop(Duration.ofSeconds(10))).isTrue();

            assertThat(resident.aborted).hasValue(1);
            assertThat(registered.aborted).hasValue(1);
            assertThat(client.isOpen()).isTrue();
        }
    }

    // ---- the mailbox

    @Test
    void whoeverIsOverTheBoundWaitsForTheLoop() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        loop.execute(() -> await(hold));
        AtomicInteger added = new AtomicInteger();
        Thread adding = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                loop.execute(() -> {}, 100);
                added.incrementAndGet();
            }
        });
        Awaitility.await().until(() -> adding.getState() == Thread.State.TIMED_WAITING);

        assertThat(added.get()).isBetween(10, 12);
        assertThat(loop.mailboxBytes()).isBetween(MAILBOX_BYTES, MAILBOX_BYTES + 200);

        hold.countDown();
        assertThat(adding.join(Duration.ofSeconds(10))).isTrue();
        onLoop(() -> true);
        assertThat(loop.mailboxBytes()).isZero();
    }

    @Test
    void aLoopNeverWaitsForAnother() throws Exception {
        Reactor other = new Reactor("other-loop", 1);
        other.start();
        try {
            CountDownLatch hold = new CountDownLatch(1);
            other.execute(() -> await(hold));
            boolean done = onLoop(() -> {
                for (int i = 0; i < 100; i++) {
                    other.execute(() -> {}, 100);
                }
                return true;
            });
            assertThat(done).isTrue();
            hold.countDown();
        } finally {
            other.stop();
            assertThat(other.awaitStop(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void theEndOfTheLoopReleasesWhoeverWaits() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        loop.execute(() -> await(hold));
        Thread adding = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                loop.execute(() -> {}, MAILBOX_BYTES + 1);
            }
        });
        Awaitility.await().until(() -> adding.getState() == Thread.State.TIMED_WAITING);

        loop.stop();
        hold.countDown();

        assertThat(adding.join(Duration.ofSeconds(10))).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void noWakeUpIsLost() {
        // the loop falls asleep between any two of these
        for (int i = 0; i < 20_000; i++) {
            int number = i;
            assertThat(onLoop(() -> number)).isEqualTo(number);
        }
    }

    @Test
    void noWakeUpOfManyThreadsIsLost() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5000; i++) {
                    loop.execute(ran::incrementAndGet, i % 3);
                    if (i % 50 == 0) {
                        onLoop(() -> true);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        }
        onLoop(() -> true);

        assertThat(ran).hasValue(40_000);
    }

    // ---- timers

    @Test
    void timersRunInTheirOrderAndNeverEarly() {
        long start = System.nanoTime();
        List<String> ran = new CopyOnWriteArrayList<>();
        loop.schedule(() -> ran.add("100 " + (System.nanoTime() - start >= 100_000_000)), Duration.ofMillis(100));
        loop.schedule(() -> ran.add("50 " + (System.nanoTime() - start >= 50_000_000)), Duration.ofMillis(50));
        loop.schedule(() -> ran.add("0 " + (System.nanoTime() - start >= 0)), Duration.ZERO);
        Awaitility.await().until(() -> ran.size() == 3);

        assertThat(ran).containsExactly("0 true", "50 true", "100 true");
        assertThat(onLoop(loop::timers)).isZero();
    }

    @Test
    void aTimerTakenBackNeverRuns() {
        AtomicInteger ran = new AtomicInteger();
        Scheduler.Timer elsewhere = loop.schedule(ran::incrementAndGet, Duration.ofMillis(50));
        assertThat(elsewhere.cancel()).isTrue();
        assertThat(elsewhere.cancel()).isFalse();
        boolean onLoop = onLoop(
                () -> loop.schedule(ran::incrementAndGet, Duration.ofMillis(50)).cancel());
        assertThat(onLoop).isTrue();
        AtomicBoolean later = new AtomicBoolean();
        loop.schedule(() -> later.set(true), Duration.ofMillis(120));
        Awaitility.await().untilTrue(later);

        assertThat(ran).hasValue(0);
    }

    @Test
    void aTimerMaySetTheNext() {
        AtomicInteger left = new AtomicInteger(5);
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            if (left.decrementAndGet() > 0) {
                loop.schedule(again[0], Duration.ofMillis(1));
            }
        };
        loop.schedule(again[0], Duration.ofMillis(1));

        Awaitility.await().untilAsserted(() -> assertThat(left).hasValue(0));
        assertThat(onLoop(loop::timers)).isZero();
    }

    @Test
    void timersRunThoughTasksNeverEnd() {
        AtomicBoolean over = new AtomicBoolean();
        Runnable[] busy = new Runnable[1];
        busy[0] = () -> {
            if (!over.get()) {
                loop.execute(busy[0]);
            }
        };
        loop.execute(busy[0]);
        loop.schedule(() -> over.set(true), Duration.ofMillis(20));

        Awaitility.await().untilTrue(over);
    }

    @Test
    void theLoopKnowsItself() {
        assertThat(loop.inLoop()).isFalse();
        assertThat(onLoop(loop::inLoop)).isTrue();
    }
}
