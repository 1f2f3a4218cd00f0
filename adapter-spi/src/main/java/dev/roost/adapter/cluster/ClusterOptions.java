package dev.roost.adapter.cluster;

import java.time.Duration;

/**
 * Limits and times of the cluster protocol. Immutable.
 *
 * @param heartbeatInterval how often a node shows that it lives
 * @param heartbeatTimeout silence after which a node counts as dead, where the backend does not tell
 * @param joinWait how long a starting node listens for others, where the backend does not tell
 * @param queueBytes most bytes of messages waiting to be sent
 * @param queueMessages most messages waiting to be sent
 * @param inboundBytes most bytes of frames waiting to be handled
 * @param sendWait longest time a full queue holds up a caller
 * @param outageHold how long a frame the backend refuses is tried again before it is dropped
 * @param maxMessageBytes largest message, whole
 * @param maxNodes most other nodes that are tracked
 * @param maxRequests most requests under way
 * @param maxResults most values gathered by one request
 */
public record ClusterOptions(
        Duration heartbeatInterval,
        Duration heartbeatTimeout,
        Duration joinWait,
        long queueBytes,
        int queueMessages,
        long inboundBytes,
        Duration sendWait,
        Duration outageHold,
        int maxMessageBytes,
        int maxNodes,
        int maxRequests,
        int maxResults) {
    /** What is used unless said otherwise. */
    public static final ClusterOptions DEFAULT = new ClusterOptions(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            16L << 20,
            65_536,
            64L << 20,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            64 << 20,
            1_000,
            10_000,
            1_000_000);

    public ClusterOptions {
        positive("heartbeatInterval", heartbeatInterval.toNanos());
        if (heartbeatTimeout.compareTo(heartbeatInterval.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("heartbeatTimeout must be at least twice heartbeatInterval "
                    + heartbeatInterval + ", got " + heartbeatTimeout);
        }
        notNegative("joinWait", joinWait);
        positive("queueBytes", queueBytes);
        positive("queueMessages", queueMessages);
        positive("inboundBytes", inboundBytes);
        notNegative("sendWait", sendWait);
        notNegative("outageHold", outageHold);
        positive("maxMessageBytes", maxMessageBytes);
        positive("maxNodes", maxNodes);
        positive("maxRequests", maxRequests);
        positive("maxResults", maxResults);
    }

    /** Returns these options with other limits of what waits to be sent. */
    public ClusterOptions withQueue(long bytes, int messages) {
        return new ClusterOptions(
                heartbeatInterval,
                heartbeatTimeout,
                joinWait,
                bytes,
                messages,
                inboundBytes,
                sendWait,
                outageHold,
                maxMessageBytes,
                maxNodes,
                maxRequests,
                maxResults);
    }

    /** Returns these options with other times of membership. */
    public ClusterOptions withHeartbeat(Duration interval, Duration timeout, Duration wait) {
        return new ClusterOptions(
                interval,
                timeout,
                wait,
                queueBytes,
                queueMessages,
                inboundBytes,
                sendWait,
                outageHold,
                maxMessageBytes,
                maxNodes,
                maxRequests,
                maxResults);
    }

    /** Returns these options with other patience towards a backend that does not take frames. */
    public ClusterOptions withPatience(Duration wait, Duration hold) {
        return new ClusterOptions(
                heartbeatInterval,
                heartbeatTimeout,
                joinWait,
                queueBytes,
                queueMessages,
                inboundBytes,
                wait,
                hold,
                maxMessageBytes,
                maxNodes,
                maxRequests,
                maxResults);
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, got " + value);
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, got " + value);
        }
    }
}
