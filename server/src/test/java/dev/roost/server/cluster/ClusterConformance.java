package dev.roost.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.namespace.Broadcast;
import dev.roost.core.namespace.RemoteSocket;
import dev.roost.core.namespace.Replies;
import dev.roost.core.namespace.Socket;
import dev.roost.core.packet.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What three servers owe their clients whatever is between them: rows 1 to 16, 37, 43, 56 of spec adapter 13, and by
 * inheritance 79 to 87. All other rows are those of the kit's contracts, which need no rooms and sockets.
 *
 * <p>One client is at each node. An event of a node is followed by a mark of the same node, so that what did not come
 * before the mark does not come at all.
 */
abstract class ClusterConformance extends RecoveryRules {
    private final List<ClusterClient> three = new ArrayList<>();

    @BeforeEach
    void connectOneToEach() {
        three.clear();
        nodes().forEach(node -> three.add(connect(node)));
    }

    private ClusterClient client(int index) {
        return three.get(index);
    }

    private void joinAt(int index, String... rooms) {
        join(node(index), client(index), rooms);
    }

    private Socket socket(int index) {
        return node(index).socket(client(index));
    }

    /** Every node's events reach these and nobody else. */
    private void expectReached(Set<Integer> meant, Function<Node, Broadcast> to) {
        List<ClusterClient> reached = meant.stream().map(this::client).toList();
        for (Node from : nodes()) {
            to.apply(from).emit("e", 1);
            expectOnly(from, "[\"e\",1]", reached, three);
        }
    }

    /** Every node sees these in a room, once their joins have arrived. */
    private void awaitMembers(String room, Set<Integer> members) {
        List<String> ids =
                members.stream().map(this::client).map(ClusterClient::id).toList();
        for (Node from : nodes()) {
            soon().untilAsserted(() -> assertThat(
                            from.io().in(room).fetchSockets().stream().map(RemoteSocket::id))
                    .containsExactlyInAnyOrderElementsOf(ids));
        }
    }

    @Test
    @DisplayName("adapter-1: after joins and leaves all nodes see exactly the pairs that remain; empty rooms are gone")
    void joinsAndLeavesAreSeenByAllNodes() {
        joinAt(0, "r1", "r2");
        joinAt(1, "r2", "r3");
        socket(0).leave("r1");
        client(1).leave();
        soon().until(() -> node(1).io().socketCount() == 0);
        awaitMembers("r1", Set.of());
        awaitMembers("r2", Set.of(0));
        awaitMembers("r3", Set.of());
        assertThat(node(0).io().main().roomNames()).containsExactly("r2");
        assertThat(node(1).io().main().roomNames()).isEmpty();
    }

    @Test
    @DisplayName("adapter-2: leaving twice is no error, and the adapter hears of it once")
    void leavingTwiceTellsOnce() {
        socket(0).join("twice-left");
        socket(0).leave("twice-left");
        socket(0).leave("twice-left");
        node(1).io().in(client(0).id()).socketsLeave("twice-left");
        expectReached(Set.of(), from -> from.io().to("twice-left"));
        assertThat(node(0).adapter().told("twice-left")).containsExactly("created", "deleted");
    }

    @Test
    @DisplayName("adapter-3: two that join make one room at each node they are at")
    void roomIsCreatedOnceAtEachNode() {
        ClusterClient neighbour = connect(node(0));
        joinAt(0, "shared");
        join(node(0), neighbour, "shared");
        joinAt(1, "shared");
        assertThat(node(0).adapter().told("shared")).containsExactly("created");
        assertThat(node(1).adapter().told("shared")).containsExactly("created");
        assertThat(node(2).adapter().told("shared")).isEmpty();
        neighbour.leave();
        awaitMembers("shared", Set.of(0, 1));
    }

    @Test
    @DisplayName("adapter-4: who joins twice is in once: one copy, and one leave is enough")
    void joiningTwiceIsJoiningOnce() {
        joinAt(0, "twice-joined");
        joinAt(0, "twice-joined");
        expectReached(Set.of(0), from -> from.io().to("twice-joined"));
        socket(0).leave("twice-joined");
        expectReached(Set.of(), from -> from.io().to("twice-joined"));
        assertThat(node(0).adapter().told("twice-joined")).containsExactly("created", "deleted");
    }

    @Test
    @DisplayName("adapter-5: a room ends with its last member, not before; the others go on to be reached")
    void roomEndsWithItsLastMember() {
        ClusterClient neighbour = connect(node(0));
        joinAt(0, "ending");
        join(node(0), neighbour, "ending");
        socket(0).leave("ending");
        assertThat(node(0).adapter().told("ending")).containsExactly("created");
        awaitReached(node(0), "/", neighbour, "ending");
        node(0).socket(neighbour).leave("ending");
        assertThat(node(0).adapter().told("ending")).containsExactly("created", "deleted");
        expectReached(Set.of(), from -> from.io().to("ending"));
    }

    @Test
    @DisplayName("adapter-6: who goes leaves every room, that of its id too")
    void whoGoesLeavesEveryRoom() {
        joinAt(0, "left-1", "left-2");
        String id = client(0).id();
        client(0).leave();
        soon().until(() -> node(0).io().main().roomNames().isEmpty());
        for (String room : List.of("left-1", "left-2", id)) {
            assertThat(node(0).adapter().told(room)).as(room).containsExactly("created", "deleted");
            awaitMembers(room, Set.of());
        }
    }

    @Test
    @DisplayName("adapter-7: the rooms of a socket are live, also for joins of other nodes; an unknown id is absent")
    void roomsOfASocketAreLive() {
        node(1).io().in(client(0).id()).socketsJoin("from-afar");
        Socket socket = socket(0);
        soon().until(() -> socket.rooms().equals(Set.of(socket.id(), "from-afar")));
        node(2).io().in(client(0).id()).socketsLeave("from-afar");
        soon().until(() -> socket.rooms().equals(Set.of(socket.id())));
        for (Node node : nodes()) {
            assertThat(node.io().main().socket("unknown")).isEmpty();
            assertThat(node.io().in("unknown").fetchSockets().size()).isZero();
        }
    }

    @Test
    @DisplayName("adapter-8: everyone is alone in the room named by its id, seen from every node")
    void everyoneIsAloneInTheRoomOfItsId() {
        for (int i = 0; i < 3; i++) {
            awaitMembers(client(i).id(), Set.of(i));
            assertThat(socket(i).rooms()).containsExactly(client(i).id());
        }
    }

    @Test
    @DisplayName("adapter-9: who has gone joins nothing, neither at its node nor from another")
    void whoHasGoneJoinsNothing() {
        Socket socket = socket(0);
        client(0).leave();
        soon().until(() -> node(0).io().socketCount() == 0);
        socket.join("late");
        node(1).io().in(socket.id()).socketsJoin("late");
        node(1).io().in(client(1).id()).socketsJoin("late");
        awaitMembers("late", Set.of(1));
        assertThat(socket.rooms()).isEmpty();
        assertThat(node(0).io().main().roomNames()).isEmpty();
        assertThat(node(0).adapter().told("late")).isEmpty();
    }

    @Test
    @DisplayName("adapter-10: rooms joined in a middleware disappear when it refuses")
    void roomsOfTheRefusedDisappear() {
        assertThat(open(node(0), CLOSED).answer()).startsWith("44");
        assertThat(node(0).io().of(CLOSED).roomNames()).isEmpty();
        for (Node node : nodes()) {
            assertThat(node.io().of(CLOSED).in("closed").fetchSockets().size()).isZero();
        }
    }

    @Test
    @DisplayName("adapter-11: all but the members of the excepted rooms")
    void exceptionsWithoutRoomsAreFromEveryone() {
        joinAt(0, "x1");
        joinAt(1, "x2");
        expectReached(Set.of(2), from -> from.io().except("x1", "x2"));
        expectReached(Set.of(1, 2), from -> from.io().except("x1"));
    }

    @Test
    @DisplayName("adapter-12: who is in any of the rooms and in none of the excepted, one copy each")
    void exceptionsAreTakenFromTheUnionOfRooms() {
        joinAt(0, "r1", "r2");
        joinAt(1, "r1", "x");
        joinAt(2, "r2");
        expectReached(Set.of(0, 2), from -> from.io().to("r1").to("r2").except("x"));
        expectReached(Set.of(0, 1, 2), from -> from.io().to("r1", "r2"));
    }

    @Test
    @DisplayName("adapter-13: an excepted id is that socket, on whichever node")
    void exceptedIdIsOneSocket() {
        joinAt(0, "r");
        joinAt(1, "r");
        expectReached(Set.of(0, 2), from -> from.io().except(client(1).id()));
        expectReached(Set.of(1), from -> from.io().to("r").except(client(0).id()));
    }

    @Test
    @DisplayName("adapter-14: an unknown room is nobody, an unknown exception excepts nobody")
    void unknownRoomsAreNobody() {
        expectReached(Set.of(), from -> from.io().to("unknown"));
        expectReached(Set.of(0, 1, 2), from -> from.io().except("unknown"));
    }

    @Test
    @DisplayName("adapter-15: who leaves in reaction to an event got it, and so do the others")
    void leavingInReactionBreaksNothing() {
        ClusterClient neighbour = connect(node(1));
        joinAt(0, "r");
        joinAt(1, "r");
        join(node(1), neighbour, "r");
        for (Node node : nodes()) {
            node.io()
                    .main()
                    .sockets()
                    .forEach(socket -> socket.onAnyOutgoing((event, arguments) -> {
                        if (event.equals("go")) {
                            socket.leave("r");
                        }
                    }));
        }
        node(2).io().to("r").emit("go");
        List<ClusterClient> all = List.of(client(0), client(1), client(2), neighbour);
        expectOnly(node(2), "[\"go\"]", List.of(client(0), client(1), neighbour), all);
        for (Node node : nodes()) {
            soon().until(() -> !node.io().main().roomNames().contains("r"));
        }
        node(2).io().to("r").emit("again");
        expectOnly(node(2), "", List.of(), all);
    }

    @Test
    @DisplayName("adapter-16: who is still in the middlewares gets no broadcast, not to its room, not to everyone")
    void whoHasNotEnteredGetsNoBroadcast() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ClusterClient witness = connect(node(0), GUARDED);
        guard.set(socket -> {
            socket.join("r");
            waits.countDown();
            go.await();
        });
        ClusterClient entering = open(node(0), GUARDED);
        assertThat(waits.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (Node from : nodes()) {
            from.io().of(GUARDED).to("r").emit("to the room");
            assertThat(witness.upTo(mark(from, GUARDED))).isEmpty();
            assertThat(from.io().of(GUARDED).in("r").fetchSockets().size()).isZero();
        }
        go.countDown();
        entering.entered();
        awaitReached(node(0), GUARDED, entering, "r");
        assertThat(entering.upTo(mark(node(1), GUARDED))).isEmpty();
    }

    @Test
    @DisplayName("adapter-37: listeners of what goes out hear each broadcast of another node once for each socket")
    void outgoingListenersHearBroadcastsOnce() {
        joinAt(1, "r");
        Map<String, List<String>> heard = new ConcurrentHashMap<>();
        for (int i = 0; i < 3; i++) {
            Socket socket = socket(i);
            List<String> lines = new CopyOnWriteArrayList<>();
            heard.put(socket.id(), lines);
            socket.onAnyOutgoing((event, arguments) -> {
                if (event.startsWith("e")) {
                    lines.add(event + arguments.toList());
                }
            });
        }
        node(0).io().emit("e1", 1);
        node(0).io().to("r").emit("e2", 2);
        String mark = mark(node(0));
        three.forEach(client -> client.upTo(mark));
        Map<String, List<String>> expected = Map.of(
                client(0).id(), List.of("e1[1]"),
                client(1).id(), List.of("e1[1]", "e2[2]"),
                client(2).id(), List.of("e1[1]"));
        soon().untilAsserted(() -> assertThat(heard).isEqualTo(expected));
    }

    @Test
    @DisplayName("adapter-43: one socket's answer is one value, wherever the socket is")
    void oneSocketAnswersWithOneValue() {
        for (Node from : nodes()) {
            Replies<RemoteSocket> sockets = from.io().fetchSockets();
            assertThat(sockets.size()).isEqualTo(3);
            for (RemoteSocket socket : sockets) {
                int expected = three.stream().map(ClusterClient::id).toList().indexOf(socket.id());
                assertThat(socket.timeout(PATIENCE).emitWithAck(Integer.class, "q"))
                        .isEqualTo(expected);
            }
        }
        for (ClusterClient client : three) {
            assertThat(client.upTo(mark(node(0)))).contains("[\"q\"]");
        }
    }

    @Test
    @DisplayName("B09, adapter-56: what is done to a socket of another node is done to that one only")
    void remoteSocketsActOnTheRightSocketOnly() {
        RemoteSocket remote =
                node(0).io().in(client(2).id()).fetchSockets().values().getFirst();
        assertThat(remote.node()).isEqualTo(node(2).io().node().id());
        remote.emit("x", 1);
        expectOnly(node(0), "[\"x\",1]", List.of(client(2)), three);
        remote.join("r1", "r2");
        awaitMembers("r1", Set.of(2));
        awaitMembers("r2", Set.of(2));
        remote.leave("r1");
        awaitMembers("r1", Set.of());
        awaitMembers("r2", Set.of(2));
        JsonValue handshake = remote.handshake();
        assertThat(handshake.toString()).contains("\"address\":\"127.0.0.1\"");
        remote.disconnect(false);
        client(2).awaitSentAway();
        soon().until(() -> node(2).io().socketCount() == 0);
        expectOnly(node(0), "", List.of(), List.of(client(0), client(1)));
        assertThat(node(0).io().socketCount() + node(1).io().socketCount()).isEqualTo(2);
    }
}
