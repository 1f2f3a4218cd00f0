package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.Arguments;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Events that other nodes emitted to this one.
 *
 * <p>Handlers run one at a time, in the order the events came, on a virtual thread: a slow one delays later events of its
 * namespace and nothing else. When too many wait, the latest are dropped.
 *
 * <p>Thread-safe. Spec: socket-io 8, features B12 and B13.
 */
final class ServerSideEvents implements EventSource {
    private static final System.Logger LOGGER = System.getLogger(ServerSideEvents.class.getName());
    private static final LimitedLog DROPS = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final String namespace;
    private final SocketIoOptions options;
    private final Listeners listeners = new Listeners();
    private final Mailbox mailbox;

    ServerSideEvents(String namespace, SocketIoOptions options) {
        this.namespace = namespace;
        this.options = options;
        this.mailbox = new Mailbox(options.inboundPackets(), options.inboundBytes(), () -> {});
    }

    @Override
    public Registration on(String event, Handlers.Raw handler) {
        ReservedEvents.checkServerSide(event);
        return listeners.add(new Listener.OnEvent(event, false, handler));
    }

    @Override
    public Registration once(String event, Handlers.Raw handler) {
        ReservedEvents.checkServerSide(event);
        return listeners.add(new Listener.OnEvent(event, true, handler));
    }

    /**
     * An event came.
     *
     * @param reply takes the first answer, if the other node wants one
     */
    void received(Payload payload, Optional<Consumer<Payload>> reply) {
        if (mailbox.isOver()) {
            DROPS.log("server-side events of " + LimitedLog.safe(namespace)
                    + " come faster than they are handled; dropped one");
        } else {
            mailbox.post(new Received(payload, reply));
        }
    }

    private final class Received implements Mailbox.Weighed {
        private final Payload payload;
        private final Optional<Consumer<Payload>> reply;

        Received(Payload payload, Optional<Consumer<Payload>> reply) {
            this.payload = payload;
            this.reply = reply;
        }

        @Override
        public long bytes() {
            return payload.bytes();
        }

        @Override
        public void run() {
            Arguments arguments = Arguments.ofEvent(payload, options.binding());
            Ack ack = reply.map(answer -> Ack.of(array -> {}, array -> answer.accept(first(array)), options.binding()))
                    .orElse(Ack.NOT_REQUESTED);
            for (Listener listener : listeners.all()) {
                if (listener instanceof Listener.OnEvent on
                        && on.event.equals(arguments.eventName())
                        && (!on.once || listeners.remove(on))) {
                    EventDispatch.guarded("namespace " + namespace, () -> on.handler.handle(arguments, ack));
                }
            }
        }

        private Payload first(Payload array) {
            Arguments answer = Arguments.of(array, options.binding());
            return answer.count() == 0
                    ? options.binding().value(null).payload()
                    : answer.get(0).payload();
        }
    }
}
