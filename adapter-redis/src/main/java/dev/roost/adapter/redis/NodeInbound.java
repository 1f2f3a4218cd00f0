package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.Incident;
import dev.roost.adapter.cluster.IncidentLog;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Handles what other nodes say, whatever the format.
 *
 * <p>Messages wait in a bounded queue and are handled by one virtual thread, in the order they came.
 *
 * <p>Thread-safe: immutable but for the queue.
 */
final class NodeInbound {
    private static final long BYTES = 64L << 20;

    private final LocalNode local;
    private final NodeQuestions questions;
    private final NodeAnswering answering;
    private final Function<String, @Nullable NodeId> nodeOf;
    private final IncidentLog incidents;
    private final BoundedTasks queue;

    /** Handles a message. */
    @FunctionalInterface
    interface Handler {
        void handle(String channel, byte[] message) throws WireFormatException;
    }

    /** Decodes an answer that describes sockets of this node. */
    @FunctionalInterface
    interface Decoder {
        NodeResponse decode(NodeId node) throws WireFormatException;
    }

    /** Makes one; {@code nodeOf} finds the Roost node that calls itself so, or null. */
    NodeInbound(
            LocalNode local,
            NodeQuestions questions,
            NodeAnswering answering,
            Function<String, @Nullable NodeId> nodeOf,
            IncidentLog incidents) {
        this.local = local;
        this.questions = questions;
        this.answering = answering;
        this.nodeOf = nodeOf;
        this.incidents = incidents;
        queue = new BoundedTasks("roost-redis-in", BYTES, this::failed);
    }

    /** Makes a listener that leaves the handling to the thread of the queue. */
    RedisSubscriber.Listener queued(Handler handler) {
        return (channel, message) -> {
            if (message.length > WireValue.MAX_BYTES) {
                incidents.report(Incident.MESSAGE_MALFORMED, "a message of " + message.length + " bytes was dropped");
            } else if (!queue.offer(message.length, () -> handle(handler, channel, message))) {
                incidents.report(Incident.INBOUND_OVERFLOW, "messages come faster than they are handled");
                queue.post(() -> local.gap(Optional.empty()));
            }
        };
    }

    /** Handles a message now; nothing that happens to it may end the thread. */
    void handle(Handler handler, String channel, byte[] message) {
        try {
            handler.handle(channel, message);
        } catch (WireFormatException e) {
            incidents.report(Incident.MESSAGE_MALFORMED, "a message was dropped: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            failed(e);
        }
    }

    /** Messages may have been lost. */
    void gap(String reason) {
        queue.post(() -> {
            incidents.report(Incident.GAP, "messages may have been lost: " + reason);
            local.gap(Optional.empty());
        });
    }

    /** Whether an event for a room concerns anyone here, be it one who may come back. */
    boolean concerns(String namespace, String room) {
        return memory().isPositive() || occupied(namespace, room);
    }

    /** Whether a room has members here. */
    boolean occupied(String namespace, String room) {
        return local.occupied(namespace, room);
    }

    /** How long a room without members still matters. */
    Duration memory() {
        return local.memory();
    }

    /** Another node has sent an event. */
    void event(Command.Broadcast event) {
        local.apply(event);
    }

    /** Something went wrong that nobody is told of. */
    void report(Incident incident, String what) {
        incidents.report(incident, what);
    }

    /** An event was read from a log that all nodes read. */
    void logged(String id, Command.Broadcast event) {
        local.logged(id, event);
    }

    /** Another node wants something. */
    void request(String namespace, NodeRequest request) {
        answering.request(namespace, request);
    }

    /**
     * Another node has answered.
     *
     * @param sender what it calls itself, if it says so
     */
    void response(String namespace, Optional<String> sender, String id, Decoder decoder) throws WireFormatException {
        NodeQuestions.Asked asked = questions.find(id);
        if (asked == null || !asked.namespace().equals(namespace)) {
            return;
        }
        NodeId from = sender.isPresent() ? nodeOf.apply(sender.get()) : null;
        NodeQuestion<Payload> payloads = asked.as(Payload.class);
        NodeQuestion<SocketSnapshot> sockets = asked.as(SocketSnapshot.class);
        switch (decoder.decode(from == null ? NodeQuestion.STRANGERS : from)) {
            case NodeResponse.Sockets r when sockets != null -> sockets.answer(from, r.sockets());
            case NodeResponse.ServerSideAnswer r when payloads != null -> payloads.answer(from, List.of(r.value()));
            case NodeResponse.ClientCount r when payloads != null -> payloads.count(from, r.clients());
            case NodeResponse.ClientAck r when payloads != null -> payloads.value(from, r.value());
            case NodeResponse.ClientGone r when payloads != null -> payloads.gone(from);
            case NodeResponse.Done r -> asked.question().count(from, 0);
            default -> throw new WireFormatException("expected an answer that fits the question");
        }
    }

    /** Handles what there is for a while, and nothing from then on. */
    void close(Duration time) {
        queue.close(time);
    }

    private void failed(Throwable failure) {
        incidents.report(Incident.MESSAGE_FAILED, "handling a message failed", failure);
    }
}
