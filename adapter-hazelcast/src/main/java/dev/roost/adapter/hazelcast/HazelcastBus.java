package dev.roost.adapter.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.Capabilities.Ordering;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.MembershipSource;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves frames over Hazelcast topics: one for all nodes, one per node.
 *
 * <p>A topic neither confirms nor repeats. It keeps the order of one sender and survives the loss of other members; a
 * connection that breaks loses what was on its way, without a word, which the sequence numbers above this bus reveal.
 * Every {@value #SYNC_FREQUENCY}th frame to a member waits until that member has taken it, so a sender cannot run
 * ahead of a slow one without bound.
 *
 * <p>Thread-safe: volatile references; frames arrive on Hazelcast's event thread, which never waits here.
 */
final class HazelcastBus implements ClusterBus {
    private static final Logger LOG = System.getLogger(HazelcastBus.class.getName());
    private static final int MAX_FRAME_BYTES = 1024 * 1024;
    /** Hazelcast counts frames to all members together; a prime meets each member in turn. */
    private static final int SYNC_FREQUENCY = 97;
    /** Read when an instance starts; there is no other way to set it. */
    private static final String SYNC_FREQUENCY_PROPERTY = "hazelcast.event.sync.frequency";

    private final HazelcastAdapterConfig config;
    private final NodeDescriptor node;
    private final Counters counters;
    private final HazelcastTopics topics;
    private final @Nullable HazelcastMembership membership;
    private final ConcurrentMap<String, ITopic<Object>> open = new ConcurrentHashMap<>();
    private volatile @Nullable HazelcastInstance instance;
    private volatile boolean closed;

    HazelcastBus(HazelcastAdapterConfig config, NodeDescriptor node, Counters counters) {
        this.config = config;
        this.node = node;
        this.counters = counters;
        this.topics = new HazelcastTopics(config.key());
        this.membership = member() ? new HazelcastMembership(config.key()) : null;
    }

    private boolean member() {
        return config.mode() == HazelcastAdapterConfig.Mode.MEMBER;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Ordering.PER_SENDER, true, false, member(), false, MAX_FRAME_BYTES);
    }

    @Override
    public void start(BusEvents events) {
        HazelcastInstance started = connect(Optional.of(node));
        try {
            started.getLifecycleService().addLifecycleListener(event -> lifecycle(event, events));
            subscribe(started, topics.all(), events);
            subscribe(started, topics.node(node.id()), events);
            if (membership != null) {
                membership.follow(started);
            }
        } catch (HazelcastException | IllegalStateException e) {
            close();
            throw new AdapterException("cannot subscribe on the Hazelcast cluster: " + e.getMessage(), e);
        }
        if (closed) {
            close();
            throw new AdapterException("closed while it started");
        }
        announce(started);
        events.onState(BusState.UP);
    }

    /**
     * Joins as a member that says of no node that it is one, since members' ports let no clients in; without servers it
     * would be a cluster of its own and its frames go nowhere, which counts as being unreachable.
     */
    @Override
    public void startSending(BusEvents events) {
        HazelcastInstance started = connect(Optional.empty());
        started.getLifecycleService().addLifecycleListener(event -> lifecycle(event, events));
        if (membership != null) {
            membership.follow(started);
            if (membership.current().isEmpty()) {
                close();
                throw new AdapterException("no server with the key '" + config.key() + "' is in the Hazelcast cluster '"
                        + config.clusterName() + "' at " + String.join(", ", config.members()));
            }
            membership.listen(nodes -> events.onState(nodes.isEmpty() ? BusState.DOWN : BusState.UP));
        } else {
            events.onState(BusState.UP);
        }
    }

    @Override
    public void send(Target target, byte[] frame) {
        HazelcastInstance connected = instance;
        if (closed || connected == null) {
            throw new AdapterException("not connected to the Hazelcast cluster");
        }
        try {
            open.computeIfAbsent(topics.of(target), connected::getTopic).publish(frame);
        } catch (OperationTimeoutException e) {
            // It may have been sent: whoever missed it will see the gap in the sequence.
            counters.add("cluster.hazelcast.publish.timeout", 1);
        } catch (HazelcastException | IllegalStateException e) {
            throw new AdapterException("cannot publish on the Hazelcast cluster: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<MembershipSource> membership() {
        return Optional.ofNullable(membership);
    }

    /** There is one where members run elsewhere: nodes that are members hold no data, and would take it with them. */
    @Override
    public Optional<TtlStore> store() {
        HazelcastInstance connected = instance;
        return connected == null || member()
                ? Optional.empty()
                : Optional.of(new HazelcastStore(connected, topics.store()));
    }

    @Override
    public void close() {
        closed = true;
        HazelcastInstance connected = instance;
        if (connected != null) {
            connected.shutdown();
        }
    }

    private HazelcastInstance connect(Optional<NodeDescriptor> self) {
        QuietLogging.apply();
        String ours = Integer.toString(SYNC_FREQUENCY);
        String frequency = System.getProperty(SYNC_FREQUENCY_PROPERTY, ours);
        // An outsider leaves right after its last frame, which nobody but it could know to be missing: each is waited
        // for.
        System.setProperty(SYNC_FREQUENCY_PROPERTY, self.isPresent() || !frequency.equals(ours) ? frequency : "1");
        try {
            HazelcastInstance connected = join(self);
            instance = connected;
            return connected;
        } finally {
            System.setProperty(SYNC_FREQUENCY_PROPERTY, frequency);
        }
    }

    private HazelcastInstance join(Optional<NodeDescriptor> self) {
        if (!member()) {
            return ClientSetup.connect(config);
        }
        if (!config.loopbackOnly()) {
            LOG.log(
                    Level.WARNING,
                    "socketio.hazelcast.bind-address {0} is not loopback: Hazelcast has neither TLS nor passwords,"
                            + " so every process that reaches ports {1} to {2} can join the cluster",
                    config.bindAddress(),
                    Integer.toString(config.port()),
                    Integer.toString(config.port() + config.portCount() - 1));
        }
        try {
            return Hazelcast.newHazelcastInstance(MemberSetup.config(config, self));
        } catch (RuntimeException e) {
            // Some of Hazelcast's own failures, such as an address that is not this machine's, have no better type.
            String reason = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
            throw new AdapterException(
                    "cannot join the Hazelcast cluster '" + config.clusterName() + "' from " + config.bindAddress()
                            + ", ports " + config.port() + " to " + (config.port() + config.portCount() - 1) + ": "
                            + reason,
                    e);
        }
    }

    private void subscribe(HazelcastInstance connected, String name, BusEvents events) {
        ITopic<Object> topic = connected.getTopic(name);
        open.put(name, topic);
        topic.addMessageListener(message -> received(message, events));
    }

    /** Runs on the event thread, so it must not wait. */
    private void received(Message<Object> message, BusEvents events) {
        Member sender = message.getPublishingMember();
        if (sender != null && sender.localMember()) {
            return;
        }
        Object content;
        try {
            content = message.getMessageObject();
        } catch (RuntimeException notOurs) {
            // A Java object, refused by the filter, or bytes that Hazelcast itself cannot read.
            counters.add("cluster.hazelcast.messages.refused", 1);
            return;
        }
        if (content instanceof byte[] frame && frame.length <= MAX_FRAME_BYTES) {
            events.onFrame(frame);
        } else {
            counters.add("cluster.hazelcast.messages.refused", 1);
        }
    }

    private void lifecycle(LifecycleEvent event, BusEvents events) {
        switch (event.getState()) {
            case MERGING -> events.onState(BusState.DEGRADED);
            case MERGED -> {
                events.onGap("this node was apart from the Hazelcast cluster and has joined it again");
                if (membership != null) {
                    membership.changed();
                }
                events.onState(BusState.UP);
            }
            case MERGE_FAILED -> LOG.log(Level.WARNING, "could not join the other part of the Hazelcast cluster yet");
            case CLIENT_DISCONNECTED -> {
                if (!closed) {
                    LOG.log(Level.WARNING, "lost the Hazelcast cluster {0}, trying again", config.clusterName());
                }
                events.onState(BusState.DOWN);
            }
            case CLIENT_CONNECTED -> {
                LOG.log(Level.INFO, "connected to the Hazelcast cluster {0} again", config.clusterName());
                events.onGap("the connection to the Hazelcast cluster was lost and made anew");
                events.onState(BusState.UP);
            }
            case SHUTDOWN -> {
                if (!closed) {
                    events.onState(BusState.DOWN);
                }
            }
            case STARTING, STARTED, SHUTTING_DOWN, CLIENT_CHANGED_CLUSTER -> {}
        }
    }

    private void announce(HazelcastInstance connected) {
        int members = connected.getCluster().getMembers().size();
        String as = member()
                ? "member " + connected.getCluster().getLocalMember().getAddress()
                : "client " + connected.getName();
        LOG.log(
                Level.INFO,
                "joined the Hazelcast cluster {0} as {1}, {2} {3}",
                config.clusterName(),
                as,
                Integer.toString(members),
                members == 1 ? "member" : "members");
    }
}
