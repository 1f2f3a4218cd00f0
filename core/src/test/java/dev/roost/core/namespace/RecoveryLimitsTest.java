package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("R01, R08: whatever cannot be proven complete is a fresh session; what is kept is bounded")
class RecoveryLimitsTest {
    private static final ConnectionStateRecovery DEFAULTS = ConnectionStateRecovery.defaults();

    @RegisterExtension
    final Scene scene = new Scene();

    private void recovery(ConnectionStateRecovery settings) {
        scene.with(options -> options.connectionStateRecovery(settings));
    }

    /** Clients remember what they were sent by the events they got. */
    private void assertReturns(boolean recovered, Client client) {
        Client back = client.comeBack("/");
        String packet = back.next();
        while (packet.startsWith("42")) {
            packet = back.next();
        }
        assertThat(packet.contains(client.id("/"))).as(packet).isEqualTo(recovered);
    }

    @Test
    @DisplayName("adapter-86: off unless asked for: no secret, no offset, no session")
    void nothingHappensWhenItIsOff() {
        Client client = scene.connect();
        scene.io().emit("e", "text");
        client.expect("42[\"e\",\"text\"]");
        assertThat(client.pid("/")).isEmpty();
        assertThat(client.socket().recovered()).isFalse();
        client.vanish();
        Client back = scene.open().send("40{\"pid\":\"AAAAAAAAAAAAAAAAAAAA\",\"offset\":\"000000071\"}");
        assertThat(back.entered("/")).isNotEqualTo(client.id("/"));
        assertThat(back.pid("/")).isEmpty();
    }

    @Test
    @DisplayName("issue 5282: a quiet client comes back, however much others were told since it heard anything")
    void quietClientComesBack() {
        recovery(DEFAULTS.withLimits(10, 1 << 20, 3, 1 << 16));
        Client other = scene.connect();
        Client client = scene.connect();
        client.socket().emit("first");
        client.expect("42[\"first\",\"000000071\"]");
        for (int i = 0; i < 10; i++) {
            other.socket().emit("for another");
        }
        client.vanish();
        other.socket().emit("for another");
        assertReturns(true, client);
    }

    @Test
    @DisplayName("an event the client was sent and did not get counts against it, although it is quiet since")
    void lostEventThatIsForgottenIsNoRecovery() {
        recovery(DEFAULTS.withLimits(10, 1 << 20, 3, 1 << 16));
        Client other = scene.connect();
        Client client = scene.connect();
        client.socket().emit("never read");
        for (int i = 0; i < 3; i++) {
            other.socket().emit("for another");
        }
        client.vanish();
        assertReturns(false, client);
    }

    @Test
    @DisplayName("limit by number: the last three are there, a fourth is not, so the client is new")
    void eventsBeyondTheNumberAreNoRecovery() {
        recovery(DEFAULTS.withLimits(10, 1 << 20, 3, 1 << 16));
        for (int missed : new int[] {3, 4}) {
            Client client = scene.connect();
            client.vanish();
            for (int i = 0; i < missed; i++) {
                scene.io().emit("missed");
            }
            assertReturns(missed == 3, client);
        }
    }

    @Test
    @DisplayName("limit by bytes: the oldest go first, of the namespace that has most")
    void eventsBeyondTheBytesAreNoRecovery() {
        recovery(DEFAULTS.withLimits(10, 20_000, 1_000, 1 << 12));
        scene.io().of("/quiet");
        Client quiet = scene.connect("/quiet");
        Client client = scene.connect();
        client.vanish();
        quiet.vanish();
        scene.io().of("/quiet").emit("missed");
        for (int i = 0; i < 20; i++) {
            scene.io().emit("missed", "x".repeat(1_000));
        }
        assertReturns(false, client);
        Client back = quiet.comeBack("/quiet").expect("42/quiet,[\"missed\",\"000000071\"]");
        assertThat(back.entered("/quiet")).isEqualTo(quiet.id("/quiet"));
    }

    @Test
    @DisplayName("limit by time: an event is kept as long as a session, then its payload goes")
    void eventsAreForgottenInTime() {
        recovery(DEFAULTS.withMaxDisconnectionDuration(Duration.ofSeconds(10)));
        Client client = scene.connect();
        client.socket().emit("never read");
        scene.loop.advance(Duration.ofSeconds(13));
        client.vanish();
        assertReturns(false, client);
        Client reader = scene.connect();
        reader.socket().emit("read");
        reader.next();
        scene.loop.advance(Duration.ofSeconds(13));
        reader.vanish();
        scene.io().emit("missed");
        assertReturns(true, reader);
    }

    @Test
    @DisplayName("more than the outbox takes: a fresh session, not the first part of what was missed")
    void moreThanTheOutboxTakesIsNoRecovery() {
        recovery(DEFAULTS);
        scene.withEngine(engine -> engine.outboxMaxBytes(10_000));
        for (int missed : new int[] {9, 10}) {
            Client client = scene.connect();
            client.vanish();
            for (int i = 0; i < missed; i++) {
                scene.io().emit("missed", "x".repeat(1_000));
            }
            assertReturns(missed == 9, client);
        }
    }

    @Test
    @DisplayName("sec-B15: a gap between nodes: who was there before is not recovered, who came later is")
    void gapIsNoRecovery() {
        recovery(DEFAULTS);
        Client before = scene.connect();
        Client away = scene.connect();
        away.vanish();
        scene.io().localNode().gap(Optional.empty());
        Client after = scene.connect();
        before.vanish();
        after.vanish();
        scene.io().emit("missed");
        assertReturns(false, before);
        assertReturns(false, away);
        assertReturns(true, after);
    }

    @Test
    @DisplayName("sec 1: the oldest session goes when there are too many")
    void oldestSessionMakesRoom() {
        recovery(DEFAULTS.withLimits(2, 1 << 20, 10, 1 << 16));
        Client first = scene.connect();
        Client second = scene.connect();
        Client third = scene.connect();
        first.vanish();
        second.vanish();
        third.vanish();
        assertReturns(false, first);
        assertReturns(true, second);
        assertReturns(true, third);
    }

    @Test
    @DisplayName("sec-S16: a session with too much data is not kept; data is weighed as JSON")
    void largeSessionIsNotKept() {
        recovery(DEFAULTS.withLimits(10, 1 << 20, 10, 2_000));
        Client large = scene.connect();
        Client strange = scene.connect();
        Client small = scene.connect();
        large.socket().data().put("k", "x".repeat(2_000));
        strange.socket().data().put("k", new Object() {
            @SuppressWarnings("unused") // read as JSON
            public String getValue() {
                throw new IllegalStateException("cannot be written");
            }
        });
        small.socket().data().put("k", "x");
        for (Client client : new Client[] {large, strange, small}) {
            client.socket().onDisconnect((reason, description) -> scene.log("out"));
        }
        large.vanish();
        strange.vanish();
        small.vanish();
        scene.awaitLog("out", "out", "out");
        assertReturns(false, large);
        assertReturns(false, strange);
        assertReturns(true, small);
    }

    @Test
    @DisplayName("a namespace of a pattern goes with its last client, which comes back all the same")
    void dynamicNamespaceIsComeBackTo() {
        recovery(DEFAULTS);
        scene.io().of((name, auth) -> name.startsWith("/d"));
        Client client = scene.connect("/d1");
        client.vanish();
        scene.await("the namespace is gone", () -> scene.io().namespaces().size() == 1);
        Client back = client.comeBack("/d1");
        assertThat(back.entered("/d1")).isEqualTo(client.id("/d1"));
        scene.io().of("/d1").emit("e");
        back.expect("42/d1,[\"e\",\"000000071\"]");
        back.vanish();
        scene.await("the namespace is gone", () -> scene.io().namespaces().size() == 1);
        scene.loop.advance(Duration.ofMinutes(5));
        Client later = scene.connect("/d1");
        scene.io().of("/d1").emit("e");
        later.expect("42/d1,[\"e\",\"000000072\"]");
    }

    @Test
    @DisplayName("P05: clients of protocol 4 get no secret and no offset, be it in the same broadcast")
    void oldClientsAreUnharmed() {
        recovery(DEFAULTS);
        scene.withEngine(engine -> engine.allowRevision3(true));
        Client old = scene.openRevision3().expect("40");
        Client client = scene.connect();
        scene.io().emit("all", "text");
        scene.io().asVolatile().emit("volatile");
        old.expect("42[\"all\",\"text\"]", "42[\"volatile\"]");
        client.expect("42[\"all\",\"text\",\"000000071\"]", "42[\"volatile\",\"000000071\"]");
        Socket socket = scene.io().main().sockets().stream()
                .filter(each -> !each.id().equals(client.id("/")))
                .findFirst()
                .orElseThrow();
        socket.emit("one", "text");
        old.expect("42[\"one\",\"text\"]");
        assertThat(socket.rooms()).isEqualTo(Set.of(socket.id()));
    }
}
