package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("N01 to N04, N17, N18, S14, S16: namespaces (socket-io 4)")
class NamespaceTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("N01")
    void nameGetsASlashAndOneNameIsOneNamespace() {
        SocketIo io = scene.io();
        assertThat(io.of("chat")).isSameAs(io.of("/chat"));
        assertThat(io.of("chat").name()).isEqualTo("/chat");
        assertThat(io.of("")).isSameAs(io.main()).isSameAs(io.of("/"));
        assertThat(io.namespaces()).containsExactlyInAnyOrder(io.main(), io.of("/chat"));
    }

    @Test
    @DisplayName("N02")
    void newNamespacesAreToldOnce() {
        Registration registration = scene.io().onNewNamespace(namespace -> scene.log(namespace.name()));
        scene.io().of("/a");
        scene.io().of("/a");
        scene.io().of("/");
        scene.io().of(java.util.regex.Pattern.compile("^/d")).children();
        scene.connect("/d1");
        assertThat(scene.log()).containsExactly("/a", "/d1");
        registration.off();
        scene.io().of("/b");
        assertThat(scene.log()).hasSize(2);
    }

    @Test
    @DisplayName("N02: what a listener adds holds for the first client")
    void noClientEntersBeforeTheListenersKnowTheNamespace() throws Exception {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        scene.io().of((name, auth) -> true);
        scene.io().onNewNamespace(namespace -> {
            assertThat(scene.io().of(namespace.name())).isSameAs(namespace);
            listening.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            namespace.use(socket -> {
                throw new ConnectRefused("no");
            });
        });
        Client first = scene.open().send("40/x,");
        scene.await("the listener runs", () -> listening.getCount() == 0);
        Client second = scene.open().send("40/x,");
        second.expectNothing();
        go.countDown();
        first.expect("44/x,{\"message\":\"no\"}");
        second.expect("44/x,{\"message\":\"no\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/adm", "/admin?x=1", "/ADMIN", "//admin", "/../admin", "/admin/", "/admin\u0000"})
    @DisplayName("N04, sec-K14: exact names only")
    void unknownNamespaceIsRefusedAndTheConnectionStays(String name) {
        scene.io().of("/admin");
        Client client = scene.open().send("40" + name + ",");
        client.expect("44" + name + ",{\"message\":\"Invalid namespace\"}");
        assertThat(client.closed()).isFalse();
        client.enter("/admin").enter("/");
    }

    @Test
    @DisplayName("N04: the comma may be left out")
    void nameRunsToTheEndWithoutComma() {
        scene.io().of("/admin");
        scene.open().send("40/admin").entered("/admin");
    }

    @Test
    @DisplayName("sec-K14")
    void longNameIsRefused() {
        scene.with(options -> options.maxNamespaceLength(10));
        scene.io().of(".");
        scene.io().of((name, auth) -> true);
        scene.open().send("40/123456789,").entered("/123456789");
        scene.open().send("40/1234567890,").expect("44/1234567890,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    @DisplayName("N17")
    void socketsAreThoseConnectedNow() {
        Namespace main = scene.io().main();
        Client first = scene.connect();
        Client second = scene.connect();
        assertThat(main.sockets()).containsExactlyInAnyOrder(first.socket(), second.socket());
        assertThat(main.socketCount()).isEqualTo(2);
        String gone = first.id("/");
        first.send("41");
        assertThat(main.sockets()).containsExactly(second.socket());
        assertThat(main.socket(gone)).isEmpty();
        assertThat(scene.io().connectionCount()).isEqualTo(2);
    }

    @Test
    @DisplayName("N18: from 0, shared by sockets and broadcasts of one namespace")
    void ackIdsAreCountedPerNamespace() {
        scene.io().of("/a");
        Client first = scene.connect().enter("/a");
        Client second = scene.connect();
        first.socket().emitWithAckAsync(String.class, "x");
        second.socket().emitWithAckAsync(String.class, "x");
        scene.io().emitWithAckAsync("x");
        first.socket("/a").emitWithAckAsync(String.class, "x");
        first.expect("420[\"x\"]", "422[\"x\"]", "42/a,0[\"x\"]");
        second.expect("421[\"x\"]", "422[\"x\"]");
    }

    @Test
    @DisplayName("N03: rooms and middlewares of one namespace are not another's")
    void namespacesAreApart() {
        scene.io().use(socket -> socket.join("room"));
        scene.io().of("/a").use(socket -> socket.join("room"));
        Client client = scene.connect().enter("/a");
        scene.io().of("/a").to("room").emit("x");
        client.expect("42/a,[\"x\"]").expectNothing();
        assertThat(client.socket().rooms()).isNotEqualTo(client.socket("/a").rooms());
        assertThat(client.socket().connection()).isSameAs(client.socket("/a").connection());
    }

    @Test
    @DisplayName("S16: the server's own methods are about the main namespace")
    void serverDelegatesToTheMainNamespace() {
        scene.io().of("/a");
        Client client = scene.connect().enter("/a");
        SocketIo io = scene.io();
        client.socket().join("r");
        client.socket("/a").join("r");
        io.emit("1");
        io.to("r").emit("2");
        io.in("r").emit("3");
        io.except("none").emit("4");
        io.send("5");
        io.local().emit("6");
        io.compress(false).emit("7");
        io.asVolatile().emit("8");
        client.expect("42[\"1\"]", "42[\"2\"]", "42[\"3\"]", "42[\"4\"]", "42[\"message\",\"5\"]")
                .expect("42[\"6\"]", "42[\"7\"]", "42[\"8\"]")
                .expectNothing();
    }

    @Test
    @DisplayName("S14")
    void closingTheServerDisconnectsWithoutSayingSo() {
        scene.io().of("/a").onConnection(socket -> socket.onDisconnect(reason -> scene.log(reason.text())));
        scene.io().onConnection(socket -> socket.onDisconnect((reason, description) -> scene.log(reason.text())));
        Client client = scene.connect().enter("/a");
        scene.io().emit("last");
        scene.io().close();
        client.expect("42[\"last\"]");
        client.awaitClosed();
        client.expectNothing();
        scene.awaitLog("server shutting down", "server shutting down");
        assertThat(List.of(scene.io().socketCount(), scene.io().connectionCount()))
                .containsOnly(0);
    }
}
