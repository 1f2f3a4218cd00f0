package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.packet.JsonBinding;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers one event. Thread-safe: the first answer counts, later ones are ignored.
 *
 * <p>Spec: socket-io 7, features K12.
 */
public final class Ack {
    static final Ack NOT_REQUESTED = new Ack(array -> {}, null, JsonBinding.defaults());

    private final Consumer<Payload> check;
    private final @Nullable Consumer<Payload> answer;
    private final JsonBinding binding;
    private final AtomicBoolean sent = new AtomicBoolean();

    private Ack(Consumer<Payload> check, @Nullable Consumer<Payload> answer, JsonBinding binding) {
        this.check = check;
        this.answer = answer;
        this.binding = binding;
    }

    /**
     * Makes the means to answer.
     *
     * @param check throws if an answer, an array, cannot be sent
     * @param answer takes the answer; called once at the most
     */
    static Ack of(Consumer<Payload> check, Consumer<Payload> answer, JsonBinding binding) {
        return new Ack(check, answer, binding);
    }

    /** False if nobody asked for an answer; sending does nothing then. */
    public boolean isRequested() {
        return answer != null;
    }

    /** True once an answer was given, whoever gave it. */
    public boolean isSent() {
        return sent.get();
    }

    /**
     * Answers with values; nothing happens if nobody asked, the client is gone, or an answer was given.
     *
     * @throws IllegalArgumentException if a value cannot be written as JSON, or there are too many buffers; another
     *     answer may be given then
     */
    public void send(@Nullable Object... values) {
        if (answer != null && !sent.get()) {
            Payload array = binding.array(values);
            check.accept(array);
            if (sent.compareAndSet(false, true)) {
                answer.accept(array);
            }
        }
    }
}
