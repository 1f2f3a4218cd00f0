package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("R03 to R06: what happens while a client comes back")
class RecoveryRaceTest {
    private static final ConnectionStateRecovery DEFAULTS = ConnectionStateRecovery.defaults();

    @RegisterExtension
    final Scene scene = new Scene();

    private void recovery(ConnectionStateRecovery settings) {
        scene.with(options -> options.connectionStateRecovery(settings));
    }

    @Test
    @DisplayName("issue 4880: the connection a client left behind without a word is ended, and its session taken")
    void halfOpenConnectionIsReplaced() {
        recovery(DEFAULTS);
        Client client = scene.connect();
        client.socket().join("r");
        client.socket().onDisconnect((reason, description) -> scene.log("out " + reason));
        scene.loop.advance(Duration.ofSeconds(1));
        scene.io().to("r").emit("never read");
        Client back = client.comeBack("/").expect("42[\"never read\",\"000000071\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        assertThat(client.closed()).isTrue();
        scene.awaitLog("out forced close");
        assertThat(back.socket().rooms()).isEqualTo(Set.of(client.id("/"), "r"));
        assertThat(scene.io().socketCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("sec-S13, adapter-85: of two connections that show one secret at once one has the session")
    void oneOfTwoWins() {
        recovery(DEFAULTS);
        Client client = scene.connect();
        client.vanish();
        Client first = client.comeBack("/");
        Client second = client.comeBack("/");
        Set<String> ids = Set.of(first.entered("/"), second.entered("/"));
        assertThat(ids).hasSize(2).contains(client.id("/"));
        assertThat(Stream.of(first, second).filter(Client::closed)).isEmpty();
    }

    @Test
    @DisplayName("sec-S13: who shows the secret of a socket that is not a second old is new")
    void youngSocketIsNotReplaced() {
        recovery(DEFAULTS);
        Client client = scene.connect();
        scene.loop.advance(Duration.ofMillis(999));
        Client second = client.comeBack("/");
        assertThat(second.entered("/")).isNotEqualTo(client.id("/"));
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName("R06, sec-S14: middlewares run again, see who comes back, and may refuse")
    void middlewaresRunAgain() {
        recovery(DEFAULTS);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                scene.log(socket.rooms() + " " + socket.data());
                socket.leave("left");
                socket.join("joined");
                throw new ConnectRefused("not you");
            }
        });
        Client client = scene.connect();
        client.socket().join("left");
        client.socket().data().put("k", "v");
        client.vanish();
        Client thief = client.comeBack("/").expect("44{\"message\":\"not you\"}");
        scene.awaitLog("[left] {k=v}");
        assertThat(scene.io().main().roomNames()).isEmpty();
        thief.vanish();
        assertThat(client.comeBack("/").entered("/")).isNotEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("R06: unless they are to be skipped, for clients that come back only")
    void middlewaresAreSkippedIfToldSo() {
        recovery(DEFAULTS.withSkipMiddlewares(true));
        scene.io().use(socket -> scene.log("asked"));
        Client client = scene.connect();
        client.vanish();
        assertThat(client.comeBack("/").entered("/")).isEqualTo(client.id("/"));
        scene.connect();
        scene.awaitLog("asked", "asked");
    }

    @Test
    @DisplayName(
            "adapter-87: what is sent while the middlewares of a client that comes back run arrives once, in order")
    void eventsDuringTheReturnArriveOnce() {
        recovery(DEFAULTS);
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                socket.join("new");
                socket.emit("of the middleware");
                socket.asVolatile().emit("dropped");
                scene.log("waits");
                go.await();
            }
        });
        Client client = scene.connect();
        client.socket().join("r");
        client.vanish();
        scene.io().to("r").emit("missed");
        Client back = client.comeBack("/");
        scene.awaitLog("waits");
        scene.io().to("r").emit("during");
        scene.io().to("new").emit("during too");
        go.countDown();
        back.expect(
                "42[\"missed\",\"000000071\"]",
                "42[\"of the middleware\",\"000000072\"]",
                "42[\"during\",\"000000073\"]",
                "42[\"during too\",\"000000074\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        scene.io().to("new").emit("live");
        back.expect("42[\"live\",\"000000075\"]").expectNothing();
    }

    @Test
    @DisplayName("a client that is lost again before it is back comes back later")
    void clientLostWhileItComesBackComesBack() {
        recovery(DEFAULTS);
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                scene.log("asked");
                go.await();
            }
        });
        Client client = scene.connect();
        client.socket().join("r");
        client.vanish();
        scene.io().to("r").emit("missed", 1);
        Client tried = client.comeBack("/");
        scene.awaitLog("asked");
        tried.vanish();
        scene.io().to("r").emit("missed", 2);
        go.countDown();
        Client back = client.comeBack("/");
        back.expect("42[\"missed\",1,\"000000071\"]", "42[\"missed\",2,\"000000072\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        scene.awaitLog("asked", "asked");
    }

    @Test
    @DisplayName("who wants a session that is on its way to a client waits what becomes of it, and may have it then")
    void nextAttemptWaitsForTheOneBefore() {
        recovery(DEFAULTS);
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                scene.log("asked");
                go.await();
            }
        });
        Client client = scene.connect();
        scene.loop.advance(Duration.ofSeconds(1));
        // The end of the connection it left behind is not the end of this attempt.
        Client tried = client.comeBack("/");
        scene.awaitLog("asked");
        Client back = client.comeBack("/");
        // Had it not waited it would be let in as a new one by now, or soon.
        LockSupport.parkNanos(20_000_000);
        back.expectNothing();
        tried.vanish();
        go.countDown();
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        scene.awaitLog("asked", "asked");
    }

    @Test
    @DisplayName("no hole: if the log forgets while the middlewares run, the connection ends and the next one is new")
    void forgottenMeanwhileEndsTheConnection() {
        recovery(DEFAULTS.withLimits(10, 1 << 20, 3, 1 << 16));
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                scene.log("asked");
                go.await();
            }
        });
        Client client = scene.connect();
        client.vanish();
        Client tried = client.comeBack("/");
        scene.awaitLog("asked");
        for (int i = 0; i < 5; i++) {
            scene.io().emit("missed");
        }
        go.countDown();
        tried.awaitClosed();
        assertThat(tried.unread()).isEmpty();
        assertThat(client.comeBack("/").entered("/")).isNotEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("a client that comes back twice: nothing twice, nothing lost")
    void secondReturnGoesOnWhereTheFirstEnded() {
        recovery(DEFAULTS);
        Client client = scene.connect();
        client.vanish();
        scene.io().emit("e", 1);
        scene.io().emit("e", 2);
        Client back = client.comeBack("/").expect("42[\"e\",1,\"000000071\"]");
        // It read one of the two, and not even the reply.
        back.vanish();
        scene.io().emit("e", 3);
        Client again = client.comeBack("/", "\"" + back.offset("/") + "\"");
        again.expect("42[\"e\",2,\"000000072\"]", "42[\"e\",3,\"000000073\"]");
        assertThat(again.entered("/")).isEqualTo(client.id("/"));
        again.vanish();
        Client last = client.comeBack("/", "\"" + again.offset("/") + "\"");
        assertThat(last.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("who was sent away while it was gone does not come back to its socket")
    void sentAwayClientIsNew() {
        recovery(DEFAULTS);
        Client kicked = scene.connect();
        Client byRoom = scene.connect();
        Client byHandle = scene.connect();
        Client stays = scene.connect();
        byRoom.socket().join("r");
        stays.socket().join("r", "x");
        Socket handle = byHandle.socket();
        for (Client client : new Client[] {kicked, byRoom, byHandle, stays}) {
            client.vanish();
        }
        scene.io().in(kicked.id("/")).disconnectSockets(true);
        scene.io().in("r").except("x").disconnectSockets(false);
        handle.disconnect(true);
        scene.loop.run();
        assertThat(kicked.comeBack("/").entered("/")).isNotEqualTo(kicked.id("/"));
        assertThat(byRoom.comeBack("/").entered("/")).isNotEqualTo(byRoom.id("/"));
        assertThat(byHandle.comeBack("/").entered("/")).isNotEqualTo(byHandle.id("/"));
        assertThat(stays.comeBack("/").entered("/")).isEqualTo(stays.id("/"));
    }

    @Test
    @DisplayName("the object of a socket that is gone still means its client, away or back")
    void oldObjectReachesTheClient() {
        recovery(DEFAULTS);
        Client client = scene.connect();
        Socket before = client.socket();
        client.vanish();
        before.emit("while away");
        Client back = client.comeBack("/").expect("42[\"while away\",\"000000071\"]");
        back.entered("/");
        before.emit("when back");
        back.expect("42[\"when back\",\"000000072\"]").send("41");
        before.emit("too late");
        Client other = scene.connect();
        scene.io().emit("e");
        other.expect("42[\"e\",\"000000073\"]");
    }

    @Test
    @DisplayName("two namespaces of one connection come back one by one")
    void eachNamespaceComesBack() {
        recovery(DEFAULTS);
        scene.io().of("/a");
        Client client = scene.connect().enter("/a");
        client.vanish();
        scene.io().of("/a").emit("missed");
        Client back = client.comeBack("/");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        back.send("40/a,{\"pid\":\"" + client.pid("/a") + "\"}").expect("42/a,[\"missed\",\"000000071\"]");
        assertThat(back.entered("/a")).isEqualTo(client.id("/a"));
    }
}
