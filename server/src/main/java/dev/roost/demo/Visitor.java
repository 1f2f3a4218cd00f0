package dev.roost.demo;

import dev.roost.core.namespace.Ack;
import dev.roost.core.namespace.EventRefused;
import dev.roost.core.namespace.RemoteSocket;
import dev.roost.core.namespace.Replies;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one client may do in the chat.
 *
 * <p>Confined to the mailbox of its socket: handlers run one at a time and in order, so there is nothing to lock. A
 * handler that throws {@link EventRefused} answers {@code {error: "..."}}.
 */
final class Visitor {
    static final int MAX_ROOMS = 50;

    /** Keeps the rooms people name apart from the one that every socket has for itself. */
    private static final String ROOM = "#";

    private final SocketIo io;
    private final Socket socket;
    private final Member self;

    // A page that comes back enters all its rooms at once.
    private final RateLimit moves = new RateLimit(2 * MAX_ROOMS, Duration.ofMillis(500), System::nanoTime);
    private final RateLimit messages = new RateLimit(10, Duration.ofMillis(700), System::nanoTime);
    private final RateLimit hints = new RateLimit(10, Duration.ofSeconds(1), System::nanoTime);
    private final RateLimit rollCalls = new RateLimit(5, Duration.ofSeconds(5), System::nanoTime);

    /** The process that serves a client. */
    record Welcome(String id, String node, long pid) {}

    /** Somebody came into a room or left it. */
    record Presence(String room, Member member, boolean here) {}

    /** Somebody said something. */
    record Said(String room, Member member, String text, long at) {}

    /** Somebody is about to say something. */
    record Typing(String room, Member member) {}

    /** When a message was taken. */
    record Taken(long at) {}

    /** Who is in which room. */
    record RollCall(Map<String, List<Member>> rooms) {}

    Visitor(SocketIo io, Socket socket) {
        this.io = io;
        this.socket = socket;
        this.self = Member.of(io, socket);
    }

    void comeIn() {
        socket.on("join", String.class, this::join);
        socket.on("leave", String.class, this::leave);
        socket.onRequest("say", String.class, String.class, this::say);
        socket.on("typing", String.class, this::typing);
        socket.onRequest("who", this::who);
        socket.onDisconnecting((reason, rooms) ->
                rooms.stream().filter(room -> room.startsWith(ROOM)).forEach(room -> announce(room, false)));
        socket.emit(
                "welcome",
                new Welcome(self.id(), self.node(), ProcessHandle.current().pid()));
    }

    private void join(String name, Ack ack) {
        moves.take();
        String room = ROOM + ChatRules.room(name);
        if (!isIn(room)) {
            if (socket.rooms().size() > MAX_ROOMS) {
                throw new EventRefused("You are in " + MAX_ROOMS + " rooms already. Leave one first.");
            }
            socket.join(room);
            announce(room, true);
        }
        ack.send();
    }

    private void leave(String name, Ack ack) {
        moves.take();
        String room = ROOM + ChatRules.room(name);
        if (isIn(room)) {
            socket.leave(room);
            announce(room, false);
        }
        ack.send();
    }

    private Taken say(String name, String text) {
        messages.take();
        String room = roomWeAreIn(name);
        Said said = new Said(nameOf(room), self, ChatRules.message(text), System.currentTimeMillis());
        socket.to(room).emit("said", said);
        return new Taken(said.at());
    }

    private void typing(String name) {
        hints.take();
        String room = roomWeAreIn(name);
        // Volatile: a client that cannot take it now can do without.
        socket.to(room).asVolatile().emit("typing", new Typing(nameOf(room), self));
    }

    /** Asks every process who is here. This handler waits for the answers; that holds up nobody but its own client. */
    private RollCall who() {
        rollCalls.take();
        Replies<RemoteSocket> sockets = io.fetchSockets();
        if (!sockets.complete()) {
            throw new EventRefused("Not every process has answered.");
        }
        Map<String, List<Member>> rooms = new TreeMap<>();
        for (RemoteSocket one : sockets) {
            Member member = Member.of(one);
            for (String room : one.rooms()) {
                if (room.startsWith(ROOM)) {
                    rooms.computeIfAbsent(nameOf(room), name -> new ArrayList<>())
                            .add(member);
                }
            }
        }
        return new RollCall(rooms);
    }

    /** Tells everybody, since every page shows all rooms there are. */
    private void announce(String room, boolean here) {
        io.emit("presence", new Presence(nameOf(room), self, here));
    }

    private String roomWeAreIn(String name) {
        String room = ROOM + ChatRules.room(name);
        if (!isIn(room)) {
            throw new EventRefused("You are not in this room.");
        }
        return room;
    }

    private boolean isIn(String room) {
        return socket.rooms().contains(room);
    }

    private static String nameOf(String room) {
        return room.substring(ROOM.length());
    }
}
