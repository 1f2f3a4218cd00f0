package dev.roost.core.namespace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.core.packet.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("B03, B06 to B13: what other nodes are told and asked, and what they make this one do (adapter 2 to 6)")
class ClusterTest {
    private static final NodeId OTHER = new NodeId(8);

    @RegisterExtension
    final Scene scene = new Scene();

    private final RecordingAdapter adapter = new RecordingAdapter();

    @BeforeEach
    void join() {
        scene.io().join(adapter, new NodeDescriptor(new NodeId(7), 0, "", "test"));
    }

    @Test
    @DisplayName("rows 17 and 22: the payload once, with its selection; local ones are not passed on")
    void broadcastIsToldToTheOthers() {
        Client client = scene.connect();
        scene.io().to("r").except("x").asVolatile().compress(false).emit("e", 1, new byte[] {2});
        scene.io().local().emit("here");
        client.expect("42[\"here\"]");
        Command.Broadcast told = (Command.Broadcast) adapter.commands().getFirst();
        assertThat(adapter.commands()).hasSize(1);
        assertThat(told.namespace()).isEqualTo("/");
        assertThat(told.selection())
                .isEqualTo(new Selection(Set.of("r"), Set.of("x"), new Selection.Flags(true, false, false)));
        assertThat(new String(told.arguments().json(), UTF_8)).isEqualTo("[\"e\",1,{\"_placeholder\":true,\"num\":0}]");
        assertThat(told.arguments().attachments().getFirst()).containsExactly(2);
    }

    @Test
    void commandsAreToldToTheOthersInOrder() {
        scene.io().of("/a").to("r").socketsJoin("x", "y");
        scene.io().socketsLeave("x");
        scene.io().local().socketsLeave("y");
        scene.io().in("r").disconnectSockets(true);
        scene.io().local().disconnectSockets(true);
        scene.io().serverSideEmit("s", 1);
        assertThat(adapter.commands().stream().map(command -> command.getClass().getSimpleName() + command.namespace()))
                .containsExactly("Join/a", "Leave/", "Disconnect/", "ServerSideEmit/");
        assertThat(((Command.Join) adapter.commands().getFirst()).rooms()).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    @DisplayName("a plain emit to one socket is no business of the others")
    void emitOfASocketIsNotPassedOn() {
        Client client = scene.connect();
        client.socket().emit("x");
        client.expect("42[\"x\"]");
        assertThat(adapter.commands()).isEmpty();
    }

    @Test
    @DisplayName("B06: this node's answers and those of the others; who is missing")
    void answersOfOtherNodesAreAdded() {
        Client client = scene.connect();
        CompletableFuture<Replies<JsonValue>> replies =
                scene.io().timeout(Duration.ofSeconds(3)).emitWithAckAsync("q").toCompletableFuture();
        assertThat(adapter.timeout).isEqualTo(Duration.ofSeconds(3));
        adapter.onAck.accept(json("\"there\""));
        client.expect("420[\"q\"]").send("430[\"here\"]");
        assertThat(replies).isNotDone();
        adapter.acks.complete(new Gathered<>(List.of(), Set.of(OTHER), false));
        scene.await("it is complete", replies::isDone);
        assertThat(replies.join().values().stream().map(JsonValue::toString)).containsExactly("\"there\"", "\"here\"");
        assertThat(replies.join().missing()).containsExactly(OTHER);
        assertThat(replies.join().complete()).isFalse();
    }

    @Test
    @DisplayName("row 42: local asks nobody else")
    void localQuestionIsNotPassedOn() {
        Client client = scene.connect();
        CompletableFuture<Replies<JsonValue>> replies =
                scene.io().local().emitWithAckAsync("q").toCompletableFuture();
        client.expect("420[\"q\"]").send("430[1]");
        scene.await("it is complete", replies::isDone);
        assertThat(replies.join().complete()).isTrue();
        assertThat(adapter.commands()).isEmpty();
        assertThat(scene.io().local().fetchSockets().size()).as("row 55").isEqualTo(1);
    }

    @Test
    @DisplayName("B08: this node's first")
    void socketsOfOtherNodesAreFetched() {
        Client client = scene.connect();
        SocketSnapshot there = new SocketSnapshot(OTHER, "there", json("{}"), Set.of("there", "r"), json("{\"k\":1}"));
        adapter.sockets.complete(new Gathered<>(List.of(there), Set.of(), true));
        Replies<RemoteSocket> sockets = scene.io().fetchSockets();
        assertThat(sockets.stream().map(RemoteSocket::id)).containsExactly(client.id("/"), "there");
        RemoteSocket remote = sockets.values().get(1);
        assertThat(remote.node()).isEqualTo(OTHER);
        assertThat(remote.rooms()).containsExactlyInAnyOrder("there", "r");
        remote.emit("x");
        remote.join("y");
        client.expectNothing();
        assertThat(adapter.commands()).hasSize(2);
        assertThat(((Command.Broadcast) adapter.commands().getFirst())
                        .selection()
                        .rooms())
                .containsExactly("there");
    }

    @Test
    @DisplayName("B12: the others' handlers, never one's own; reserved names are refused")
    void serverSideEventsGoToTheOthers() {
        scene.io().serverSide().on("s", () -> scene.log("own"));
        scene.io().serverSideEmit("s", "x");
        assertThat(new String(
                        ((Command.ServerSideEmit) adapter.commands().getFirst())
                                .arguments()
                                .json(),
                        UTF_8))
                .isEqualTo("[\"s\",\"x\"]");
        for (String name : List.of("connect", "connection", "new_namespace")) {
            assertThatThrownBy(() -> scene.io().serverSideEmit(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> scene.io().serverSide().on(name, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(scene.log()).isEmpty();
    }

    @Test
    @DisplayName("B13")
    void serverSideAnswersAreGathered() {
        adapter.answers.complete(new Gathered<>(List.of(json("1"), json("{\"a\":2}")), Set.of(OTHER), false));
        Replies<JsonValue> replies = scene.io().serverSideEmitWithAck("s");
        assertThat(replies.values().stream().map(JsonValue::toString)).containsExactly("1", "{\"a\":2}");
        assertThat(replies.missing()).containsExactly(OTHER);
        assertThat(adapter.timeout).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void broadcastOfAnotherNodeReachesThisNodesSockets() {
        Client first = scene.connect();
        Client second = scene.connect();
        first.socket().join("r");
        LocalNode node = scene.io().localNode();
        node.apply(new Command.Broadcast("/", selection("r"), json("[\"e\",1]")));
        node.apply(new Command.Broadcast("/unknown", Selection.ALL, json("[\"e\",2]")));
        first.expect("42[\"e\",1]").expectNothing();
        second.expectNothing();
        assertThat(adapter.commands()).as("it is not passed on again").isEmpty();
        assertThat(scene.io().namespaces()).hasSize(1);
    }

    @Test
    void commandsOfAnotherNodeAreApplied() {
        Client client = scene.connect();
        LocalNode node = scene.io().localNode();
        node.apply(new Command.Join("/", Selection.ALL, Set.of("r1", "r2")));
        node.apply(new Command.Leave("/", selection("r1"), Set.of("r2")));
        assertThat(client.socket().rooms()).containsExactlyInAnyOrder(client.id("/"), "r1");
        assertThat(node.fetch("/", selection("r1")).getFirst().id()).isEqualTo(client.id("/"));
        assertThat(node.fetch("/unknown", Selection.ALL)).isEmpty();
        node.apply(new Command.Broadcast("/", Selection.ALL, json("[\"bye\"]")));
        node.apply(new Command.Disconnect("/", Selection.ALL, false));
        client.expect("42[\"bye\"]", "41");
        assertThat(adapter.commands()).isEmpty();
    }

    @Test
    void questionOfAnotherNodeIsAnsweredByThisNodesClients() {
        Client first = scene.connect();
        Client second = scene.connect();
        Client third = scene.connect();
        ask(new Command.Broadcast("/", Selection.ALL, json("[\"q\"]")));
        first.expect("420[\"q\"]").send("430[\"a\",\"more\"]");
        second.expect("420[\"q\"]").vanish();
        third.expect("420[\"q\"]");
        scene.loop.advance(Duration.ofSeconds(1));
        scene.awaitLog("clients 3", "ack \"a\"", "gone", "gone");
        ask(new Command.Broadcast("/unknown", Selection.ALL, json("[\"q\"]")));
        ask(new Command.Broadcast("/", selection("nobody"), json("[\"q\"]")));
        assertThat(scene.log().subList(4, 6)).containsExactly("clients 0", "clients 0");
    }

    @Test
    @DisplayName("rows 62 and 68, sec: one at a time, in order, the first answer, failures isolated")
    void serverSideEventOfAnotherNodeRunsTheHandlers() {
        CountDownLatch go = new CountDownLatch(1);
        EventSource events = scene.io().serverSide();
        events.on("slow", () -> {
            go.await();
            scene.log("slow");
        });
        events.on("q", Integer.class, (number, ack) -> {
            scene.log("q" + number + " " + ack.isRequested());
            throw new IllegalStateException("boom");
        });
        events.on("q", Integer.class, (number, ack) -> {
            ack.send(number + 1, "more");
            ack.send("again");
        });
        LocalNode node = scene.io().localNode();
        node.apply(new Command.ServerSideEmit("/", json("[\"slow\"]")));
        node.apply(new Command.ServerSideEmit("/", json("[\"q\",1]")));
        node.serverSideEmit(
                new Command.ServerSideEmit("/", json("[\"q\",2]")),
                answer -> scene.log("answer " + new String(answer.json(), UTF_8)));
        node.apply(new Command.ServerSideEmit("/unknown", json("[\"q\",3]")));
        go.countDown();
        scene.awaitLog("slow", "q1 false", "q2 true", "answer 3");
    }

    @Test
    @DisplayName("adapter 2: rooms are told when they come to be and when they end")
    void roomsAreTold() {
        Client client = scene.connect();
        client.socket().join("r");
        String id = client.id("/");
        client.send("41");
        assertThat(adapter.told())
                .containsExactly("opened /", "created / " + id, "created / r", "deleted / r", "deleted / " + id);
        assertThat(scene.io().nodes()).hasSize(2);
    }

    private void ask(Command.Broadcast question) {
        scene.io().localNode().broadcastWithAck(question, Duration.ofSeconds(1), new LocalNode.AckSink() {
            @Override
            public void clients(int count) {
                scene.log("clients " + count);
            }

            @Override
            public void ack(Payload value) {
                scene.log("ack " + new String(value.json(), UTF_8));
            }

            @Override
            public void gone() {
                scene.log("gone");
            }
        });
    }

    private static Selection selection(String room) {
        return new Selection(Set.of(room), Set.of(), Selection.Flags.NONE);
    }

    private static Payload json(String text) {
        return Payload.of(text.getBytes(UTF_8));
    }
}
