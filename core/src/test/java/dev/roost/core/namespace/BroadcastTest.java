package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.engine.OutboundMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.type.TypeReference;

@DisplayName("B01 to B05, B08 to B11, B15, K03, K04, K16 to K18: many clients (socket-io 8)")
class BroadcastTest {
    @RegisterExtension
    final Scene scene = new Scene();

    private Client a;
    private Client b;
    private Client c;

    @BeforeEach
    void threeClients() {
        a = scene.connect();
        b = scene.connect();
        c = scene.connect();
        a.socket().join("r1", "r2");
        b.socket().join(List.of("r2"));
    }

    @Test
    @DisplayName("B01, B02: union, without the excepted, one copy each")
    void operatorsSayWhoIsMeant() {
        scene.io().emit("all");
        expectOnly("42[\"all\"]", a, b, c);
        scene.io().to("r1").to("r2").emit("union");
        expectOnly("42[\"union\"]", a, b);
        scene.io().to("r1", "r2").in(c.id("/")).emit("with an id");
        expectOnly("42[\"with an id\"]", a, b, c);
        scene.io().except("r1").emit("without");
        expectOnly("42[\"without\"]", b, c);
        scene.io().to(List.of("r2")).except(List.of("r1")).emit("both");
        expectOnly("42[\"both\"]", b);
        scene.io().to("none").emit("nobody");
        scene.io().to("r2").local().emit("local");
        expectOnly("42[\"local\"]", a, b);
    }

    @Test
    @DisplayName("B01: each operator makes another broadcast")
    void operatorsAreImmutable() {
        Broadcast r1 = scene.io().to("r1");
        Broadcast both = r1.to("r2");
        Broadcast only = both.except(a.id("/"));
        only.asVolatile().local().compress(false);
        r1.emit("1");
        expectOnly("42[\"1\"]", a);
        both.emit("2");
        expectOnly("42[\"2\"]", a, b);
        only.emit("3");
        expectOnly("42[\"3\"]", b);
    }

    @Test
    @DisplayName("K16: without the sender")
    void broadcastOfASocketLeavesItOut() {
        Socket sender = a.socket();
        sender.broadcast().emit("1");
        expectOnly("42[\"1\"]", b, c);
        sender.to("r1", "r2").emit("2");
        expectOnly("42[\"2\"]", b);
        sender.in("r2").emit("3");
        expectOnly("42[\"3\"]", b);
        sender.except("r2").emit("4");
        expectOnly("42[\"4\"]", c);
        sender.local().emit("5");
        expectOnly("42[\"5\"]", b, c);
    }

    @Test
    @DisplayName("B15: encoded once, shared by reference")
    void messageIsEncodedOnce() {
        scene.io().emit("x", (Object) new byte[3]);
        expectOnly("451-[\"x\",{\"_placeholder\":true,\"num\":0}]+3", a, b, c);
        OutboundMessage message = a.transport().written().getLast();
        assertThat(b.transport().written().getLast()).isSameAs(message);
        assertThat(c.transport().written().getLast()).isSameAs(message);
    }

    @Test
    @DisplayName("B04: dropped for each client that is not writable")
    void volatileBroadcastIsDroppedPerClient() {
        b.transport().writable(false);
        scene.io().asVolatile().emit("v");
        scene.loop.run();
        b.transport().writable(true);
        expectOnly("42[\"v\"]", a, c);
    }

    @Test
    @DisplayName("B05")
    void compressIsAWishForAllCopies() {
        scene.io().compress(false).emit("x");
        expectOnly("42[\"x\"]", a, b, c);
        assertThat(a.transport().written().getLast().compress()).isFalse();
        scene.io().emit("y");
        expectOnly("42[\"y\"]", a, b, c);
        assertThat(a.transport().written().getLast().compress()).isTrue();
    }

    @Test
    @DisplayName("adapter 13 row 15: a handler that leaves in reaction breaks nothing")
    void membershipMayChangeWhileABroadcastIsUnderWay() {
        for (Client client : List.of(a, b, c)) {
            Socket socket = client.socket();
            socket.onAnyOutgoing((event, arguments) -> {
                socket.leave("r2");
                scene.log("left");
            });
        }
        scene.io().to("r2").emit("x");
        expectOnly("42[\"x\"]", a, b);
        scene.awaitLog("left", "left");
        assertThat(scene.io().main().roomNames()).containsExactly("r1");
    }

    @Test
    @DisplayName("B08: without the one that is still in its middlewares")
    void fetchDescribesSockets() {
        a.socket().data().put("name", "ann");
        Replies<RemoteSocket> all = scene.io().fetchSockets();
        assertThat(all.complete()).isTrue();
        assertThat(all.stream().map(RemoteSocket::id)).containsExactlyInAnyOrder(a.id("/"), b.id("/"), c.id("/"));
        RemoteSocket remote = scene.io().to("r1").fetchSockets().values().getFirst();
        assertThat(remote.id()).isEqualTo(a.id("/"));
        assertThat(remote.rooms()).containsExactlyInAnyOrder(a.id("/"), "r1", "r2");
        assertThat(remote.data().toString()).isEqualTo("{\"name\":\"ann\"}");
        Map<String, Object> handshake = remote.handshake().as(new TypeReference<Map<String, Object>>() {});
        assertThat(handshake)
                .containsOnlyKeys("headers", "time", "address", "xdomain", "secure", "issued", "url", "query", "auth");
        assertThat(handshake).containsEntry("address", "192.0.2.7");

        a.socket().data().put("name", "changed");
        a.socket().leave("r1");
        assertThat(remote.data().toString()).as("adapter 13 row 57: a snapshot").contains("ann");
        assertThat(remote.rooms()).contains("r1");
        assertThat(scene.io()
                        .except("r2")
                        .fetchSocketsAsync()
                        .toCompletableFuture()
                        .join()
                        .size())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("K03: one socket's unwritable data does not hide the others")
    void dataThatCannotBeWrittenIsLeftOut() {
        a.socket().data().put("bad", new EmitTest.Unwritable(1));
        b.socket().data().put("good", 1);
        assertThat(scene.io().fetchSockets().stream()
                        .map(socket -> socket.data().toString()))
                .containsExactlyInAnyOrder("{}", "{\"good\":1}", "{}");
    }

    @Test
    @DisplayName("B09, adapter 13 row 56")
    void remoteSocketActsOnTheRightSocketOnly() {
        RemoteSocket remote = scene.io().to("r1").fetchSockets().values().getFirst();
        remote.emit("x", 1);
        expectOnly("42[\"x\",1]", a);
        remote.join("r3", "r4");
        remote.leave("r1");
        assertThat(a.socket().rooms()).containsExactlyInAnyOrder(a.id("/"), "r2", "r3", "r4");
        assertThat(b.socket().rooms()).containsExactlyInAnyOrder(b.id("/"), "r2");
        remote.disconnect(false);
        expectOnly("41", a);
        assertThat(a.closed()).isFalse();
    }

    @Test
    @DisplayName("B10, adapter 13 rows 32 and 48 to 50")
    void manySocketsJoinAndLeave() {
        scene.io().to("r1").except("nobody").socketsJoin("r5", "r6");
        scene.io().socketsJoin("r7");
        scene.io().to("r5").emit("x");
        expectOnly("42[\"x\"]", a);
        scene.io().to("r6").to("r7").emit("y");
        expectOnly("42[\"y\"]", a, b, c);
        scene.io().in(a.id("/")).socketsLeave("r5", "r7");
        scene.io().to("r7").emit("z");
        expectOnly("42[\"z\"]", b, c);
        assertThat(scene.io().main().roomNames()).containsExactlyInAnyOrder("r1", "r2", "r6", "r7");
    }

    @Test
    @DisplayName("B10: one socket's limit does not leave the others out")
    void socketsJoinGoesOnWhereOneIsFull() {
        for (int i = 0; i < 998; i++) {
            a.socket().join("x" + i);
        }
        scene.io().socketsJoin("r9");
        scene.io().to("r9").emit("x");
        expectOnly("42[\"x\"]", b, c);
        assertThatThrownBy(() -> a.socket().join("r9"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limits.max-rooms-per-socket");
    }

    @Test
    @DisplayName("B11, adapter 13 rows 31, 51 and 52: what was emitted before arrives before")
    void manySocketsAreDisconnected() {
        scene.io().emit("bye");
        scene.io().to("r2").disconnectSockets(false);
        a.expect("42[\"bye\"]", "41");
        b.expect("42[\"bye\"]", "41");
        expectOnly("42[\"bye\"]", c);
        assertThat(a.closed()).isFalse();
        scene.io().emit("bye");
        scene.io().disconnectSockets(true);
        c.expect("42[\"bye\"]", "41");
        c.awaitClosed();
        assertThat(a.closed()).isFalse();
        assertThat(scene.io().socketCount()).isZero();
    }

    @Test
    @DisplayName("adapter 2: sockets still in their middlewares are not meant")
    void commandsPassOverSocketsThatAreNotConnected() throws Exception {
        var decided = new java.util.concurrent.CountDownLatch(1);
        scene.io().use(socket -> {
            socket.join("r1");
            scene.log("waits");
            decided.await();
        });
        Client entering = scene.open().send("40");
        scene.awaitLog("waits");
        scene.io().to("r1").socketsJoin("r8");
        scene.io().to("r1").emit("x");
        expectOnly("42[\"x\"]", a);
        assertThat(scene.io().to("r1").fetchSockets().size()).isEqualTo(1);
        var asked = scene.io().to("r1").emitWithAckAsync("q").toCompletableFuture();
        assertThat(a.next()).startsWith("420[");
        a.send("430[1]");
        scene.await("only one was asked", asked::isDone);
        assertThat(asked.join().complete()).isTrue();
        scene.io().to("r1").disconnectSockets(true);
        a.expect("41");
        assertThat(entering.closed()).isFalse();
        decided.countDown();
        String id = entering.entered("/");
        assertThat(entering.socket().rooms()).containsExactly(id, "r1");
    }

    @Test
    @DisplayName("K04, K17, K18: live until it is gone")
    void roomsOfASocket() {
        Socket socket = a.socket();
        assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "r1", "r2");
        socket.leave("r1");
        socket.leave("r1");
        socket.join("r2");
        assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "r2");
        a.send("41");
        assertThat(socket.rooms()).isEmpty();
        socket.join("late");
        assertThat(socket.rooms()).as("K19").isEmpty();
        assertThat(scene.io().main().roomNames()).doesNotContain("late");
    }

    private void expectOnly(String packet, Client... clients) {
        List<Client> others = new ArrayList<>(List.of(a, b, c));
        for (Client client : clients) {
            client.expect(packet);
            others.remove(client);
        }
        others.forEach(Client::expectNothing);
        for (Client client : clients) {
            client.expectNothing();
        }
    }
}
