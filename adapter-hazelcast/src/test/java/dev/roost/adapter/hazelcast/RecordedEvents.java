package dev.roost.adapter.hazelcast;

import static org.awaitility.Awaitility.await;

import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a bus reports. Thread-safe: concurrent lists. */
final class RecordedEvents implements BusEvents {
    /** Longer than anything takes on a machine that is busy with other things. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final List<byte[]> frames = new CopyOnWriteArrayList<>();
    final List<String> gaps = new CopyOnWriteArrayList<>();
    final List<BusState> states = new CopyOnWriteArrayList<>();

    @Override
    public void onFrame(byte[] frame) {
        frames.add(frame);
    }

    @Override
    public void onGap(String reason) {
        gaps.add(reason);
    }

    @Override
    public void onState(BusState state) {
        states.add(state);
    }

    List<String> texts() {
        return frames.stream()
                .map(frame -> new String(frame, StandardCharsets.UTF_8))
                .toList();
    }

    void awaitText(String text) {
        await().atMost(PATIENCE).until(() -> texts().contains(text));
    }

    void awaitState(BusState state) {
        await().atMost(PATIENCE).until(() -> !states.isEmpty() && states.getLast() == state);
    }
}
