package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("S19 to S23: clients of protocol 4 (socket-io 15)")
class Protocol4Test {
    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("S20, S22: in the main namespace without asking, by the session's id")
    void clientIsInTheMainNamespaceAtOnce() {
        scene.io().onConnection(socket -> {
            scene.log(socket.id());
            socket.emit("hello");
        });
        Client client = scene.openRevision3();
        client.expect("40", "42[\"hello\"]");
        scene.awaitLog(client.session.id());
        client.send("40");
        assertThat(client.closed()).as("old clients may say so again").isFalse();
        client.expectNothing();
        assertThat(scene.io()
                        .main()
                        .socket(client.session.id())
                        .orElseThrow()
                        .handshake()
                        .auth())
                .isEmpty();
    }

    @Test
    @DisplayName("S20: after the middlewares")
    void middlewaresComeFirst() {
        scene.io().use(socket -> socket.emit("early"));
        scene.openRevision3().expect("42[\"early\"]", "40");
    }

    @Test
    @DisplayName("S23: data or message itself")
    void refusalIsDataOrMessageItself() {
        scene.io().use(socket -> {
            throw new ConnectRefused("no2");
        });
        scene.openRevision3().expect("44\"no2\"");
        scene.io().of("/a").use(socket -> {
            throw new ConnectRefused("no", Map.of("a", 1));
        });
        scene.openRevision3().send("40/a").expect("44\"no2\"", "44/a,{\"a\":1}");
    }

    @Test
    @DisplayName("S21, S22: the query becomes auth")
    void queryOfTheNamespaceIsAuth() {
        scene.io().of("/nsp");
        Client client = scene.openRevision3().send("40/nsp?token=a%20b&x=1&x=2&flag");
        client.expect("40", "40/nsp,");
        Socket socket =
                scene.io().of("/nsp").socket("/nsp#" + client.session.id()).orElseThrow();
        assertThat(socket.handshake().auth()).isEqualTo(Map.of("token", "a b", "x", "2", "flag", ""));
        assertThat(socket.handshake().query()).doesNotContainKey("flag");
        client.send("42/nsp,7[\"q\"]");
        socket.emit("e", 1);
        client.expect("42/nsp,[\"e\",1]");
    }

    @Test
    @DisplayName("N04: unknown namespaces are refused with an object even here")
    void unknownNamespaceIsRefusedWithAnObject() {
        scene.openRevision3().send("40/unk").expect("40", "44/unk,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void eventsAcksAndDisconnectAreAsInProtocol5() {
        scene.io().of("/a");
        scene.io().onConnection(socket -> socket.onRequest("echo", byte[].class, bytes -> bytes));
        Client client = scene.openRevision3().send("40/a");
        client.expect("40", "40/a,");
        client.send("451-3[\"echo\",{\"_placeholder\":true,\"num\":0}]").send(new byte[] {1, 2});
        client.expect("461-3[{\"_placeholder\":true,\"num\":0}]+2");
        scene.io().of("/a").disconnectSockets(false);
        client.expect("41/a,");
        client.send("40/a").expect("40/a,");
        client.send("41/a");
        assertThat(scene.io().of("/a").socketCount()).isZero();
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName("sec-K10: a namespace joined twice")
    void secondConnectEndsTheConnection() {
        scene.io().of("/a");
        scene.openRevision3().send("40/a", "40/a?x=1").awaitClosed();
    }

    @Test
    @DisplayName("S07: a client that is refused is closed in time")
    void refusedClientIsClosedInTime() {
        scene.with(options -> options.connectTimeout(Duration.ofSeconds(5)));
        scene.io().use(socket -> {
            throw new ConnectRefused("no");
        });
        Client client = scene.openRevision3();
        client.expect("44\"no\"");
        scene.loop.advance(Duration.ofSeconds(5));
        client.awaitClosed();
    }
}
