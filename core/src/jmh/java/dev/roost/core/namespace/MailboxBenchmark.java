package dev.roost.core.namespace;

import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to hand events to the thread that runs their handlers and to wait for it, by the number of events. */
@State(Scope.Thread)
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
