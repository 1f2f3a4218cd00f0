package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.tck.FaultyBus;
import dev.roost.adapter.tck.InMemoryBus;
import dev.roost.core.recovery.RecoveryState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("R03 to R08: a client comes back to another node than the one it was at (adapter 12)")
@Timeout(120)
class RecoveryClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InMemoryBus.Network network = new InMemoryBus.Network();
    private final FaultyBus.Faults faults = new FaultyBus.Faults(1);
    private final List<RecoveringNode> nodes = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> said = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        nodes.forEach(RecoveringNode::close);
    }

    private RecoveringNode node() {
        RecoveringNode node = new RecoveringNode(network, faults);
        nodes.add(node);
        await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(each -> each.nodes() == nodes.size()));
        return node;
    }

    /** Says the next event of a node's stream to everyone, and returns its number. */
    private int say(RecoveringNode node) {
        return say(node, "", node.io.broadcast());
    }

    /** Says the next event of a node's stream for one room. */
    private int say(RecoveringNode node, String room) {
        return say(node, room, node.io.to(room));
    }

    private int say(RecoveringNode node, String room, Broadcast to) {
        String stream = stream(node, room);
        int number = said.merge(stream, 1, Integer::sum);
        to.emit("e", stream, number);
        return number;
    }

    private static String stream(RecoveringNode node, String room) {
        return node.id + "/" + room;
    }

    /** Waits until every node has everything; each says something in vain. */
    private void settle(Robot... robots) {
        for (RecoveringNode node : nodes) {
            int number = say(node, "settled");
            for (Robot robot : robots) {
                robot.await1(stream(node, "settled"), number);
            }
        }
    }

    @Test
    @DisplayName("adapter-84, adapter-80: id, rooms, data; what was sent by any node meanwhile, in each one's order")
    void clientComesBackToAnotherNode() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        RecoveringNode third = node();
        Robot witness = new Robot("settled").connect(second);
        Robot robot = new Robot("r").connect(first);
        Socket before = first.io.main().socket(robot.id()).orElseThrow();
        before.data().put("name", "x");
        say(first);
        say(second, "r");
        robot.await1(stream(second, "r"), 1);
        robot.drop();
        for (RecoveringNode node : nodes) {
            say(node);
            say(node, "r");
            say(node, "another");
        }
        before.emit("e", "direct", 1);
        settle(witness);
        String id = robot.id();
        robot.connect(second);
        assertThat(robot.recovered()).isTrue();
        assertThat(robot.id()).isEqualTo(id);
        Socket after = second.io.main().socket(id).orElseThrow();
        assertThat(after.recovered()).isTrue();
        assertThat(after.data()).containsEntry("name", "x");
        assertThat(after.rooms()).containsExactlyInAnyOrder(id, "r");
        say(third, "r");
        say(third);
        before.emit("e", "direct", 2);
        robot.await1("direct", 2);
        robot.await1(stream(third, ""), 2);
        assertThat(robot.violations(true)).isEmpty();
        for (RecoveringNode node : nodes) {
            assertThat(robot.numbers(stream(node, "another"))).isEmpty();
            assertThat(robot.numbers(stream(node, "r"))).hasSize(said.get(stream(node, "r")));
        }
        assertThat(first.io.main().socketCount()).isZero();
        robot.drop();
        say(first, "r");
        robot.connect(first);
        assertThat(robot.recovered()).isTrue();
        robot.await1(stream(first, "r"), 2);
        assertThat(robot.violations(true)).isEmpty();
    }

    @Test
    @DisplayName("issue 4880 across nodes: the old connection is ended where it is")
    void halfOpenConnectionOfAnotherNodeIsReplaced() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot robot = new Robot("r").connect(first);
        // A socket that is not a second old is not replaced.
        long young = System.nanoTime();
        await().atMost(PATIENCE).until(() -> System.nanoTime() - young > 1_100_000_000L);
        robot.abandon();
        say(second, "r");
        robot.connect(second);
        assertThat(robot.recovered()).isTrue();
        robot.await1(stream(second, "r"), 1);
        assertThat(robot.numbers(stream(second, "r"))).containsExactly(1);
        await().atMost(PATIENCE).until(() -> first.io.socketCount() == 0);
    }

    @Test
    @DisplayName(
            "adapter-85, sec-S13: two nodes, one session; and who was sent away by another node does not come back")
    void oneNodeWinsAndKickedClientsAreNew() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        RecoveringNode third = node();
        Robot witness = new Robot("settled").connect(first);
        Robot kicked = new Robot("r").connect(first);
        kicked.drop();
        second.io.in(kicked.id()).disconnectSockets(true);
        settle(witness);
        kicked.connect(second);
        assertThat(kicked.recovered()).isFalse();
        Robot one = new Robot("r").connect(first);
        one.drop();
        Robot twin = one.twin();
        Thread other = Thread.startVirtualThread(() -> twin.connect(third));
        one.connect(second);
        await().atMost(PATIENCE).until(() -> !other.isAlive());
        assertThat(one.recovered()).isNotEqualTo(twin.recovered());
    }

    @Test
    @DisplayName("sec-B15: a loss between nodes: whose node lacks something is new, the others are not")
    void lossBetweenNodesIsNoRecovery() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot witness = new Robot("settled").connect(second);
        Robot atOwner = new Robot("r").connect(second);
        Robot atOther = new Robot("r").connect(first);
        settle(witness);
        atOwner.drop();
        atOther.drop();
        int lost = losesOne(first, second, witness);
        assertThat(witness.numbers(stream(first, "settled"))).doesNotContain(lost);
        // The second node lacks one, so it can give no session that was there before.
        atOwner.connect(first);
        assertThat(atOwner.recovered()).isFalse();
        // The first has everything, and the second has all that came after.
        atOther.connect(second);
        assertThat(atOther.recovered()).isTrue();
        say(first, "r");
        say(second, "r");
        atOther.drop();
        atOther.connect(first);
        assertThat(atOther.recovered()).isTrue();
        atOther.await1(stream(second, "r"), 1);
        assertThat(atOther.violations(true)).isEmpty();
    }

    /** Has an event of one node not reach another, and waits until that knows; returns its number. */
    private int losesOne(RecoveringNode from, RecoveringNode to, Robot atTheOther) {
        while (true) {
            faults.cut(from.id, to.id);
            int number = say(from, atTheOther.room);
            // It is on its way to everyone, or was.
            LockSupport.parkNanos(20_000_000);
            faults.heal();
            settle(atTheOther);
            if (!atTheOther.numbers(stream(from, atTheOther.room)).contains(number)) {
                return number;
            }
        }
    }

    @Test
    @DisplayName("a node that came later takes sessions too: it was told how far the others are")
    void newNodeTakesSessions() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot robot = new Robot("r").connect(first);
        say(first, "r");
        say(second, "r");
        robot.await1(stream(second, "r"), 1);
        robot.await1(stream(first, "r"), 1);
        RecoveringNode third = node();
        robot.drop();
        robot.connect(third);
        assertThat(robot.recovered()).isTrue();
        say(first, "r");
        say(third, "r");
        robot.await1(stream(first, "r"), 2);
        assertThat(robot.violations(true)).isEmpty();
    }

    @Test
    @DisplayName("a namespace of a pattern, which the other node never had")
    void eventsOfAnUnknownNamespaceAreKept() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot witness = new Robot("settled").connect(second);
        first.io.of("/d").emit("e", "x", 1);
        settle(witness);
        assertThat(second.io.namespaces()).hasSize(1);
        assertThat(second.io.recovery().findLog("/d")).isPresent();
    }

    @Test
    @DisplayName("a node that goes hands its sessions over: to clients that were away, and to those it sends away")
    void nodeThatGoesHandsItsSessionsOver() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        RecoveringNode third = node();
        Robot witness = new Robot("settled").connect(third);
        List<Robot> robots = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            robots.add(new Robot("r").connect(first));
        }
        say(first, "r");
        say(second, "r");
        robots.subList(0, 4).forEach(robot -> {
            robot.await1(stream(first, "r"), 1);
            robot.await1(stream(second, "r"), 1);
        });
        robots.get(0).drop();
        robots.get(1).abandon();
        say(first, "r");
        say(second, "r");
        robots.subList(2, 4).forEach(robot -> {
            robot.await1(stream(first, "r"), 2);
            robot.await1(stream(second, "r"), 2);
        });
        nodes.remove(first);
        first.leave();
        say(second, "r");
        say(third, "r");
        for (int i = 0; i < 5; i++) {
            Robot robot = robots.get(i);
            robot.drop();
            robot.connect(i % 2 == 0 ? second : third);
            assertThat(robot.recovered()).as("robot " + i).isTrue();
            robot.await1(stream(second, "r"), 3);
            robot.await1(stream(third, "r"), 1);
            assertThat(robot.violations(true)).isEmpty();
            assertThat(robot.numbers(stream(first, "r"))).containsExactly(1, 2);
            assertThat(robot.numbers(stream(second, "r"))).containsExactly(1, 2, 3);
        }
        first.close();
        settle(witness);
    }

    @Test
    @DisplayName("sessions that are handed over together wait together for what was sent before: one deadline for all")
    void sessionsHandedOverTogetherHaveOneDeadline() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        List<SessionHandover> handovers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // What the other has never said does not come.
            handovers.add(handover("never " + i, Map.of(second.id, 1_000_000L)));
        }
        handovers.add(handover("complete", Map.of()));
        long began = System.nanoTime();
        first.io.recovery().exchange().accept(handovers, Duration.ofMillis(500));
        // Each by itself would take 20 seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        assertThat(first.io.recovery().away()).extracting(RecoveryState::pid).containsExactly("complete");
    }

    private static SessionHandover handover(String pid, Map<NodeId, Long> known) {
        SavedSession session = new SavedSession(
                "/", pid, "id", Set.of("r"), Payload.of("{}".getBytes(StandardCharsets.UTF_8)), List.of(), known);
        return new SessionHandover(session, NodeId.random(), List.of(), -1, 0, 0, Duration.ofSeconds(60));
    }

    @Test
    @DisplayName("a session that was handed over is handed over again, and its client still remembers the first node")
    void sessionIsHandedOverTwice() {
        RecoveringNode first = node();
        RecoveringNode second = node();
        Robot robot = new Robot("r").connect(first);
        Robot silent = new Robot("r").connect(first);
        say(first, "r");
        say(second, "r");
        robot.await1(stream(second, "r"), 1);
        robot.await1(stream(first, "r"), 1);
        silent.abandon();
        nodes.remove(first);
        first.leave();
        say(second, "r");
        RecoveringNode third = node();
        say(second, "r");
        nodes.remove(second);
        second.leave();
        say(third, "r");
        for (Robot each : List.of(robot, silent)) {
            each.drop();
            each.connect(third);
            assertThat(each.recovered()).isTrue();
            each.await1(stream(third, "r"), 1);
            assertThat(each.violations(true)).isEmpty();
            assertThat(each.numbers(stream(second, "r"))).containsExactly(1, 2, 3);
        }
        first.close();
        second.close();
    }

    @Test
    @DisplayName("rolling restart: every node goes and another comes while all talk: never a hole, nothing twice")
    void rollingRestartLosesNothing() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            node();
        }
        AtomicBoolean talking = new AtomicBoolean(true);
        List<Thread> talkers = new ArrayList<>();
        nodes.forEach(node -> talkers.add(Thread.ofVirtual().start(() -> talk(node, talking))));
        List<Robot> robots = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            robots.add(new Robot("r" + i % 2).connect(nodes.get(i % 3)));
        }
        for (int i = 0; i < 3; i++) {
            RecoveringNode goes = nodes.getFirst();
            RecoveringNode comes = node();
            nodes.remove(goes);
            talkers.add(Thread.ofVirtual().start(() -> talk(comes, talking)));
            goes.leave();
            for (int robot = 0; robot < robots.size(); robot++) {
                if (robots.get(robot).isAt(goes)) {
                    robots.get(robot).drop();
                    robots.get(robot).connect(nodes.get(robot % nodes.size()));
                }
            }
            goes.close();
        }
        talking.set(false);
        for (Thread talker : talkers) {
            talker.join();
        }
        for (RecoveringNode node : nodes) {
            int number = say(node);
            robots.forEach(robot -> robot.await1(stream(node, ""), number));
        }
        for (Robot robot : robots) {
            assertThat(robot.violations(true)).isEmpty();
            assertThat(robot.starts()).as("fresh starts of " + robot).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("adapter-87: clients come and go everywhere while all nodes talk: never a hole, nothing twice")
    void neverAHoleNothingTwice(long seed) throws InterruptedException {
        FaultyBus.Faults noise = new FaultyBus.Faults(seed);
        for (int i = 0; i < 3; i++) {
            nodes.add(new RecoveringNode(network, noise));
        }
        await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(each -> each.nodes() == 3));
        noise.rates(0, 0.05, 0.05, 0);
        AtomicBoolean talking = new AtomicBoolean(true);
        List<Thread> talkers = nodes.stream()
                .map(node -> Thread.ofVirtual().start(() -> talk(node, talking)))
                .toList();
        List<Robot> robots = new ArrayList<>();
        List<Thread> movers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Robot robot = new Robot("r" + i % 2);
            robots.add(robot);
            Random random = new Random(31 * seed + i);
            movers.add(Thread.ofVirtual().start(() -> wander(robot, random)));
        }
        for (Thread mover : movers) {
            mover.join();
        }
        talking.set(false);
        for (Thread talker : talkers) {
            talker.join();
        }
        noise.heal();
        for (RecoveringNode node : nodes) {
            int number = say(node);
            robots.forEach(robot -> robot.await1(stream(node, ""), number));
        }
        for (Robot robot : robots) {
            assertThat(robot.violations(true)).isEmpty();
            assertThat(robot.recoveries()).as("recoveries of " + robot).isGreaterThan(10);
        }
    }

    private void talk(RecoveringNode node, AtomicBoolean talking) {
        while (talking.get() && !node.gone) {
            say(node);
            say(node, "r0");
            say(node, "r1");
            LockSupport.parkNanos(500_000);
        }
    }

    private void wander(Robot robot, Random random) {
        for (int i = 0; i < 25; i++) {
            robot.connect(nodes.get(random.nextInt(nodes.size())));
            LockSupport.parkNanos(random.nextInt(10_000_000));
            robot.drop();
            LockSupport.parkNanos(random.nextInt(5_000_000));
        }
        robot.connect(nodes.get(random.nextInt(nodes.size())));
    }
}
