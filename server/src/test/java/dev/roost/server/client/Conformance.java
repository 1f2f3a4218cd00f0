package dev.roost.server.client;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.namespace.BroadcastOperations;
import dev.roost.core.namespace.ConnectRefused;
import dev.roost.core.namespace.DisconnectReason;
import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Replies;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.core.packet.JsonValue;
import dev.roost.server.HttpRoutes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The application that stock clients are tested with: it does what they ask for, in each of its namespaces. */
public final class Conformance implements SocketIoApplication, HttpRoutes {
    /** A page with the client that the server serves. */
    static final String PAGE = "/client.html";

    /** A page with the client for msgpack that the server serves. */
    static final String MSGPACK_PAGE = "/msgpack-client.html";

    /** Lets in who says {@code {word: "sesame"}}. */
    static final String GUARDED = "/guarded";

    /** A second namespace without any rule. */
    static final String CUSTOM = "/custom";

    private final ConcurrentMap<String, CompletableFuture<DisconnectReason>> ends = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public Conformance() {}

    /**
     * Who shall hear something.
     *
     * @param others true leaves out who asks
     */
    record Audience(@Nullable List<String> to, @Nullable List<String> except, boolean local, boolean others) {

        BroadcastOperations of(Namespace namespace, Socket socket) {
            BroadcastOperations all = others ? socket.broadcast() : namespace;
            BroadcastOperations chosen = to == null ? all : all.to(to);
            BroadcastOperations without = except == null ? chosen : chosen.except(except);
            return local ? without.local() : without;
        }
    }

    @Override
    public String name() {
        return "conformance";
    }

    @Override
    public void configure(SocketIo io) {
        Namespace guarded = io.of(GUARDED);
        guarded.use(socket -> {
            if (!"sesame".equals(socket.handshake().auth().get("word"))) {
                throw new ConnectRefused("who are you?", Map.of("code", 401, "hints", List.of("open", "…")));
            }
        });
        for (Namespace namespace : List.of(io.main(), io.of(CUSTOM), guarded)) {
            namespace.serverSide().onRequest("asked", () -> "here");
            namespace.onConnection(socket -> serve(io, namespace, socket));
        }
    }

    @Override
    public void routes(HttpRules rules) {
        rules.get(PAGE, page("socket.io.min.js")).get(MSGPACK_PAGE, page("socket.io.msgpack.min.js"));
    }

    private static Handler page(String script) {
        return (request, response) -> response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8")
                .send("<!doctype html><link rel=icon href='data:,'><script src=/socket.io/" + script + "></script>");
    }

    private void serve(SocketIo io, Namespace namespace, Socket socket) {
        socket.on("join", String.class, (room, ack) -> {
            socket.join(room);
            ack.send(socket.rooms().size());
        });
        socket.on("leave", String.class, (room, ack) -> {
            socket.leave(room);
            ack.send(socket.rooms().size());
        });
        socket.on(
                "echo",
                (arguments, ack) -> socket.emit("echo", arguments.toList().toArray()));
        socket.on("answer", (arguments, ack) -> ack.send(arguments.toList().toArray()));
        // Waits for this very client.
        socket.onRequest(
                "ask",
                String.class,
                JsonValue.class,
                (event, value) -> socket.emitWithAck(JsonValue.class, event, value));
        socket.on("tell", Audience.class, JsonValue.class, (audience, value, ack) -> {
            audience.of(namespace, socket).emit("told", value);
            ack.send();
        });
        socket.on("count", String.class, Integer.class, (as, upTo) -> {
            for (int i = 1; i <= upTo; i++) {
                namespace.emit("number", as, i);
            }
        });
        socket.onRequest("nodes", () -> io.nodes().size());
        socket.onRequest("fetch", () -> summary(namespace.fetchSockets()));
        socket.onRequest("ask clients", () -> summary(namespace.emitWithAck(JsonValue.class, "asked")));
        socket.onRequest("ask servers", () -> summary(namespace.serverSideEmitWithAck("asked")));
        socket.onRequest("transport", () -> socket.connection().transport().wire());
        socket.on("send me away", () -> socket.disconnect());
        socket.on("send all of me away", () -> socket.disconnect(true));
        socket.on("end the process", Integer.class, System::exit);
        socket.on("drop me", () -> socket.connection().discard(CloseReason.FORCED_CLOSE, "as asked"));
        socket.onDisconnect((reason, description) -> endOf(socket.id()).complete(reason));
    }

    private static List<Object> summary(Replies<?> replies) {
        return List.of(
                replies.size(),
                replies.complete(),
                replies.missing().stream().map(NodeId::toString).toList());
    }

    /** Waits for the end of that socket. */
    DisconnectReason awaitGone(String id) throws Exception {
        return endOf(id).get(Reports.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<DisconnectReason> endOf(String id) {
        return ends.computeIfAbsent(id, any -> new CompletableFuture<>());
    }
}
