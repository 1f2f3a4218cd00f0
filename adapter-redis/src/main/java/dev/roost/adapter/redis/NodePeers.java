package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows the Node processes of the cluster, and who has left while a question is open.
 *
 * <p>They say nothing about themselves, but each listens on a channel named after it: those are looked at once a second,
 * and more often while answers are lacking.
 *
 * <p>Thread-safe: volatile references; the looks are made one after the other, on virtual threads.
 */
final class NodePeers implements AutoCloseable {
    private static final String MAIN = "/";
    private static final Duration INTERVAL = Duration.ofMillis(250);
    /** Without questions every so many intervals are enough. */
    private static final int CALM = 4;
    /** What operators are shown for the version of a process that does not tell it. */
    private static final String VERSION = "node.js";

    private final RedisLink link;
    private final NodeFormat format;
    private final Function<NodeId, String> naming;
    private final Scheduler scheduler;
    private final NodeQuestions questions;
    private final Supplier<Set<NodeId>> roostNodes;
    private volatile Set<NodeDescriptor> strangers = Set.of();
    private volatile boolean closed;
    private volatile Scheduler.@Nullable Timer timer;

    /**
     * Makes one that does not look yet.
     *
     * @param naming what a Roost node calls itself
     * @param roostNodes all Roost nodes, this one among them
     */
    NodePeers(
            RedisLink link,
            NodeFormat format,
            Function<NodeId, String> naming,
            Scheduler scheduler,
            NodeQuestions questions,
            Supplier<Set<NodeId>> roostNodes) {
        this.link = link;
        this.format = format;
        this.naming = naming;
        this.scheduler = scheduler;
        this.questions = questions;
        this.roostNodes = roostNodes;
    }

    /** Looks for the first time, and from now on. */
    void start() {
        refresh();
        schedule(1);
    }

    /** Returns the Node processes seen last. */
    Set<NodeDescriptor> strangers() {
        return strangers;
    }

    @Override
    public void close() {
        closed = true;
        Scheduler.Timer next = timer;
        if (next != null) {
            next.cancel();
        }
    }

    private void schedule(int tick) {
        if (!closed) {
            timer = scheduler.schedule(
                    () -> Thread.ofVirtual().name("roost-redis-peers").start(() -> look(tick)), INTERVAL);
        }
    }

    private void look(int tick) {
        try {
            Set<String> open = new HashSet<>();
            questions.all().forEach(asked -> open.add(asked.namespace()));
            open.forEach(this::look);
            if (tick % CALM == 0) {
                link.subscriber().retry();
                refresh();
            }
        } catch (AdapterException | RedisException unreachable) {
            // Redis is away: what was seen last stands.
        } finally {
            schedule(tick + 1);
        }
    }

    /** Looks who can still answer the questions of a namespace. */
    private void look(String namespace) {
        Set<NodeId> members = roostNodes.get();
        Optional<Long> listeners = link.get(format.listeners(namespace));
        Optional<Set<String>> uids = link.get(format.uids(namespace));
        if (listeners.isEmpty() || uids.isEmpty()) {
            return;
        }
        Set<NodeId> present = members.stream()
                .filter(node -> uids.get().contains(naming.apply(node)))
                .collect(Collectors.toSet());
        int others = uids.get().size() - present.size();
        for (NodeQuestions.Asked asked : questions.all()) {
            if (asked.namespace().equals(namespace)) {
                asked.question().look(present, others, listeners.get());
            }
        }
    }

    /** Looks which Node processes there are; asks who they are only if their number has changed. */
    private void refresh() {
        Set<NodeId> members = roostNodes.get();
        Optional<Long> listeners = link.get(format.listeners(MAIN));
        if (listeners.isEmpty() || listeners.get() - members.size() == strangers.size()) {
            return;
        }
        Set<String> known = members.stream().map(naming).collect(Collectors.toSet());
        link.get(format.uids(MAIN))
                .ifPresent(uids -> strangers = uids.stream()
                        .filter(uid -> !known.contains(uid))
                        .map(uid -> new NodeDescriptor(NodeUid.foreign(uid), 0, "", VERSION))
                        .collect(Collectors.toUnmodifiableSet()));
    }
}
