package dev.roost.demo;

import dev.roost.core.namespace.RemoteSocket;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;

/**
 * Somebody in the chat, as the page is told. Immutable.
 *
 * @param id of the socket
 * @param nick as chosen
 * @param node the process that serves them
 */
record Member(String id, String nick, String node) {
    /** Name of the nickname in the data of a socket. */
    static final String NICK = "nick";

    /** What the chat keeps in the data of a socket. */
    private record Data(String nick) {}

    static Member of(SocketIo io, Socket socket) {
        return new Member(
                socket.id(),
                String.valueOf(socket.data().get(NICK)),
                io.node().id().toString());
    }

    static Member of(RemoteSocket socket) {
        return new Member(
                socket.id(), socket.data().as(Data.class).nick(), socket.node().toString());
    }
}
