package dev.roost.adapter.redis;

import static dev.roost.adapter.redis.NodePeer.PATIENCE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Command;
import dev.roost.adapter.Emitter;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An emitter of ours beside this node and a stock Node.js server: both hear it, neither counts it. */
abstract class EmitterInteropRules extends NodeInteropRules {
    EmitterInteropRules(String mode, Map<String, ?> peerSettings, Map<String, String> settings) {
        super(mode, peerSettings, settings);
    }

    @Test
    @DisplayName("X10: events of an emitter reach the clients of Node and this node's, with rooms and buffers")
    void eventsOfAnEmitterReachBothServers() {
        occupy("/", "here");
        try (Emitter emitter = emitter()) {
            emitter.emit("ev", 1, Map.of("b", new byte[] {2, 5, -1}), List.of(1.5, "ü"));
            emitter.to("room").emit("one");
            emitter.to("here").emit("mine");
            emitter.to("room", "nowhere").emit("two");
            emitter.except("room").emit("three");
            emitter.asVolatile().compress(false).emit("four");
            emitter.of("ab").emit("five");
            emitter.emit("end");
        }
        assertThat(peer.await("anna", "ev")).isEqualTo("[1,{\"b\":{\"$bin\":\"AgX/\"}},[1.5,\"ü\"]]");
        assertThat(peer.await("berta", "ev")).isEqualTo("[1,{\"b\":{\"$bin\":\"AgX/\"}},[1.5,\"ü\"]]");
        peer.await("anna", "two");
        peer.await("anna", "end");
        peer.await("berta", "end");
        // A volatile event is dropped where the client is not ready for it.
        Predicate<String> reliable = event -> !event.equals("four");
        assertThat(peer.received("anna")).filteredOn(reliable).containsExactly("one");
        assertThat(peer.received("berta")).filteredOn(reliable).containsExactly("three");
        assertThat(peer.await("chris", "five")).isEqualTo("[]");
        local.awaitCommand(
                command -> command instanceof Command.Broadcast event
                        && Wire.texts(List.of(event.arguments())).contains("[\"end\"]"),
                PATIENCE);
        assertThat(local.commands())
                .usingRecursiveFieldByFieldElementComparator()
                .contains(
                        new Command.Broadcast(
                                "/",
                                Selection.ALL,
                                Wire.payload(
                                        "[\"ev\",1,{\"b\":{\"_placeholder\":true,\"num\":0}},[1.5,\"ü\"]]",
                                        new byte[] {2, 5, -1})),
                        new Command.Broadcast("/", in("here"), Wire.payload("[\"mine\"]")),
                        new Command.Broadcast(
                                "/",
                                new Selection(Set.of(), Set.of(), new Flags(true, false, false)),
                                Wire.payload("[\"four\"]")),
                        new Command.Broadcast("/ab", Selection.ALL, Wire.payload("[\"five\"]")));
    }

    @Test
    @DisplayName("X10, X11: an emitter joins, leaves and disconnects sockets, and runs listeners, of both servers")
    void anEmitterCommandsBothServers() {
        String carol = peer.client("carol", "/");
        try (Emitter emitter = emitter()) {
            emitter.in(carol).socketsJoin("r8", "r9");
            emitter.in("r9").socketsLeave("r8");
            emitter.serverSideEmit("hello", "x", 1);
            assertThat(peer.await("server /", "hello")).isEqualTo("[\"x\",1]");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(peer.call("rooms", Map.of()).toString())
                            .contains("\"r9\"")
                            .doesNotContain("\"r8\""));
            emitter.in("r9").disconnectSockets(true);
            assertThat(peer.await("carol", "$disconnect")).contains("io server disconnect");
        }
        local.awaitCommands(4, PATIENCE);
        assertThat(local.commands())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(
                        new Command.Join("/", in(carol), Set.of("r8", "r9")),
                        new Command.Leave("/", in("r9"), Set.of("r8")),
                        new Command.ServerSideEmit("/", Wire.payload("[\"hello\",\"x\",1]")),
                        new Command.Disconnect("/", in("r9"), true));
    }

    @Test
    @DisplayName("X10, adapter-74: neither server counts an emitter, and nobody waits for it")
    void noServerCountsAnEmitter() throws Exception {
        try (Emitter emitter = emitter()) {
            emitter.emit("seen");
            peer.await("anna", "seen");
            assertThat(peer.call("serverCount", Map.of()).asInt()).isEqualTo(2);
            assertThat(peer.call("fetch", Map.of()).size()).isEqualTo(2);
            Gathered<SocketSnapshot> sockets = node.adapter()
                    .fetch("/", Selection.ALL, Duration.ofHours(1))
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), SECONDS);
            assertThat(sockets.complete()).isTrue();
            assertThat(sockets.values()).hasSize(2);
            await().atMost(PATIENCE).until(() -> node.adapter().nodes().size() == 2);
        }
    }

    private Emitter emitter() {
        Map<String, String> values = new HashMap<>(settings);
        values.put("uri", REDIS.uri());
        values.put("mode", mode);
        return Emitter.connect("redis", values);
    }

    private static Selection in(String room) {
        return new Selection(Set.of(room), Set.of(), Flags.NONE);
    }
}
