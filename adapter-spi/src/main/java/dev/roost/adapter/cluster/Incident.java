package dev.roost.adapter.cluster;

/** What can go wrong between nodes without ending anything; each has its counter. */
public enum Incident {
    FRAME_MALFORMED("cluster.frames.malformed"),
    FRAME_VERSION("cluster.frames.refused"),
    FRAME_SIGNATURE("cluster.frames.unauthenticated"),
    FRAME_DUPLICATE("cluster.frames.duplicate"),
    FRAME_STALE("cluster.frames.stale"),
    FRAME_SEND_FAILED("cluster.frames.send-failed"),
    FRAME_DROPPED("cluster.frames.dropped"),
    INBOUND_OVERFLOW("cluster.inbound.dropped"),
    MESSAGE_MALFORMED("cluster.messages.malformed"),
    MESSAGE_UNKNOWN("cluster.messages.unknown"),
    MESSAGE_FAILED("cluster.messages.failed"),
    MESSAGE_DROPPED("cluster.messages.dropped"),
    MESSAGE_TOO_LARGE("cluster.messages.too-large"),
    FRAGMENT_LOST("cluster.fragments.lost"),
    GAP("cluster.gaps"),
    NODE_ID_COLLISION("cluster.nodes.collisions"),
    NODE_LIMIT("cluster.nodes.refused"),
    NODE_LOST("cluster.nodes.lost"),
    NODE_BACK("cluster.nodes.returned"),
    REQUEST_LIMIT("cluster.requests.refused"),
    CALLBACK_FAILED("cluster.callbacks.failed"),
    STORE_FAILED("cluster.store.failed"),
    STORED_REFUSED("cluster.store.refused");

    private final String counter;

    Incident(String counter) {
        this.counter = counter;
    }

    String counter() {
        return counter;
    }
}
