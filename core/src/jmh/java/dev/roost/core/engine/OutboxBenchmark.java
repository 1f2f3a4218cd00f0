package dev.roost.core.engine;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to put messages for one client down and to take them up again, by the number that share a turn. */
@State(Scope.Thread)
public class OutboxBenchmark {
    /** Messages of one turn. */
    @Param({"1", "8"})
    private int batch;

    private final FakeTransport transport = FakeTransport.webSocket();
    private final Outbox outbox = new Outbox();
    private final OutboundMessage message = SessionScene.message("2[\"msg\",\"hello\"]");
    private final List<OutboundMessage> taken = new ArrayList<>();

    /** Opens the session. */
    @Setup
    public void open() {
        outbox.moveTo(transport);
        outbox.opened();
    }

    /** Offers a batch and takes it. */
    @Benchmark
    public int offerAndTake() {
        for (int i = 0; i < batch; i++) {
            outbox.offer(message, null, Long.MAX_VALUE);
        }
        taken.clear();
        return outbox.take(transport, Long.MAX_VALUE, taken);
    }
}
