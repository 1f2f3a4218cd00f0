package dev.roost.core.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("X08, R02 to R05: a client comes back by a log that all nodes read")
class SharedRecoveryTest {
    private static final String PID = "abcdefghijklmnopqrst";

    @RegisterExtension
    final Scene scene = new Scene();

    private FakeSharedLog log;

    @BeforeEach
    void readTheLog() {
        scene.with(options -> options.connectionStateRecovery(ConnectionStateRecovery.defaults())
                .maxRoomsPerSocket(3));
        log = FakeSharedLog.readBy(scene.io());
        log.other(Selection.ALL, "[\"before\"]");
    }

    @Test
    void whatIsRememberedIsTheIdOfTheEntry() {
        Client client = scene.connect();
        client.socket().emit("one", 1);
        scene.io().emit("two");
        log.other(Selection.ALL, "[\"three\"]");
        client.expect("42[\"one\",1,\"002\"]", "42[\"two\",\"003\"]", "42[\"three\",\"004\"]");
    }

    @Test
    void whatIsInNoEntryRepeatsTheIdBeforeIt() {
        Client client = scene.connect();
        scene.io().asVolatile().emit("a");
        client.socket().asVolatile().emit("b");
        scene.io().local().emit("c");
        scene.io().local().emit("d");
        log.other(new Selection(Set.of(), Set.of(), new Selection.Flags(true, true, false)), "[\"e\"]");
        client.expect(
                "42[\"a\",\"001\"]",
                "42[\"b\",\"001\"]",
                "42[\"c\",\"001\"]",
                "42[\"d\",\"001\"]",
                "42[\"e\",\"002\"]");
    }

    @Test
    void eventsComeInTheOrderOfTheLog() {
        Client client = scene.connect();
        log.beforeAppend(() -> log.other(Selection.ALL, "[\"other\"]"));
        scene.io().emit("mine");
        client.expect("42[\"other\",\"002\"]", "42[\"mine\",\"003\"]").expectNothing();
    }

    @Test
    void whatWasMissedComesWithItsIdsBeforeTheReply() {
        Client client = scene.connect();
        client.socket().join("r");
        client.socket().data().put("name", "ann");
        scene.io().emit("got");
        client.expect("42[\"got\",\"002\"]");
        leave(client);
        log.other(Selection.ALL, "[\"missed\",1]");
        scene.io().to("elsewhere").emit("missed", 2);
        scene.io().to("r").emit("missed", 3);
        Client back = client.comeBack("/").expect("42[\"missed\",1,\"003\"]", "42[\"missed\",3,\"005\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        assertThat(back.pid("/")).isEqualTo(client.pid("/"));
        assertThat(back.socket().recovered()).isTrue();
        assertThat(back.socket().rooms()).isEqualTo(Set.of(client.id("/"), "r"));
        assertThat(back.socket().data()).isEqualTo(Map.of("name", "ann"));
        scene.io().local().to("r").emit("live");
        back.expect("42[\"live\",\"005\"]").expectNothing();
    }

    @Test
    void whoGotNothingMissedAllSinceItConnected() {
        Client client = scene.connect();
        leave(client);
        scene.io().emit("missed");
        Client back = client.comeBack("/").expect("42[\"missed\",\"002\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("adapter-87: what is read while the log is read for a client comes once")
    void whatIsReadMeanwhileComesOnce() {
        Client client = scene.connect();
        leave(client);
        scene.io().emit("missed");
        log.onRead(() -> log.other(Selection.ALL, "[\"meanwhile\"]"));
        Client back = client.comeBack("/").expect("42[\"missed\",\"002\"]", "42[\"meanwhile\",\"003\"]");
        back.entered("/");
        scene.io().emit("live");
        back.expect("42[\"live\",\"004\"]").expectNothing();
    }

    @Test
    @DisplayName("adapter-87: what is read while middlewares run comes once, in order")
    void whatIsReadWhileMiddlewaresRunComesOnce() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                socket.emit("hello");
                scene.log("checking");
                go.await();
            }
        });
        Client client = scene.connect();
        leave(client);
        scene.io().emit("missed");
        Client back = client.comeBack("/");
        scene.awaitLog("checking");
        log.other(Selection.ALL, "[\"meanwhile\"]");
        go.countDown();
        back.expect("42[\"missed\",\"002\"]", "42[\"hello\",\"003\"]", "42[\"meanwhile\",\"004\"]");
        back.entered("/");
        back.expectNothing();
    }

    @Test
    void whoIsLostWhileMiddlewaresRunComesBackAgain() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().use(socket -> {
            if (socket.recovered()) {
                scene.log("checking");
                go.await();
            }
        });
        Client client = scene.connect();
        client.socket().join("r");
        leave(client);
        Client second = client.comeBack("/");
        scene.awaitLog("checking");
        second.vanish();
        go.countDown();
        scene.await("the session is kept", () -> log.kept(client.pid("/")).isPresent());
        scene.io().to("r").emit("missed");
        Client third = client.comeBack("/").expect("42[\"missed\",\"002\"]");
        assertThat(third.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    void aConnectionThatIsLeftBehindIsEnded() {
        Client client = scene.connect();
        scene.loop.advance(Duration.ofSeconds(1));
        scene.io().emit("never read");
        Client back = client.comeBack("/").expect("42[\"never read\",\"002\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        assertThat(client.closed()).isTrue();
    }

    @Test
    void whatTheLogDoesNotTakeIsDeliveredAndNobodyWhoIsHereComesBack() {
        Client client = scene.connect();
        log.takesEvents(false);
        scene.io().emit("lost", 1);
        client.expect("42[\"lost\",1,\"001\"]");
        log.takesEvents(true);
        Client later = scene.connect();
        scene.io().emit("kept");
        client.expect("42[\"kept\",\"002\"]");
        later.expect("42[\"kept\",\"002\"]");
        client.vanish();
        leave(later);
        Client back = client.comeBack("/");
        assertThat(back.entered("/")).isNotEqualTo(client.id("/"));
        assertThat(later.comeBack("/").entered("/")).isEqualTo(later.id("/"));
    }

    @Test
    void whatIsLostWhileAClientComesBackMakesItANewOne() {
        Client client = scene.connect();
        leave(client);
        log.onRead(() -> scene.io().localNode().gap(Optional.empty()));
        Client back = client.comeBack("/");
        back.awaitClosed();
        Client again = client.comeBack("/");
        assertThat(again.entered("/")).isNotEqualTo(client.id("/"));
    }

    @Test
    void whoIsSentAwayIsNotKept() {
        Client client = scene.connect();
        client.socket().disconnect();
        client.expect("41");
        Client other = scene.connect();
        Socket gone = other.socket();
        leave(other);
        gone.disconnect();
        scene.loop.run();
        scene.await("the session is gone", () -> log.kept(other.pid("/")).isEmpty());
        assertThat(log.kept(client.pid("/"))).isEmpty();
    }

    static Stream<LoggedSession> sessionsOfNoUse() {
        Payload none = Payload.of("{}".getBytes(UTF_8));
        return Stream.of(
                session("", Set.of(), none),
                session("x".repeat(65), Set.of(), none),
                session("sid", Set.of("1", "2", "3", "4"), none),
                session("sid", Set.of("x".repeat(100_000)), none),
                session("sid", Set.of(), Payload.of("[1]".getBytes(UTF_8))),
                session("sid", Set.of(), Payload.of("{".getBytes(UTF_8))),
                session("sid", Set.of(), Payload.of(new byte[2 << 20])),
                new LoggedSession("/other", PID, "sid", Set.of(), none, Optional.empty()));
    }

    private static LoggedSession session(String id, Set<String> rooms, Payload data) {
        return new LoggedSession("/", PID, id, rooms, data, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("sessionsOfNoUse")
    @DisplayName("a session that was stored by somebody else keeps to this node's limits, or is none")
    void whatSomebodyElseStoredIsChecked(LoggedSession stored) {
        log.keep(stored, Duration.ofMinutes(1));
        Client client = scene.open().send("40{\"pid\":\"" + PID + "\",\"offset\":\"001\"}");
        assertThat(client.entered("/")).isNotEqualTo(stored.socketId());
        assertThat(client.socket().recovered()).isFalse();
    }

    @Test
    void whatSomebodyElseStoredIsTakenOnce() {
        Client present = scene.connect();
        log.keep(session("sid", Set.of("r"), Payload.of("{\"a\":1}".getBytes(UTF_8))), Duration.ofMinutes(1));
        scene.io().to("r").emit("missed");
        Client back = scene.open()
                .send("40{\"pid\":\"" + PID + "\",\"offset\":\"001\"}")
                .expect("42[\"missed\",\"002\"]");
        assertThat(back.entered("/")).isEqualTo("sid");
        assertThat(back.socket().data()).isEqualTo(Map.of("a", 1));
        log.keep(session(present.id("/"), Set.of(), Payload.of("{}".getBytes(UTF_8))), Duration.ofMinutes(1));
        Client thief = scene.open().send("40{\"pid\":\"" + PID + "\",\"offset\":\"001\"}");
        assertThat(thief.entered("/")).isNotEqualTo(present.id("/"));
    }

    /** Its connection breaks, and its session is where all nodes find it. */
    private void leave(Client client) {
        client.vanish();
        scene.await("the session is kept", () -> log.kept(client.pid("/")).isPresent());
    }
}
