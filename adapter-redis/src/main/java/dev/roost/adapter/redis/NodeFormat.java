package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.SharedLog;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * How the nodes of one of Node's adapters talk over Redis: channels and encoding. What they talk about is the same.
 *
 * <p>Thread-safe. What fails to be sent throws {@link dev.roost.adapter.AdapterException}.
 */
interface NodeFormat {
    /** Makes the format of a mode, for a node that calls itself {@code uid}. */
    static NodeFormat of(
            RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid, Scheduler scheduler) {
        return switch (config.mode()) {
            case NODE -> new ClassicFormat(link, config, inbound, uid);
            case NODE_SHARDED -> new ShardedFormat(link, config, inbound, uid, scheduler);
            case NODE_STREAMS -> new StreamsFormat(link, config, inbound, uid);
            case NATIVE -> throw new IllegalArgumentException("no mode of Node: " + config.mode());
        };
    }

    /** Listens to what belongs to no single namespace; called once, before anything else. */
    default void start() {}

    /** The log all nodes read, if there is one and clients come back by it. */
    default Optional<SharedLog> sharedLog() {
        return Optional.empty();
    }

    /** Has every other node apply a command; drops a volatile event if it had to wait. */
    void send(Command command);

    /** Asks every other node; complete with how many listened, this node among them. */
    CompletionStage<Long> ask(String namespace, NodeRequest question);

    /** Makes an answer. */
    Outgoing answer(Reply reply, NodeResponse response);

    /**
     * Where an answer goes. Immutable.
     *
     * @param asker who asked; empty if it did not say
     * @param id of the question
     */
    record Reply(String namespace, String asker, String id) {}

    /** A message and its channel. Immutable by contract: nobody changes the arrays. */
    record Outgoing(PubSub kind, byte[] channel, byte[] message) {}

    /** Listens to a namespace; complete when Redis has confirmed it. */
    CompletionStage<Void> open(String namespace);

    /** Takes no more questions of a namespace; complete when Redis sends none. */
    CompletionStage<Void> takeNoQuestions(String namespace);

    /** Listens no longer to a namespace. */
    void close(String namespace);

    /** A room has its first member here. Must not block. */
    default void roomCreated(String namespace, String room) {}

    /** A room has no member here any longer. Must not block. */
    default void roomDeleted(String namespace, String room) {}

    /** Counts who listens to questions of a namespace. */
    CompletionStage<Long> listeners(String namespace);

    /** Returns what the nodes of a namespace call themselves. */
    CompletionStage<Set<String>> uids(String namespace);

    /** Frees what {@link #start} took. */
    default void stop() {}
}
