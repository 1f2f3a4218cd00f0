package dev.roost.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Socket;
import dev.roost.server.RecoverySettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connection state recovery over an adapter: rows 79 to 87 of spec adapter 13. */
abstract class RecoveryRules extends ClusterFixture {
    private static final Duration BRIEF = Duration.ofMillis(200);

    /** Whether a client may come back to another node than the one it was at; the formats of Node have no word for it. */
    boolean sessionsTravel() {
        return true;
    }

    /** Offsets, in JSON, that are of no log this client got anything of. */
    List<String> unknownOffsets() {
        return List.of("\"000000071\"", "\"0000000899\"");
    }

    /** What is no offset, in JSON. */
    List<String> malformedOffsets() {
        return List.of("\"\"", "\"0-0\"", "\"$\"", "1", "{}");
    }

    /** The node clients come back to, who were at the first. */
    private Node home() {
        return node(sessionsTravel() ? 1 : 0);
    }

    private void assumeSessionsTravel() {
        assumeTrue(
                sessionsTravel(),
                "in this mode a client comes back to the process it was at only: see docs/guarantees.md");
    }

    private ClusterClient comeBack(ClusterClient client, Node to) {
        return known(client.comeBack(to.port())).entered();
    }

    private static void assertSame(ClusterClient back, ClusterClient before) {
        assertThat(back.id()).isEqualTo(before.id());
        assertThat(back.pid()).isEqualTo(before.pid());
    }

    private static void assertNew(ClusterClient back, ClusterClient before) {
        assertThat(back.id()).isNotEqualTo(before.id());
        assertThat(back.pid()).isNotEqualTo(before.pid());
    }

    @Test
    @DisplayName(
            "R04, adapter-79: exactly the events that were for it, of this and of another node, in order, with offsets")
    void missedEventsAreThoseThatWereMeant() {
        Node far = node(2);
        ClusterClient witness = connect(node(0));
        ClusterClient client = connect(node(0));
        join(node(0), witness, "in");
        join(node(0), client, "in", "also");
        Socket before = node(0).socket(client);
        vanish(node(0), Namespace.MAIN, client);
        for (Node from : List.of(far, node(0))) {
            String name = from == far ? "far" : "near";
            from.io().emit(name, "all");
            from.io().to("in").emit(name, "member");
            from.io().to("elsewhere").emit(name, "no member");
            from.io().to("in", "also").emit(name, "both rooms, once");
            from.io().to("in").except("also").emit(name, "excepted");
            from.io().except(client.id()).emit(name, "excepted by id");
            from.io().of("/other").emit(name, "another namespace");
            from.io().asVolatile().emit(name, "volatile");
            from.io().timeout(PATIENCE).emitWithAckAsync(name, "with ack");
            from.io().to(client.id()).emit(name, "by id");
            witness.upTo(mark(from));
        }
        before.emit("near", "direct");
        ClusterClient back = comeBack(client, home());
        assertSame(back, client);
        List<String> missed = back.upTo(mark(home())).stream()
                .filter(event -> !event.startsWith("[\"mark\""))
                .toList();
        List<String> meant = List.of("all", "member", "both rooms, once", "by id");
        assertThat(missed)
                .containsExactlyElementsOf(Stream.concat(
                                Stream.concat(
                                        meant.stream().map(event -> "[\"far\",\"" + event + "\"]"),
                                        meant.stream().map(event -> "[\"near\",\"" + event + "\"]")),
                                Stream.of("[\"near\",\"direct\"]"))
                        .toList());
        assertThat(back.offset()).isNotEmpty();
        vanish(home(), Namespace.MAIN, back);
        ClusterClient again = comeBack(back, home());
        assertSame(again, client);
        assertThat(again.upTo(mark(home())))
                .as("what it got once, by its offset")
                .isEmpty();
    }

    @Test
    @DisplayName("adapter-80: rooms and data as they were, and live events again")
    void roomsAndDataAreRestored() {
        ClusterClient client = connect(node(0));
        join(node(0), client, "r1", "r2");
        node(0).socket(client).data().put("name", "ann");
        vanish(node(0), Namespace.MAIN, client);
        ClusterClient back = comeBack(client, home());
        assertSame(back, client);
        Socket after = home().socket(back);
        assertThat(after.recovered()).isTrue();
        assertThat(after.rooms()).isEqualTo(Set.of(client.id(), "r1", "r2"));
        assertThat(after.data()).containsEntry("name", "ann");
        awaitReached(home(), Namespace.MAIN, back, "r1");
        node(2).io().to("r1").emit("live");
        assertThat(back.upTo("[\"live\"]")).isEmpty();
        if (home() != node(0)) {
            assertThat(node(0).io().main().socket(client.id())).isEmpty();
        }
    }

    @Test
    @DisplayName("adapter-81: an unknown secret makes a new client at every node, and takes nothing from anybody")
    void unknownSecretsMakeANewClient() {
        ClusterClient client = connect(node(0));
        vanish(node(0), Namespace.MAIN, client);
        for (Node node : nodes()) {
            for (String pid : List.of("\"AAAAAAAAAAAAAAAAAAAA\"", "\"" + client.id() + "\"", "7", "{}")) {
                ClusterClient other =
                        known(client.comeBack(node.port(), pid, "")).entered();
                assertNew(other, client);
                assertThat(node.socket(other).recovered()).isFalse();
            }
        }
        assertSame(comeBack(client, home()), client);
    }

    @Test
    @DisplayName("adapter-82: an unknown offset means all since the CONNECT; a malformed one makes a new client")
    void unknownOffsetsAreFromTheConnectAndMalformedOnesAreRefused() {
        ClusterClient witness = connect(node(0));
        for (String offset : unknownOffsets()) {
            ClusterClient client = connect(node(0));
            vanish(node(0), Namespace.MAIN, client);
            node(2).io().to(client.id()).emit("missed");
            witness.upTo(mark(node(2)));
            ClusterClient back = known(client.comeBack(home().port(), "\"" + client.pid() + "\"", offset))
                    .entered();
            assertSame(back, client);
            back.upTo("[\"missed\"]");
        }
        for (String offset : malformedOffsets()) {
            ClusterClient client = connect(node(0));
            vanish(node(0), Namespace.MAIN, client);
            ClusterClient back = known(client.comeBack(home().port(), "\"" + client.pid() + "\"", offset))
                    .entered();
            assertNew(back, client);
            assertThat(back.upTo(mark(home()))).isEmpty();
        }
    }

    @Test
    @DisplayName("adapter-83: a session that is over is given to nobody, at no node")
    void expiredSessionsAreNew() {
        Node brief = guest(config -> config.set(RecoverySettings.RECOVERY_MAX_DISCONNECTION_DURATION, BRIEF));
        try {
            ClusterClient client = connect(brief);
            client.vanish();
            soon().until(() -> brief.io().socketCount() == 0);
            long gone = System.nanoTime();
            soon().until(() -> System.nanoTime() - gone > 5 * BRIEF.toNanos());
            assertNew(comeBack(client, sessionsTravel() ? node(0) : brief), client);
        } finally {
            brief.server().close();
            awaitNodes(3);
        }
    }

    @Test
    @DisplayName(
            "R03, adapter-84: id, rooms and data at another node, and on to a third; each one's events once, in order")
    void clientsComeBackToAnotherNode() {
        assumeSessionsTravel();
        ClusterClient client = connect(node(0));
        List<ClusterClient> witnesses = nodes().stream().map(this::connect).toList();
        join(node(0), client, "r");
        node(0).socket(client).data().put("name", "ann");
        vanish(node(0), Namespace.MAIN, client);
        for (Node from : nodes()) {
            from.io().to("r").emit("missed", nodes().indexOf(from), 1);
            from.io().to("r").emit("missed", nodes().indexOf(from), 2);
            String mark = mark(from);
            witnesses.forEach(witness -> witness.upTo(mark));
        }
        ClusterClient back = comeBack(client, node(1));
        assertSame(back, client);
        assertThat(missed(back.upTo(mark(node(1)))))
                .containsExactly(
                        "[\"missed\",0,1]",
                        "[\"missed\",0,2]",
                        "[\"missed\",1,1]",
                        "[\"missed\",1,2]",
                        "[\"missed\",2,1]",
                        "[\"missed\",2,2]");
        vanish(node(1), Namespace.MAIN, back);
        node(0).io().to("r").emit("missed", 0, 3);
        String mark = mark(node(0));
        witnesses.forEach(witness -> witness.upTo(mark));
        ClusterClient third = comeBack(back, node(2));
        assertSame(third, client);
        assertThat(missed(third.upTo(mark(node(2))))).containsExactly("[\"missed\",0,3]");
        Socket after = node(2).socket(third);
        assertThat(after.recovered()).isTrue();
        assertThat(after.rooms()).isEqualTo(Set.of(client.id(), "r"));
        assertThat(after.data()).containsEntry("name", "ann");
    }

    private static List<String> missed(List<String> events) {
        return events.stream().filter(event -> event.startsWith("[\"missed\"")).toList();
    }

    @Test
    @DisplayName("adapter-85, sec-S13: of two nodes that want one session at once one has it")
    void oneOfTwoNodesWins() {
        assumeSessionsTravel();
        ClusterClient client = connect(node(0));
        vanish(node(0), Namespace.MAIN, client);
        ClusterClient one = known(client.comeBack(node(1).port()));
        ClusterClient other = known(client.comeBack(node(2).port()));
        assertThat(List.of(one.entered().id(), other.entered().id()))
                .doesNotHaveDuplicates()
                .contains(client.id());
    }

    @Test
    @DisplayName("adapter-86: where recovery is off nobody has a secret, and the adapter is told of no session")
    void whereItIsOffNothingIsKeptOrAskedFor() {
        Node off = guest(config -> config.set(RecoverySettings.RECOVERY_ENABLED, false));
        try {
            ClusterClient client = connect(off);
            off.io().emit("e", "text");
            assertThat(client.upTo("[\"e\",\"text\"]")).isEmpty();
            assertThat(client.pid()).isEmpty();
            client.vanish();
            soon().until(() -> off.io().socketCount() == 0);
            ClusterClient back = client.comeBack(off.port(), "\"AAAAAAAAAAAAAAAAAAAA\"", "\"000000071\"")
                    .entered();
            assertThat(back.id()).isNotEqualTo(client.id());
            assertThat(back.pid()).isEmpty();
            assertThat(off.io().main().socket(back.id()).orElseThrow().recovered())
                    .isFalse();
            back.leave();
            soon().until(() -> off.io().connectionCount() == 0);
        } finally {
            off.server().close();
            awaitNodes(3);
        }
        assertThat(off.adapter().sessionCalls()).isZero();
    }

    @Test
    @DisplayName("adapter-87: what another node says while a client comes back arrives exactly once, in order")
    void eventsDuringTheReturnArriveOnce() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        guard.set(socket -> {
            if (socket.recovered()) {
                waits.countDown();
                go.await();
            }
        });
        ClusterClient client = connect(node(0), GUARDED);
        List<ClusterClient> witnesses = List.of(connect(node(0), GUARDED), connect(home(), GUARDED));
        join(node(0), GUARDED, client, "r");
        vanish(node(0), GUARDED, client);
        Node far = node(2);
        far.io().of(GUARDED).to("r").emit("missed");
        String before = mark(far, GUARDED);
        witnesses.forEach(witness -> witness.upTo(before));
        ClusterClient back = known(client.comeBack(home().port()));
        assertThat(waits.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        far.io().of(GUARDED).to("r").emit("during");
        String during = mark(far, GUARDED);
        witnesses.forEach(witness -> witness.upTo(during));
        go.countDown();
        assertSame(back.entered(), client);
        awaitReached(home(), GUARDED, back, "r");
        far.io().of(GUARDED).to("r").emit("after");
        assertThat(back.upTo(mark(far, GUARDED)))
                .containsExactly("[\"missed\"]", before, "[\"during\"]", during, "[\"after\"]");
    }
}
