package dev.roost.core.namespace;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to hand events to the thread that runs their handlers and to wait for it, by the number of events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MailboxBenchmark {
    /** Events that come together. */
    @Param({"1", "8"})
    private int batch;

    private final Mailbox mailbox = new Mailbox(Integer.MAX_VALUE, Long.MAX_VALUE, () -> {});

    /** Hands a batch over, there and back. */
    @Benchmark
    public void handOff() throws InterruptedException {
        CountDownLatch handled = new CountDownLatch(batch);
        for (int i = 0; i < batch; i++) {
            mailbox.post(handled::countDown);
        }
        handled.await();
    }
}
