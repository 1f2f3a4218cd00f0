package dev.roost.demo;

import dev.roost.core.namespace.ConnectRefused;
import dev.roost.core.namespace.EventRefused;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.server.HttpRoutes;
import io.helidon.webserver.http.HttpRules;
import org.jspecify.annotations.Nullable;

/**
 * A chat in rooms, on as many processes as you like.
 *
 * <p>It keeps no list of its own of who is where: the server knows, on this process and on all others. Nicknames are
 * not unique; people are told apart by the ids of their sockets. So nobody has to wait for the connection that was just
 * lost to be given up before the nickname is free again.
 */
public final class Chat implements SocketIoApplication, HttpRoutes {
    /** What a client says of itself when it connects. */
    record Credentials(@Nullable String nick) {}

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public void configure(SocketIo io) {
        io.use(Chat::checkNick);
        io.onConnection(socket -> new Visitor(io, socket).comeIn());
    }

    @Override
    public void routes(HttpRules rules) {
        rules.register(new DemoPage());
    }

    /** Lets in who has a nickname, and keeps it where every process can see it. */
    private static void checkNick(Socket socket) {
        try {
            String nick =
                    ChatRules.nick(socket.handshake().auth(Credentials.class).nick());
            socket.data().put(Member.NICK, nick);
        } catch (EventRefused refused) {
            throw new ConnectRefused(String.valueOf(refused.getMessage()));
        }
    }
}
