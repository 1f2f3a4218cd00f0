package dev.roost.adapter.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TopicConfig;
import dev.roost.adapter.NodeDescriptor;
import java.util.Optional;

/**
 * Makes the configuration of a member: small, quick to notice a loss, and closed.
 *
 * <p>Hazelcast's defaults do not fit here. It would listen on all interfaces, look for others by multicast, take a
 * minute to notice a node that hangs and five until it looks for a lost part of the cluster, start some forty threads,
 * and accept Java objects from the network. What is set instead was measured on small machines.
 */
final class MemberSetup {
    /** Silence after which a member counts as lost; one whose connection breaks is missed at once. */
    static final int NO_HEARTBEAT_SECONDS = 5;

    private static final int MERGE_SECONDS = 3;
    /** Only a start makes calls that matter. One that hangs counts as lost long before, which ends them. */
    private static final int CALL_TIMEOUT_MILLIS = 30_000;
    /** Frames that may wait for the listener, which only puts them into a queue. */
    private static final int EVENT_QUEUE_CAPACITY = 10_000;

    private MemberSetup() {}

    /** Makes it for a node, or for a member that is none. */
    static Config config(HazelcastAdapterConfig settings, Optional<NodeDescriptor> node) {
        Config config = new Config();
        config.setClusterName(settings.clusterName());
        config.setLiteMember(true);
        node.ifPresent(self -> config.setMemberAttributeConfig(attributes(settings, self)));
        config.setAdvancedNetworkConfig(network(settings, node.isPresent()));
        config.getSerializationConfig().setJavaSerializationFilterConfig(JavaObjects.filter());
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.addTopicConfig(new TopicConfig(settings.key() + ":*").setStatisticsEnabled(false));
        properties(config, settings);
        return config;
    }

    private static MemberAttributeConfig attributes(HazelcastAdapterConfig settings, NodeDescriptor node) {
        MemberAttributeConfig attributes = new MemberAttributeConfig();
        attributes.setAttribute(HazelcastTopics.ATTRIBUTE_KEY, settings.key());
        attributes.setAttribute(HazelcastTopics.ATTRIBUTE_NODE, node.id().toString());
        attributes.setAttribute(HazelcastTopics.ATTRIBUTE_EPOCH, Long.toString(node.epoch()));
        attributes.setAttribute(HazelcastTopics.ATTRIBUTE_ADDRESS, node.address());
        attributes.setAttribute(HazelcastTopics.ATTRIBUTE_VERSION, node.version());
        return attributes;
    }

    /**
     * One endpoint, for members: clients, REST and memcache are refused by protocol. Only nodes need a port at which they
     * are looked for; what comes and goes had better not come back at the address of one that has just left.
     */
    private static AdvancedNetworkConfig network(HazelcastAdapterConfig settings, boolean node) {
        ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig()
                .setPort(node ? settings.port() : 0)
                .setPortAutoIncrement(node && settings.portCount() > 1)
                .setPortCount(settings.portCount())
                .setReuseAddress(true);
        endpoint.getInterfaces().setEnabled(true).addInterface(settings.bindAddress());
        AdvancedNetworkConfig network = new AdvancedNetworkConfig().setEnabled(true);
        network.setMemberEndpointConfig(endpoint);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(1).setMembers(settings.members());
        return network;
    }

    private static void properties(Config config, HazelcastAdapterConfig settings) {
        set(config, "hazelcast.logging.type", "jdk");
        set(config, "hazelcast.phone.home.enabled", false);
        set(config, "hazelcast.shutdownhook.enabled", false);
        set(config, "hazelcast.socket.bind.any", false);
        set(config, "hazelcast.discovery.enabled", false);
        set(config, "hazelcast.wait.seconds.before.join", 0);
        set(config, "hazelcast.max.join.seconds", settings.joinTimeout().toSeconds());
        set(config, "hazelcast.heartbeat.interval.seconds", 1);
        set(config, "hazelcast.max.no.heartbeat.seconds", NO_HEARTBEAT_SECONDS);
        set(config, "hazelcast.merge.first.run.delay.seconds", MERGE_SECONDS);
        set(config, "hazelcast.merge.next.run.delay.seconds", MERGE_SECONDS);
        set(config, "hazelcast.graceful.shutdown.max.wait", 2);
        set(config, "hazelcast.operation.call.timeout.millis", CALL_TIMEOUT_MILLIS);
        set(config, "hazelcast.event.queue.capacity", EVENT_QUEUE_CAPACITY);
        set(config, "hazelcast.event.thread.count", 1);
        set(config, "hazelcast.io.input.thread.count", 1);
        set(config, "hazelcast.io.output.thread.count", 1);
        set(config, "hazelcast.operation.thread.count", 2);
        set(config, "hazelcast.operation.generic.thread.count", 2);
        set(config, "hazelcast.operation.response.thread.count", 1);
        set(config, "hazelcast.slow.operation.detector.enabled", false);
        set(config, "hazelcast.health.monitoring.level", "OFF");
    }

    private static void set(Config config, String property, Object value) {
        config.setProperty(property, value.toString());
    }
}
