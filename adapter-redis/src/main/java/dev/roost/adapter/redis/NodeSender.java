package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.IncidentLog;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * Says what Node's emitters say, in the format of one of Node's Redis adapters; Node servers and Roost servers hear it.
 *
 * <p>What is on its way is bounded by the {@link PublishWindow}. Thread-safe: immutable but for the link. Spec:
 * redis-wire 2.
 */
final class NodeSender implements CommandSender {
    private final RedisAdapterConfig config;
    private final SenderContext context;
    private final RedisLink link;
    private final NodeFormat format;

    NodeSender(SenderContext context, RedisAdapterConfig config) {
        this.config = config;
        this.context = context;
        link = new RedisLink(config, context.counters());
        format = NodeFormat.of(link, config, deaf(context), NodeUid.EMITTER, Scheduler.clockOnly());
    }

    /** Nothing is subscribed to, so nothing ever comes here. */
    private static NodeInbound deaf(SenderContext context) {
        Bystander nobody = new Bystander();
        return new NodeInbound(
                nobody,
                new NodeQuestions(Scheduler.clockOnly(), context.counters(), Set::of),
                new NodeAnswering(NodeUid.EMITTER, nobody, uid -> null, (reply, response) -> {}),
                uid -> null,
                new IncidentLog(context.counters(), Scheduler.clockOnly()));
    }

    @Override
    public void start() {
        config.address().warn();
        link.startSending(
                "roost-emitter-" + context.origin().id(),
                NodeChannels.bytes(config.key() + ".roost:probe"),
                new Unheard());
    }

    @Override
    public void send(Command command) {
        try {
            format.send(command);
        } catch (JacksonException e) {
            throw new AdapterException("a message was not sent: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        link.close();
    }

    /** What matters of the connection shows when something is sent. Immutable. */
    private record Unheard() implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            throw new IllegalStateException("nothing is subscribed to");
        }

        @Override
        public void onGap(String reason) {
            // Nothing is received that could be missed.
        }

        @Override
        public void onState(BusState state) {
            // The log says it.
        }
    }
}
