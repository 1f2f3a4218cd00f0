package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.Arguments;
import dev.roost.core.packet.Packet;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How events are sent to one client. Immutable: each method that changes something returns another sender.
 *
 * <p>Spec: socket-io 6, features K07 to K15.
 */
public final class Sender {
    private final Socket socket;
    private final boolean isVolatile;
    private final boolean compress;
    private final @Nullable Duration timeout;

    private Sender(Socket socket, boolean isVolatile, boolean compress, @Nullable Duration timeout) {
        this.socket = socket;
        this.isVolatile = isVolatile;
        this.compress = compress;
        this.timeout = timeout;
    }

    static Sender reliable(Socket socket) {
        return new Sender(socket, false, true, null);
    }

    /** Drops the event if the client is not writable at that moment. */
    public Sender asVolatile() {
        return new Sender(socket, true, compress, timeout);
    }

    /** Whether a transport may compress the event. */
    public Sender compress(boolean value) {
        return new Sender(socket, isVolatile, value, timeout);
    }

    /**
     * How long an acknowledgement is waited for.
     *
     * @throws IllegalArgumentException if it is not longer than nothing
     */
    public Sender timeout(Duration value) {
        return new Sender(socket, isVolatile, compress, Timeouts.checked(value));
    }

    /** Sends an event, like {@link Socket#emit}. */
    public void emit(String event, @Nullable Object... arguments) {
        Payload payload = socket.namespace().encode(event, arguments);
        NamespaceRecovery recovery = socket.namespace().recovery();
        if (recovery == null) {
            socket.transmit(payload, message(Packet.NO_ACK, payload));
        } else {
            recovery.emit(socket, payload, isVolatile, compress);
        }
    }

    /** Sends an event whose argument's type is known to the compiler. */
    public <A> void emit(EventType<A> event, A argument) {
        emit(event.name(), new Object[] {argument});
    }

    /** Sends an event and waits for its acknowledgement, like {@link Socket#emitWithAck}. */
    public <T> T emitWithAck(Class<T> type, String event, @Nullable Object... arguments) {
        AckFuture future = new AckFuture(true);
        request(future, event, arguments);
        return bound(future.await(), type);
    }

    /** Sends an event; the stage completes with its acknowledgement, or exceptionally with {@link AckException}. */
    public <T> CompletionStage<T> emitWithAckAsync(Class<T> type, String event, @Nullable Object... arguments) {
        AckFuture future = new AckFuture(false);
        long ackId = request(future, event, arguments);
        return future.stage(
                answer -> bound(answer, type),
                () -> socket.answerAwaited(ackId, true),
                () -> socket.answerAwaited(ackId, false));
    }

    /**
     * Sends an event; the callbacks run in the socket's mailbox, in order with its other handlers.
     *
     * @param answered takes all values of the acknowledgement
     * @param failed takes the reason why there is none
     */
    public void emitWithCallback(
            Consumer<Arguments> answered, Consumer<AckException> failed, String event, @Nullable Object... arguments) {
        request(new Callback(answered, failed), event, arguments);
    }

    private static <T> T bound(Arguments answer, Class<T> type) {
        try {
            return answer.get(0, type);
        } catch (ArgumentException misfit) {
            // Not of the event that is being handled: its client must not be told that it made a mistake.
            throw new AckException(misfit);
        }
    }

    private long request(PendingAcks.Waiter waiter, String event, @Nullable Object... arguments) {
        Namespace namespace = socket.namespace();
        Payload payload = namespace.encode(event, arguments);
        long ackId = namespace.nextAckId();
        Duration limit = timeout == null ? namespace.options().ackTimeout() : timeout;
        socket.transmit(payload, message(ackId, payload), ackId, waiter, limit);
        return ackId;
    }

    private OutboundMessage message(long ackId, Payload payload) {
        Namespace namespace = socket.namespace();
        return Socket.message(namespace.encoder().event(namespace.name(), ackId, payload), isVolatile, compress);
    }

    private final class Callback implements PendingAcks.Waiter {
        private final Consumer<Arguments> whenAnswered;
        private final Consumer<AckException> whenFailed;

        Callback(Consumer<Arguments> whenAnswered, Consumer<AckException> whenFailed) {
            this.whenAnswered = whenAnswered;
            this.whenFailed = whenFailed;
        }

        @Override
        public void answered(Arguments arguments) {
            socket.later(() -> whenAnswered.accept(arguments));
        }

        @Override
        public void failed(AckException.Reason reason) {
            socket.later(() -> whenFailed.accept(new AckException(reason)));
        }
    }
}
