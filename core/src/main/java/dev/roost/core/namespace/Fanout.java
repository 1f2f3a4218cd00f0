package dev.roost.core.namespace;

import dev.roost.adapter.LocalNode;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.packet.Packet;
import dev.roost.core.room.Audience;
import dev.roost.core.room.Group;
import dev.roost.core.room.RoomIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Delivers events to those sockets of one namespace, on this node, that are meant.
 *
 * <p>An event is encoded once; each loop gets one task for all recipients that live on it.
 *
 * <p>Thread-safe. Spec: adapter 3 to 5.
 */
final class Fanout {
    private final Namespace namespace;
    private final RoomIndex<Socket, SessionLoop> rooms;

    Fanout(Namespace namespace, RoomIndex<Socket, SessionLoop> rooms) {
        this.namespace = namespace;
        this.rooms = rooms;
    }

    /** Delivers an event. */
    void deliver(Selection selection, Payload event) {
        Audience<Socket, SessionLoop> audience = rooms.resolve(selection);
        if (audience.groups().isEmpty()) {
            return;
        }
        OutboundMessage message = message(event, Packet.NO_ACK, selection.flags());
        Set<Socket> excluded = audience.excluded();
        for (Group<Socket, SessionLoop> group : audience.groups()) {
            group.home()
                    .execute(
                            () -> {
                                for (Socket socket : group.members()) {
                                    if (!excluded.contains(socket)) {
                                        socket.outbound().broadcast(event, message);
                                    }
                                }
                            },
                            message.bytes());
        }
    }

    /**
     * Hands an event over that has a place in the log; never waits.
     *
     * @param event asked for if there is anybody to tell
     * @return who was told, so that the caller can wait for room at their loops
     */
    List<Group<Socket, SessionLoop>> hand(Selection selection, Supplier<StampedEvent> event) {
        Audience<Socket, SessionLoop> audience = rooms.resolve(selection);
        if (audience.groups().isEmpty()) {
            return List.of();
        }
        StampedEvent stamped = event.get();
        Set<Socket> excluded = audience.excluded();
        for (Group<Socket, SessionLoop> group : audience.groups()) {
            group.home()
                    .enqueue(
                            () -> {
                                for (Socket socket : group.members()) {
                                    if (!excluded.contains(socket)) {
                                        socket.outbound().stamped(stamped, true);
                                    }
                                }
                            },
                            stamped.message().bytes());
        }
        return audience.groups();
    }

    /** Waits for room at the loops of those who were told. */
    static void awaitRoom(List<Group<Socket, SessionLoop>> told) {
        for (Group<Socket, SessionLoop> group : told) {
            group.home().awaitRoom();
        }
    }

    /**
     * Delivers an event, and reports what the clients answer.
     *
     * @param blocking whether a thread waits for the answers
     */
    void deliverWithAck(
            Selection selection, Payload event, Duration timeout, boolean blocking, LocalNode.AckSink sink) {
        List<Group<Socket, SessionLoop>> groups = connected(rooms.resolve(selection));
        sink.clients(groups.stream().mapToInt(group -> group.members().size()).sum());
        if (groups.isEmpty()) {
            return;
        }
        long ackId = namespace.nextAckId();
        OutboundMessage message = message(event, ackId, selection.flags());
        for (Group<Socket, SessionLoop> group : groups) {
            SharedRequest request = new SharedRequest(group, event, message, ackId, timeout, blocking, sink);
            group.home().execute(request, message.bytes());
        }
    }

    /** Those who will get it, if nothing changes: who is still in its middlewares will not. */
    private static List<Group<Socket, SessionLoop>> connected(Audience<Socket, SessionLoop> audience) {
        List<Group<Socket, SessionLoop>> groups = new ArrayList<>();
        for (Group<Socket, SessionLoop> group : audience.groups()) {
            List<Socket> members = group.members().stream()
                    .filter(socket -> socket.connected() && !audience.excluded().contains(socket))
                    .toList();
            if (!members.isEmpty()) {
                groups.add(new Group<>(group.home(), members));
            }
        }
        return groups;
    }

    private OutboundMessage message(Payload event, long ackId, Selection.Flags flags) {
        return Socket.message(
                namespace.encoder().event(namespace.name(), ackId, event), flags.isVolatile(), flags.compress());
    }
}
