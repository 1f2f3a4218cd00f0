package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("N12 to N16, K01, K02, K05, S07: entering a namespace (socket-io 3)")
class ConnectTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("K01: 20 characters, not the session's")
    void replyHoldsAPublicId() {
        Client client = scene.open().send("40");
        String id = client.entered("/");
        assertThat(id).hasSize(20).isNotEqualTo(client.session.id());
        assertThat(client.socket().id()).isEqualTo(id);
        client.expectNothing();
    }

    @Test
    @DisplayName("N16, K02")
    void handshakeIsOfTheFirstRequestAndAuthOfTheNamespace() {
        scene.io().of("/admin");
        Client client = scene.open().send("40{\"token\":\"x\"}");
        client.entered("/");
        Handshake main = client.socket().handshake();
        assertThat(main.auth()).isEqualTo(Map.of("token", "x"));
        assertThat(main.auth(Token.class)).isEqualTo(new Token("x"));
        assertThat(main.query()).containsEntry("token", "q2");
        assertThat(main.queryAll("token")).containsExactly("q1", "q2");
        assertThat(main.header("user-agent")).isEqualTo("test");
        assertThat(main.url()).isEqualTo("/socket.io/?EIO=4&token=q1&token=q2");
        assertThat(main.address()).isEqualTo("192.0.2.7");
        assertThat(main.xdomain()).isTrue();
        assertThat(main.secure()).isFalse();
        assertThat(main.issued()).isEqualTo(1_700_000_000_000L);
        assertThat(main.toString()).as("no secrets").doesNotContain("q1", "x\"");

        client.enter("/admin");
        assertThat(client.socket("/admin").handshake().auth()).isEmpty();
    }

    record Token(String token) {}

    @Test
    @DisplayName("N15: nothing precedes the reply, no event precedes the listener")
    void whatTheConnectionListenerSendsFollowsTheReply() {
        scene.io().onConnection(socket -> {
            scene.log("connection " + socket.connected() + " " + socket.rooms().equals(java.util.Set.of(socket.id())));
            socket.emit("hello");
            socket.on("a", () -> scene.log("a"));
        });
        Client client = scene.open().sendTogether("40", "42[\"a\"]");
        client.entered("/");
        client.expect("42[\"hello\"]");
        scene.awaitLog("connection true true", "a");
    }

    @Test
    void connectionListenersRunInOrderAndOneThatFailsHarmsNoOther() {
        scene.io().onConnection(socket -> scene.log("first"));
        scene.io().onConnection(socket -> {
            throw new IllegalStateException("boom");
        });
        Registration third = scene.io().onConnection(socket -> scene.log("third"));
        scene.connect();
        scene.awaitLog("first", "third");
        third.off();
        scene.connect();
        scene.awaitLog("first", "third", "first");
    }

    @Test
    @DisplayName("K05: connected only after the middlewares")
    void middlewareSeesASocketThatIsNotConnectedButMayJoinAndEmit() {
        scene.io().use(socket -> {
            scene.log("connected " + socket.connected());
            socket.join("early");
            socket.emit("welcome", 1);
            scene.io().to("early").emit("not yet");
        });
        Client client = scene.open().send("40");
        client.expect("42[\"welcome\",1]");
        client.entered("/");
        scene.awaitLog("connected false");
        scene.io().to("early").emit("now");
        client.expect("42[\"now\"]");
        assertThat(client.socket().rooms()).containsExactly(client.id("/"), "early");
    }

    @Test
    @DisplayName("N12: in order, as they are when the attempt begins")
    void middlewaresAreThoseOfTheBeginning() {
        CountDownLatch added = new CountDownLatch(1);
        Registration first = scene.io().use(socket -> {
            scene.log("first");
            added.await();
        });
        scene.io().use(socket -> scene.log("second"));
        Client client = scene.open().send("40");
        scene.awaitLog("first");
        scene.io().use(socket -> scene.log("third"));
        first.off();
        added.countDown();
        client.entered("/");
        scene.awaitLog("first", "second");
        scene.connect();
        scene.awaitLog("first", "second", "second", "third");
    }

    @Test
    @DisplayName("N13")
    void refusedClientGetsMessageAndDataAndMayTryAgain() {
        scene.io().use(socket -> {
            socket.join("room");
            if (!socket.handshake().auth().containsKey("token")) {
                throw new ConnectRefused("Not authorized", Map.of("code", 1));
            }
        });
        scene.io().use(socket -> scene.log("second"));
        scene.io().onConnection(socket -> scene.log("connection"));
        Client client = scene.open().send("40");
        client.expect("44{\"message\":\"Not authorized\",\"data\":{\"code\":1}}");
        assertThat(scene.io().main().roomNames()).as("its rooms vanish").isEmpty();
        assertThat(client.closed()).isFalse();
        assertThat(scene.log()).isEmpty();
        client.send("40{\"token\":1}");
        client.entered("/");
        scene.awaitLog("second", "connection");
    }

    @Test
    void refusalWithoutDataHasNone() {
        scene.io().use(socket -> {
            throw new ConnectRefused("no");
        });
        scene.open().send("40").expect("44{\"message\":\"no\"}");
    }

    @Test
    @DisplayName("sec: what a middleware did not write for the client stays here")
    void failureOfAMiddlewareRefusesWithAFixedMessage() {
        scene.io().use(socket -> {
            throw new java.io.IOException("SELECT secret");
        });
        scene.open().send("40").expect("44{\"message\":\"Connection refused\"}");
    }

    @Test
    void middlewareThatNeverReturnsIsInterruptedAndTheClientRefused() {
        CountDownLatch never = new CountDownLatch(1);
        scene.io().use(socket -> {
            scene.log("waits");
            try {
                never.await();
            } catch (InterruptedException e) {
                scene.log("interrupted");
                throw e;
            }
        });
        Client client = scene.open().send("40");
        scene.awaitLog("waits");
        scene.loop.advance(Duration.ofSeconds(9));
        client.expectNothing();
        scene.loop.advance(Duration.ofSeconds(1));
        client.expect("44{\"message\":\"Connection refused\"}");
        scene.awaitLog("waits", "interrupted");
        client.expectNothing();
        assertThat(scene.io().socketCount()).isZero();
    }

    @Test
    @DisplayName("N14")
    void resultForAClientThatIsGoneIsIgnored() {
        CountDownLatch gone = new CountDownLatch(1);
        scene.io().use(socket -> {
            socket.join("room");
            socket.onDisconnect((reason, description) -> scene.log("disconnect"));
            scene.willEnd();
            scene.log("asked");
            gone.await();
            scene.log("in " + socket.rooms());
            socket.join("late");
        });
        scene.io().onConnection(socket -> scene.log("connection"));
        Client client = scene.open().send("40");
        scene.awaitLog("asked");
        client.vanish();
        gone.countDown();
        scene.awaitThreads();
        assertThat(scene.io().main().roomNames()).isEmpty();
        scene.awaitLog("asked", "in []");
    }

    @Test
    @DisplayName("N14: a thread that hangs for a client that is gone ends too")
    void middlewareOfAClientThatIsGoneIsInterruptedInTime() {
        CountDownLatch never = new CountDownLatch(1);
        scene.io().use(socket -> {
            scene.log("waits");
            try {
                never.await();
            } catch (InterruptedException e) {
                scene.log("interrupted");
            }
        });
        Client client = scene.open().send("40");
        scene.awaitLog("waits");
        client.vanish();
        scene.loop.advance(Duration.ofSeconds(10));
        scene.awaitLog("waits", "interrupted");
    }

    @Test
    @DisplayName("design 7: two CONNECTs to one namespace during a slow middleware make one socket")
    void secondConnectDuringASlowMiddlewareEndsTheConnection() {
        CountDownLatch decided = new CountDownLatch(1);
        scene.io().use(socket -> decided.await());
        scene.io().onConnection(socket -> scene.log("connection"));
        Client client = scene.open().send("40", "40");
        client.awaitClosed();
        decided.countDown();
        assertThat(scene.io().socketCount()).isZero();
        assertThat(client.unread()).isEmpty();
        assertThat(scene.log()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42[\"x\"]", "430[]", "41", "44{}"})
    @DisplayName("P10, sec-K11: invalid state before the reply")
    void packetBeforeTheReplyEndsTheConnection(String packet) {
        CountDownLatch decided = new CountDownLatch(1);
        scene.io().use(socket -> decided.await());
        Client client = scene.open().sendTogether("40", packet);
        client.awaitClosed();
        decided.countDown();
    }

    @Test
    @DisplayName("N03: several namespaces on one connection, each with its own socket")
    void connectionCarriesSeveralNamespaces() {
        for (String name : List.of("/", "/a", "/b")) {
            scene.io().of(name).onConnection(socket -> socket.on("x", () -> scene.log(name)));
        }
        Client client = scene.connect().enter("/a").enter("/b");
        assertThat(List.of(client.id("/"), client.id("/a"), client.id("/b"))).doesNotHaveDuplicates();
        client.send("42/b,[\"x\"]", "42[\"x\"]");
        scene.await("both handled", () -> scene.log().size() == 2);
        assertThat(scene.log()).containsExactlyInAnyOrder("/b", "/");
        assertThat(scene.io().connectionCount()).isEqualTo(1);
        assertThat(scene.io().socketCount()).isEqualTo(3);
    }

    @Test
    @DisplayName("S07")
    void connectionWithoutNamespaceIsClosedInTime() {
        Client client = scene.open();
        scene.loop.advance(Duration.ofSeconds(19));
        client.send("3").send("40/unknown,").expect("44/unknown,{\"message\":\"Invalid namespace\"}");
        scene.loop.advance(Duration.ofSeconds(25));
        client.send("3");
        assertThat(client.closed()).as("a refusal does not stop the clock").isFalse();
        scene.loop.advance(Duration.ofSeconds(1));
        assertThat(client.closed()).isTrue();
    }

    @Test
    @DisplayName("S07: stopped for good by the first namespace")
    void connectionThatWasInANamespaceIsNotClosed() {
        Client client = scene.connect().send("41");
        for (int i = 0; i < 4; i++) {
            scene.loop.advance(Duration.ofSeconds(20));
            client.send("3");
        }
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName("S07: while a middleware decides, and a poll is not there to tell")
    void middlewareThatDecidesAfterTheConnectTimeoutLetsNobodyIn() {
        scene.with(options -> options.connectTimeout(Duration.ofSeconds(5)));
        CountDownLatch decided = new CountDownLatch(1);
        scene.io().use(socket -> {
            scene.willEnd();
            decided.await();
        });
        scene.io().onConnection(socket -> scene.log("connection"));
        Client client = scene.openPolling().send("40");
        scene.loop.advance(Duration.ofSeconds(5));
        decided.countDown();
        scene.awaitThreads();
        assertThat(scene.io().socketCount()).isZero();
        assertThat(scene.log()).isEmpty();
        client.awaitClosed();
    }

    @Test
    @DisplayName("sec-O11")
    void tooManyRefusalsEndTheConnection() {
        scene.with(options -> options.maxConnectAttempts(3));
        Client client = scene.open().send("40/x,", "40/x,");
        client.expect("44/x,{\"message\":\"Invalid namespace\"}", "44/x,{\"message\":\"Invalid namespace\"}");
        assertThat(client.closed()).isFalse();
        client.send("40/x,").expect("44/x,{\"message\":\"Invalid namespace\"}");
        client.awaitClosed();
    }

    @Test
    @DisplayName("sec-K13")
    void namespacesOfOneConnectionAreLimited() {
        scene.with(options -> options.maxNamespacesPerConnection(2));
        scene.io().of("/a");
        scene.io().of("/b");
        Client client = scene.connect().enter("/a").send("40/b,");
        client.expect("44/b,{\"message\":\"Too many namespaces\"}");
        client.send("41/a,").enter("/b");
    }

    @Test
    @DisplayName("sec-K13: attempts count too")
    void attemptsUnderWayCountAsNamespaces() {
        scene.with(options -> options.maxNamespacesPerConnection(2));
        CountDownLatch decided = new CountDownLatch(1);
        scene.io().of((name, auth) -> {
            decided.await();
            return true;
        });
        Client client = scene.open().send("40/a,", "40/b,", "40/c,");
        client.expect("44/c,{\"message\":\"Too many namespaces\"}");
        decided.countDown();
        assertThat(List.of(client.next().substring(0, 5), client.next().substring(0, 5)))
                .containsExactlyInAnyOrder("40/a,", "40/b,");
    }

    @Test
    void endOfTheConnectionWhileConnectedFreesEverything() {
        Client client = scene.connect();
        client.socket().join("r");
        client.fail(CloseReason.TRANSPORT_ERROR);
        assertThat(scene.io().socketCount()).isZero();
        assertThat(scene.io().main().roomNames()).isEmpty();
    }
}
