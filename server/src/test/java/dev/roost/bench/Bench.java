package dev.roost.bench;

import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.core.packet.JsonValue;

/** What the load generator of the benchmark talks to; payloads are passed on as they came. */
public final class Bench implements SocketIoApplication {
    /** For {@link java.util.ServiceLoader}. */
    public Bench() {}

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public void configure(SocketIo io) {
        serve(io.main());
        serve(io.of("/bench"));
    }

    private static void serve(Namespace namespace) {
        namespace.onConnection(socket -> serve(namespace, socket));
    }

    private static void serve(Namespace namespace, Socket socket) {
        socket.onRequest("echo", JsonValue.class, payload -> payload);
        socket.onRequest("becho", JsonValue.class, payload -> payload);
        socket.on("join", String.class, (room, ack) -> {
            socket.join(room);
            ack.send();
        });
        socket.on("bcast", JsonValue.class, payload -> namespace.emit("msg", payload));
        socket.on("bbcast", JsonValue.class, payload -> namespace.emit("msg", payload));
        socket.on(
                "room",
                String.class,
                JsonValue.class,
                (room, payload) -> namespace.to(room).emit("msg", payload));
        socket.on("others", JsonValue.class, payload -> socket.broadcast().emit("msg", payload));
    }
}
