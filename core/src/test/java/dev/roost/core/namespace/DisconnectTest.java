package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("K19 to K24, K29: the end of a socket (socket-io 9)")
class DisconnectTest {
    @RegisterExtension
    final Scene scene = new Scene();

    static Stream<Arguments> reasons() {
        return Stream.of(
                ends("transport error", client -> client.fail(CloseReason.TRANSPORT_ERROR)),
                ends("transport close", client -> client.fail(CloseReason.TRANSPORT_CLOSE)),
                ends("parse error", client -> client.send("x")),
                ends("forced close", client -> client.send("4x")),
                ends("client namespace disconnect", client -> client.send("41")),
                ends("server namespace disconnect", client -> client.socket().disconnect()));
    }

    private static Arguments ends(String reason, Consumer<Client> cause) {
        return Arguments.of(reason, cause);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    @DisplayName("K22 to K24: rooms intact, then left; each once, disconnect last")
    void socketLearnsOfItsEndOnceAndWhy(String reason, Consumer<Client> cause) {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.join("r");
        socket.onDisconnect((why, description) -> scene.log("disconnect " + why + " " + socket.connected()));
        socket.onDisconnecting((why, rooms) -> scene.log("disconnecting " + why + " "
                + rooms.equals(Set.of(socket.id(), "r")) + " " + socket.rooms().size()));
        cause.accept(client);
        scene.awaitLog("disconnecting " + reason + " true 0", "disconnect " + reason + " false");
        client.vanish();
        socket.disconnect();
        socket.disconnect(true);
        scene.loop.run();
        assertThat(scene.io().main().roomNames()).isEmpty();
        assertThat(scene.log()).hasSize(2);
    }

    @Test
    @DisplayName("K24: ping timeout")
    void silentClientIsDisconnected() {
        Client client = scene.connect();
        client.socket().onDisconnect((why, description) -> scene.log(why.text()));
        scene.loop.advance(Duration.ofSeconds(45));
        scene.awaitLog("ping timeout");
    }

    @Test
    @DisplayName("K24: server shutting down, forced server close have tests beside those of close() and of violations")
    void everyReasonHasItsDocumentedText() {
        assertThat(Stream.of(DisconnectReason.values()).map(DisconnectReason::text))
                .containsExactlyInAnyOrder(
                        "transport error",
                        "transport close",
                        "forced close",
                        "ping timeout",
                        "parse error",
                        "server shutting down",
                        "forced server close",
                        "client namespace disconnect",
                        "server namespace disconnect");
        assertThat(Stream.of(DisconnectReason.values()).filter(reason -> !reason.isRecoverable()))
                .containsExactlyInAnyOrder(
                        DisconnectReason.PARSE_ERROR,
                        DisconnectReason.CLIENT_NAMESPACE_DISCONNECT,
                        DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    }

    @Test
    @DisplayName("K23: the description of the engine's reasons")
    void descriptionSaysMore() {
        Client client = scene.connect();
        client.socket().onDisconnect((why, description) -> scene.log(why + ": " + description));
        client.send("x");
        scene.await("told", () -> scene.log().size() == 1);
        assertThat(scene.log().getFirst()).startsWith("parse error: expected a packet type");
    }

    @Test
    @DisplayName("K20: the namespace is left, the connection stays, and the client may come back")
    void disconnectSendsTheClientOutOfTheNamespace() {
        scene.io().of("/a");
        Client client = scene.connect().enter("/a");
        String before = client.id("/a");
        client.socket("/a").disconnect();
        client.expect("41/a,").expectNothing();
        assertThat(client.closed()).isFalse();
        assertThat(client.socket().connected()).isTrue();
        client.enter("/a");
        assertThat(client.id("/a")).isNotEqualTo(before);
    }

    @Test
    @DisplayName("K21: over all namespaces, after what was sent before")
    void disconnectOfTheConnectionEndsAllItsSockets() {
        for (String name : List.of("/", "/a", "/b")) {
            scene.io()
                    .of(name)
                    .onConnection(socket -> socket.onDisconnect((why, description) -> scene.log(name + " " + why)));
        }
        Client client = scene.connect().enter("/a").enter("/b");
        Socket socket = client.socket("/a");
        socket.emit("bye");
        socket.disconnect(true);
        client.expect("42/a,[\"bye\"]");
        assertThat(List.of(client.next(), client.next(), client.next()))
                .containsExactlyInAnyOrder("41", "41/a,", "41/b,");
        client.awaitClosed();
        client.expectNothing();
        scene.await("all are told", () -> scene.log().size() == 3);
        assertThat(scene.log()).allMatch(line -> line.endsWith(" server namespace disconnect"));
    }

    @Test
    @DisplayName("K21: polling; a middleware under way lets nobody in any more")
    void disconnectOfAPollingClientEndsAttemptsToo() {
        CountDownLatch decided = new CountDownLatch(1);
        scene.io().of("/a").use(socket -> {
            scene.willEnd();
            scene.log("asked");
            decided.await();
        });
        scene.io().of("/a").onConnection(socket -> scene.log("connection"));
        Client client = scene.openPolling().send("40");
        client.entered("/");
        client.send("40/a,");
        scene.awaitLog("asked");
        client.socket().disconnect(true);
        scene.loop.run();
        assertThat(scene.io().socketCount()).isZero();
        assertThat(scene.io().connectionCount()).isZero();
        decided.countDown();
        scene.awaitThreads();
        client.expect("41", "6", "1").expectNothing();
        scene.awaitLog("asked");
    }

    @Test
    @DisplayName("design 7: an event followed at once by a disconnect still reaches its handler")
    void eventFollowedAtOnceByADisconnectReachesItsHandler() {
        scene.io().onConnection(socket -> {
            socket.on("a", () -> scene.log("a"));
            socket.onDisconnect((why, description) -> scene.log(why.text()));
        });
        scene.connect().sendTogether("42[\"a\"]", "41");
        scene.awaitLog("a", "client namespace disconnect");
    }

    @Test
    @DisplayName("design 7: the same before a connection that breaks or is ended")
    void eventsBeforeTheEndOfTheConnectionReachTheirHandlers() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().onConnection(socket -> {
            socket.on("a", Integer.class, number -> {
                go.await();
                scene.log("a" + number);
            });
            socket.onDisconnect((why, description) -> scene.log(why.text()));
        });
        scene.connect().send("42[\"a\",1]", "42[\"a\",2]").fail(CloseReason.TRANSPORT_CLOSE);
        go.countDown();
        scene.awaitLog("a1", "a2", "transport close");
        scene.connect().sendTogether("42[\"a\",3]", "42[\"a\",4]", "4x");
        scene.awaitLog("a1", "a2", "transport close", "a3", "a4", "forced close");
    }

    @Test
    @DisplayName("K29, design 3: what is queued at a server-side disconnect is dropped")
    void serverSideDisconnectDropsWhatIsQueued() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().onConnection(socket -> {
            socket.on("a", () -> {
                scene.log("a");
                go.await();
            });
            socket.on("b", () -> scene.log("b"));
            socket.onDisconnect((why, description) -> scene.log("disconnect"));
        });
        Client client = scene.connect().send("42[\"a\"]", "42[\"b\"]", "42[\"b\"]");
        scene.awaitLog("a");
        client.socket().disconnect();
        client.expect("41");
        go.countDown();
        scene.awaitLog("a", "disconnect");
    }

    @Test
    @DisplayName("K29: from the handler's own call on, before the loop knows")
    void handlerThatDisconnectsIsTheLastToSeeAnEvent() {
        scene.io().onConnection(socket -> {
            socket.on("a", () -> {
                scene.log("a");
                socket.disconnect();
            });
            socket.onAny((event, arguments) -> scene.log("any " + event));
            socket.on("b", () -> scene.log("b"));
            socket.onDisconnect((why, description) -> scene.log("disconnect"));
        });
        Client client = scene.connect().sendTogether("42[\"a\"]", "42[\"b\"]", "42[\"b\"]");
        client.expect("41");
        scene.awaitLog("any a", "a", "disconnect");
    }

    @Test
    @DisplayName("K19: a handler may clean up at leisure")
    void disconnectHandlersMayBlockAndFail() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().onConnection(socket -> {
            socket.onDisconnect((why, description) -> {
                go.await();
                throw new IllegalStateException("boom");
            });
            socket.onDisconnect((why, description) -> scene.log("second"));
        });
        Client first = scene.connect();
        first.send("41");
        Client second = scene.connect();
        second.socket().emit("x");
        second.expect("42[\"x\"]");
        go.countDown();
        scene.awaitLog("second");
        assertThat(first.closed()).isFalse();
    }

    @Test
    @DisplayName("sec-K16: leaving twice")
    void leavingANamespaceTwiceEndsTheConnection() {
        Client client = scene.connect().send("41", "41");
        client.awaitClosed();
    }

    @Test
    @DisplayName("a middleware may end the connection")
    void middlewareMayEndTheConnection() {
        scene.io().use(socket -> {
            socket.disconnect();
            socket.disconnect(true);
        });
        scene.io().onConnection(socket -> scene.log("connection"));
        Client client = scene.open().send("40");
        client.awaitClosed();
        client.expectNothing();
        assertThat(scene.log()).isEmpty();
    }
}
