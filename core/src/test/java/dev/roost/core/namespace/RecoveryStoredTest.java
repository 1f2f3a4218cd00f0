package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.tck.FaultyBus;
import dev.roost.adapter.tck.InMemoryBus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("R03, R04, R08: a client comes back although no node was left meanwhile (design 6)")
@Timeout(120)
class RecoveryStoredTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InMemoryBus.Network network = new InMemoryBus.Network();
    private final FaultyBus.Faults faults = new FaultyBus.Faults(1);
    private final List<RecoveringNode> started = new ArrayList<>();
    private final List<RecoveringNode> present = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(RecoveringNode::close);
    }

    private RecoveringNode node() {
        RecoveringNode node = new RecoveringNode(network, faults);
        started.add(node);
        present.add(node);
        await().atMost(PATIENCE).until(() -> present.stream().allMatch(each -> each.nodes() == present.size()));
        return node;
    }

    private void leave(RecoveringNode node) {
        present.remove(node);
        node.leave();
    }

    private static void say(RecoveringNode node, String stream, int number) {
        node.io.to("r").emit("e", stream, number);
    }

    private static void assertIsBack(Robot robot, RecoveringNode at) {
        robot.connect(at);
        assertThat(robot.recovered()).as("recovered").isTrue();
        assertThat(robot.violations(true)).isEmpty();
    }

    @Test
    void clientOfTheOnlyNodeGetsWhatItMissedFromTheNextOne() {
        RecoveringNode first = node();
        Robot away = new Robot("r").connect(first);
        Robot present = new Robot("r").connect(first);
        Socket before = first.io.main().socket(away.id()).orElseThrow();
        before.data().put("name", "x");
        say(first, "a", 1);
        away.await1("a", 1);
        away.drop();
        say(first, "a", 2);
        present.await1("a", 2);
        leave(first);
        RecoveringNode second = node();
        say(second, "b", 1);
        second.io.to("another").emit("e", "c", 1);
        for (Robot robot : List.of(away, present)) {
            robot.drop();
            String id = robot.id();
            assertIsBack(robot, second);
            assertThat(robot.id()).isEqualTo(id);
            robot.await1("b", 1);
            assertThat(robot.numbers("a")).containsExactly(1, 2);
            assertThat(robot.numbers("c")).isEmpty();
        }
        say(second, "b", 2);
        away.await1("b", 2);
        assertThat(away.violations(true)).isEmpty();
        Socket after = second.io.main().socket(away.id()).orElseThrow();
        assertThat(after.data()).containsEntry("name", "x");
        assertThat(after.rooms()).containsExactlyInAnyOrder(away.id(), "r");
        assertThat(network.store().size()).isZero();
    }

    @Test
    @DisplayName("sec-S13: two connections show one secret, at two nodes")
    void oneOfTwoGetsAStoredSession() {
        RecoveringNode first = node();
        Robot one = new Robot("r").connect(first);
        Robot twin = one.twin();
        leave(first);
        RecoveringNode second = node();
        RecoveringNode third = node();
        Thread other = Thread.startVirtualThread(() -> twin.connect(third));
        one.connect(second);
        await().atMost(PATIENCE).until(() -> !other.isAlive());
        assertThat(one.recovered()).isNotEqualTo(twin.recovered());
    }

    @Test
    @DisplayName("a node that came later has not heard everything since: it asks the one that has")
    void laterNodeAsksTheFirst() {
        RecoveringNode first = node();
        Robot robot = new Robot("r").connect(first);
        say(first, "a", 1);
        robot.await1("a", 1);
        leave(first);
        RecoveringNode second = node();
        say(second, "b", 1);
        RecoveringNode third = node();
        say(third, "c", 1);
        robot.drop();
        assertIsBack(robot, third);
        robot.await1("b", 1);
        robot.await1("c", 1);
    }

    @Test
    @DisplayName("two nodes that go at the same time: neither takes what the other has, the store does")
    void nodesThatGoTogetherStoreTheirSessions() throws InterruptedException {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot atFirst = new Robot("r").connect(first);
        Robot atSecond = new Robot("r").connect(second);
        say(first, "a", 1);
        atFirst.await1("a", 1);
        atSecond.await1("a", 1);
        List<Thread> leaving = List.of(
                Thread.startVirtualThread(() -> first.leave()), Thread.startVirtualThread(() -> second.leave()));
        for (Thread each : leaving) {
            each.join();
        }
        present.clear();
        RecoveringNode third = node();
        say(third, "b", 1);
        for (Robot robot : List.of(atFirst, atSecond)) {
            robot.drop();
            assertIsBack(robot, third);
            robot.await1("b", 1);
        }
    }

    @Test
    @DisplayName("sec-B17: what another node sent in between is in no log, so it cannot be said what was missed")
    void whatNobodyHeardIsNoRecovery() {
        RecoveringNode first = node();
        Robot robot = new Robot("r").connect(first);
        leave(first);
        RecoveringNode second = node();
        say(second, "b", 1);
        leave(second);
        RecoveringNode third = node();
        robot.drop();
        robot.connect(third);
        assertThat(robot.recovered()).isFalse();
    }

    @Test
    void nodeThatSaidNothingInBetweenDoesNotMatter() {
        RecoveringNode first = node();
        Robot robot = new Robot("r").connect(first);
        leave(first);
        // Not even a note is left of the first node's numbers, hence only a session without any is certain.
        leave(node());
        RecoveringNode third = node();
        robot.drop();
        assertIsBack(robot, third);
    }

    @Test
    @DisplayName("sec-B17: a node that ended without a word took the note, and is gone with what it heard")
    void crashInBetweenIsNoRecovery() {
        RecoveringNode first = node();
        Robot robot = new Robot("r").connect(first);
        leave(first);
        RecoveringNode second = node();
        say(second, "b", 1);
        present.remove(second);
        network.kill(second.id);
        RecoveringNode third = node();
        robot.drop();
        robot.connect(third);
        assertThat(robot.recovered()).isFalse();
    }

    @Test
    @DisplayName("sec-S13: who was sent away while its session was stored does not come back")
    void kickedClientIsNew() {
        RecoveringNode first = node();
        Robot kicked = new Robot("r").connect(first);
        Robot other = new Robot("s").connect(first);
        leave(first);
        RecoveringNode second = node();
        second.io.in("r").disconnectSockets(true);
        kicked.drop();
        kicked.connect(second);
        assertThat(kicked.recovered()).isFalse();
        other.drop();
        assertIsBack(other, second);
    }

    @Test
    @DisplayName("sec-B15: after a loss between nodes nobody knows what was missed")
    void lossAfterTheStartIsNoRecovery() {
        RecoveringNode first = node();
        Robot robot = new Robot("r").connect(first);
        leave(first);
        RecoveringNode second = node();
        say(second, "b", 1);
        second.io.recovery().gap(Optional.empty());
        robot.drop();
        robot.connect(second);
        assertThat(robot.recovered()).isFalse();
    }
}
