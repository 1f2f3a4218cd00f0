package dev.roost.server;

import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import java.time.Duration;

/** The server that the public test suite of the Socket.IO protocol expects: {@code SocketIoSuite [port]}. */
public final class SocketIoSuite {
    private static final int SUITE_PORT = 3000;

    private SocketIoSuite() {}

    /** Serves the suite until it is killed. */
    public static void main(String[] arguments) {
        SocketIoConfig config = SocketIoConfig.builder()
                .heartbeat(Duration.ofMillis(300), Duration.ofMillis(200))
                .set(Settings.CONNECT_TIMEOUT, Duration.ofSeconds(1))
                .corsOrigins("*")
                .build();
        SocketIoServer.builder()
                .config(config)
                .host("127.0.0.1")
                .port(arguments.length > 0 ? Integer.parseInt(arguments[0]) : SUITE_PORT)
                .application(SocketIoSuite::configure)
                .build()
                .start();
    }

    private static void configure(SocketIo io) {
        serve(io.main());
        serve(io.of("/custom"));
    }

    private static void serve(Namespace namespace) {
        namespace.onConnection(socket -> {
            socket.emit("auth", socket.handshake().auth());
            echo(socket);
        });
    }

    private static void echo(Socket socket) {
        socket.on(
                "message",
                (values, ack) -> socket.emit("message-back", values.toList().toArray()));
        socket.on("message-with-ack", (values, ack) -> ack.send(values.toList().toArray()));
    }
}
