package dev.roost.adapter.tck;

import static org.awaitility.Awaitility.await;

import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a bus reports. Thread-safe: concurrent lists. */
public final class RecordedEvents implements BusEvents {
    /** Longer than anything takes on a machine that is busy with other things. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Duration patience;
    private final List<byte[]> frames = new CopyOnWriteArrayList<>();
    private final List<String> gaps = new CopyOnWriteArrayList<>();
    private final List<BusState> states = new CopyOnWriteArrayList<>();

    /** A record that is waited for as long as {@link #PATIENCE}. */
    public RecordedEvents() {
        this(PATIENCE);
    }

    /** A record that is waited for only so long. */
    public RecordedEvents(Duration patience) {
        this.patience = patience;
    }

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

    /** Returns the frames so far, in the order in which they came. */
    public List<byte[]> frames() {
        return frames;
    }

    /** Returns the reasons of the gaps so far. */
    public List<String> gaps() {
        return gaps;
    }

    /** Returns the states so far. */
    public List<BusState> states() {
        return states;
    }

    /** Returns the frames so far as text. */
    public List<String> texts() {
        return frames.stream()
                .map(frame -> new String(frame, StandardCharsets.UTF_8))
                .toList();
    }

    /** Waits for a frame with this text. */
    public void awaitText(String text) {
        await("'" + text + "'")
                .atMost(patience)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> texts().contains(text));
    }

    /** Waits until the state is this one. */
    public void awaitState(BusState state) {
        await("state " + state)
                .atMost(patience)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !states.isEmpty() && states.getLast() == state);
    }

    /** Forgets frames and gaps. */
    public void clear() {
        frames.clear();
        gaps.clear();
    }
}
