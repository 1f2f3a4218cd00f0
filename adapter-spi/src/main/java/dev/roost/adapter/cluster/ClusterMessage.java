package dev.roost.adapter.cluster;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one node says to others. Immutable. Spec: adapter 7. */
sealed interface ClusterMessage {
    /** A command to apply; on the wire each of its kinds has its own type. */
    record Apply(Command command) implements ClusterMessage {}

    /** An event whose acks the sender wants; answered by {@link ClientCount}, {@link ClientAck}, {@link ClientsGone}. */
    record BroadcastRequest(long request, Duration timeout, Command.Broadcast broadcast) implements ClusterMessage {}

    /** A question for sockets; answered by one or more {@link Sockets}. */
    record FetchRequest(long request, String namespace, Selection selection) implements ClusterMessage {}

    /** A server-side emit whose answer the sender wants; answered by {@link ServerSideAnswer}. */
    record ServerSideRequest(long request, Command.ServerSideEmit emit) implements ClusterMessage {}

    /** How many clients of the answering node got the event. */
    record ClientCount(long request, int clients) implements ClusterMessage {}

    /** One client's ack. */
    record ClientAck(long request, Payload value) implements ClusterMessage {}

    /** Clients that will not answer any more. */
    record ClientsGone(long request, int clients) implements ClusterMessage {}

    /**
     * Some of the answering node's sockets.
     *
     * @param total how many it has to tell of in all
     */
    record Sockets(long request, int total, List<SocketSnapshot> sockets) implements ClusterMessage {}

    /** What a listener answered. */
    record ServerSideAnswer(long request, Payload value) implements ClusterMessage {}

    /** The number of the last numbered event of a node in a namespace. */
    record Announcement(String namespace, long number) implements ClusterMessage {}

    /** A question for a session; answered by {@link ClaimAnswer}. */
    record ClaimRequest(long request, SessionClaim claim) implements ClusterMessage {}

    /** A session that is given out, or that there is none. */
    record ClaimAnswer(long request, Optional<SavedSession> session) implements ClusterMessage {}

    /** Sessions of a node that goes; answered by {@link HandoverAnswer}. */
    record HandoverRequest(long request, List<SessionHandover> sessions) implements ClusterMessage {}

    /** The sessions have been taken, or are not wanted. */
    record HandoverAnswer(long request, boolean taken) implements ClusterMessage {}

    /** A node is new, or wants to know who is there; each receiver answers it alone with a {@link Heartbeat}. */
    record Hello(NodeDescriptor node) implements ClusterMessage {}

    /** A node lives. */
    record Heartbeat(NodeDescriptor node) implements ClusterMessage {}

    /** A node leaves. */
    record Bye() implements ClusterMessage {}

    /**
     * A part of a message too large for one frame.
     *
     * @param group sequence number of the first part
     * @param index number of this part, from 0
     * @param total bytes of the whole message
     */
    record Fragment(long group, int index, int total, byte[] part) implements ClusterMessage {}

    /** Roughly the bytes it takes in a queue and on the wire. */
    default long weight() {
        return OVERHEAD
                + switch (this) {
                    case Apply(Command command) -> weight(command);
                    case BroadcastRequest m -> weight(m.broadcast());
                    case ServerSideRequest m -> weight(m.emit());
                    case ClientAck m -> m.value().bytes();
                    case ServerSideAnswer m -> m.value().bytes();
                    case Sockets m -> weight(m.sockets());
                    case Fragment m -> m.part().length;
                    case FetchRequest m -> weight(m.selection());
                    case ClientCount m -> 0;
                    case ClientsGone m -> 0;
                    case Announcement m -> 0;
                    case ClaimRequest m -> 0;
                    case ClaimAnswer m ->
                        m.session().map(ClusterMessage::weight).orElse(0L);
                    case HandoverRequest m -> handoverWeight(m.sessions());
                    case HandoverAnswer m -> 0;
                    case Hello m -> 0;
                    case Heartbeat m -> 0;
                    case Bye m -> 0;
                };
    }

    /** Bytes counted for the objects around a message's content. */
    int OVERHEAD = 128;

    private static long weight(Command command) {
        return switch (command) {
            case Command.Broadcast m -> m.arguments().bytes() + weight(m.selection());
            case Command.ServerSideEmit m -> m.arguments().bytes();
            case Command.Join m ->
                weight(m.selection()) + (long) OVERHEAD * m.rooms().size();
            case Command.Leave m ->
                weight(m.selection()) + (long) OVERHEAD * m.rooms().size();
            case Command.Disconnect m -> weight(m.selection());
        };
    }

    private static long weight(Selection selection) {
        return (long) OVERHEAD * (selection.rooms().size() + selection.except().size());
    }

    private static long weight(List<SocketSnapshot> sockets) {
        long sum = 0;
        for (SocketSnapshot socket : sockets) {
            sum += weight(socket);
        }
        return sum;
    }

    /** Events that sessions have in common count once. */
    private static long handoverWeight(List<SessionHandover> handovers) {
        Set<Payload> events = Collections.newSetFromMap(new IdentityHashMap<>());
        long sum = 0;
        for (SessionHandover handover : handovers) {
            SavedSession session = handover.session();
            sum += OVERHEAD * (1L + session.rooms().size() + session.known().size())
                    + session.data().bytes()
                    + 16L * session.missed().size();
            for (Payload event : session.missed()) {
                sum += events.add(event) ? OVERHEAD + event.bytes() : 0;
            }
        }
        return sum;
    }

    private static long weight(SavedSession session) {
        long sum = OVERHEAD * (1L + session.rooms().size() + session.known().size())
                + session.data().bytes();
        for (Payload event : session.missed()) {
            sum += OVERHEAD + event.bytes();
        }
        return sum;
    }

    /** Roughly the bytes one socket's description takes. */
    static long weight(SocketSnapshot socket) {
        return OVERHEAD * (1L + socket.rooms().size())
                + socket.handshake().bytes()
                + socket.data().bytes();
    }
}
