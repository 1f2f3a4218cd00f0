package dev.roost.adapter.redis;

import static dev.roost.adapter.redis.NodePeer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.tck.RecordingNode;
import dev.roost.adapter.tck.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** This node and a stock Node.js server, every operation in both directions, whatever the format. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NodeInteropRules {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Payload BINARY = Wire.payload(
            "[\"ev\",1,{\"b\":{\"_placeholder\":true,\"num\":0},\"t\":[1.5,null,\"ü\"]}]", new byte[] {2, 5, -1});

    final String mode;
    private final Map<String, ?> peerSettings;
    final Map<String, String> settings;
    NodePeer peer;
    String anna;
    NodeUnderTest node;
    RecordingNode local;
    String berta;
    private int marks;

    /** Rules for a mode; the settings of the peer are those of its {@code start}. */
    NodeInteropRules(String mode, Map<String, ?> peerSettings, Map<String, String> settings) {
        this.mode = mode;
        this.peerSettings = peerSettings;
        this.settings = settings;
    }

    /** A room has got a member here; waits until the others' events for it arrive. */
    void occupy(String namespace, String room) {
        node.adapter().roomCreated(namespace, room);
    }

    @BeforeAll
    void startPeer() {
        Map<String, Object> all = new HashMap<>(peerSettings);
        all.put("namespaces", List.of("/a", "/ab"));
        peer = NodePeer.start(mode, REDIS.uri(), all);
        anna = peer.client("anna", "/");
        berta = peer.client("berta", "/");
        peer.client("chris", "/ab");
        peer.call("request", Map.of("client", "anna", "event", "join", "args", List.of("room")));
        node = NodeUnderTest.start(REDIS, mode, settings, "/a", "/ab");
        local = node.local();
    }

    @AfterAll
    void stopPeer() {
        if (node != null) {
            node.close();
        }
        if (peer != null) {
            peer.close();
        }
    }

    /** What was said before has arrived, and is forgotten. */
    @BeforeEach
    void startAfresh() {
        String mark = "mark " + ++marks;
        peer.call("emit", Map.of("event", mark));
        peer.await("anna", mark);
        String text = "[\"" + mark + "\"]";
        await().atMost(PATIENCE).until(() -> local.events().contains(text));
        local.clear();
        local.sockets(List.of());
        node.send(new Command.Broadcast("/", Selection.ALL, Wire.payload(text)));
        peer.await("anna", mark);
        peer.received("anna");
        peer.await("berta", mark);
        peer.await("berta", mark);
        peer.received("berta");
        peer.received("chris");
    }

    // ---- Roost to Node

    @Test
    @DisplayName("adapter-17, adapter-26: an event with buffers in it reaches every client of the Node server")
    void anEventReachesTheClientsOfNode() {
        node.send(new Command.Broadcast("/", Selection.ALL, BINARY));
        String expected = "[1,{\"b\":{\"$bin\":\"AgX/\"},\"t\":[1.5,null,\"ü\"]}]";
        assertThat(peer.await("anna", "ev")).isEqualTo(expected);
        assertThat(peer.await("berta", "ev")).isEqualTo(expected);
        assertThat(peer.received("chris")).isEmpty();
    }

    @Test
    @DisplayName("adapter-18: an event of a namespace stays in it, also where one name begins another's")
    void anEventStaysInItsNamespace() {
        node.send(new Command.Broadcast("/a", Selection.ALL, Wire.payload("[\"a\"]")));
        node.send(new Command.Broadcast("/ab", Selection.ALL, Wire.payload("[\"ab\"]")));
        assertThat(peer.await("chris", "ab")).isEqualTo("[]");
        assertThat(peer.received("chris")).isEmpty();
        assertThat(peer.received("anna")).isEmpty();
    }

    @Test
    @DisplayName("adapter-19, adapter-20, adapter-23, adapter-24: rooms, several rooms, a socket, and exceptions")
    void aSelectionOfNodesClientsIsMet() {
        node.send(event("one", Set.of("room"), Set.of()));
        node.send(event("two", Set.of("room", berta), Set.of()));
        node.send(event("three", Set.of(), Set.of("room")));
        node.send(event("four", Set.of(anna), Set.of()));
        node.send(event("five", Set.of("nowhere"), Set.of()));
        node.send(event("end", Set.of(), Set.of()));
        peer.await("anna", "end");
        peer.await("berta", "end");
        assertThat(peer.received("anna")).containsExactly("one", "two", "four");
        assertThat(peer.received("berta")).containsExactly("two", "three");
    }

    @Test
    @DisplayName("adapter-30: a thousand events arrive in order")
    void aThousandEventsArriveInOrder() {
        for (int i = 0; i < 1000; i++) {
            node.send(new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"n\"," + i + "]")));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(peer.await("anna", "n")).isEqualTo("[" + i + "]");
        }
    }

    @Test
    @DisplayName("adapter-28: an event of 5 MB arrives whole")
    void aLargeEventArrives() {
        String text = "x".repeat(5 << 20);
        node.send(new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"big\",\"" + text + "\"]")));
        assertThat(peer.await("anna", "big")).hasSize(text.length() + 4);
    }

    @Test
    @DisplayName("adapter-38, adapter-39: acks of Node's clients are gathered, binary too")
    void acksOfNodesClientsAreGathered() {
        peer.call("acknowledge", "{\"client\":\"anna\",\"event\":\"q\",\"args\":[\"yes\",2]}");
        peer.call("acknowledge", "{\"client\":\"berta\",\"event\":\"q\",\"args\":[{\"$bin\":\"AQID\"}]}");
        List<Payload> seen = new ArrayList<>();
        Gathered<Payload> acks = get(node.adapter()
                .broadcastWithAck(
                        new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"q\",1]")), PATIENCE, seen::add));
        assertThat(acks.complete()).isTrue();
        assertThat(Wire.texts(acks.values()))
                .containsExactlyInAnyOrder("\"yes\"", "{\"_placeholder\":true,\"num\":0}[010203]");
        assertThat(seen).hasSize(2);
    }

    @Test
    @DisplayName("adapter-40, adapter-41: no client, no wait; a silent one is missed when the time is up")
    void acksOfNobodyAndOfSomebodySilent() {
        Gathered<Payload> none =
                get(node.adapter().broadcastWithAck(event("q2", Set.of("nowhere"), Set.of()), PATIENCE, ack -> {}));
        assertThat(none.values()).isEmpty();
        assertThat(none.complete()).isTrue();
        peer.call("acknowledge", "{\"client\":\"anna\",\"event\":\"q3\",\"args\":[1]}");
        Gathered<Payload> one =
                get(node.adapter().broadcastWithAck(event("q3", Set.of(), Set.of()), Duration.ofSeconds(3), ack -> {}));
        assertThat(Wire.texts(one.values())).containsExactly("1");
        assertThat(one.complete()).isFalse();
    }

    @Test
    @DisplayName("adapter-53, adapter-54: Node's sockets are described, all or of a room")
    void nodesSocketsAreDescribed() {
        peer.call("request", "{\"client\":\"anna\",\"event\":\"data\",\"args\":[{\"name\":\"A\",\"n\":1}]}");
        Gathered<SocketSnapshot> all = get(node.adapter().fetch("/", Selection.ALL, PATIENCE));
        assertThat(all.complete()).isTrue();
        assertThat(all.values()).extracting(SocketSnapshot::id).containsExactlyInAnyOrder(anna, berta);
        Gathered<SocketSnapshot> room = get(node.adapter().fetch("/", of("room"), PATIENCE));
        SocketSnapshot socket = room.values().getFirst();
        assertThat(room.values()).hasSize(1);
        assertThat(socket.rooms()).containsExactlyInAnyOrder(anna, "room");
        assertThat(Wire.text(socket.data())).isEqualTo("{\"name\":\"A\",\"n\":1}");
        assertThat(Wire.text(socket.handshake()))
                .contains("\"address\":\"127.0.0.1\"", "\"headers\":{", "\"issued\":", "\"query\":{", "\"auth\":{}");
    }

    @Test
    @DisplayName("adapter-48, adapter-49, adapter-32: sockets of Node join and leave, in order with events")
    void socketsOfNodeJoinAndLeave() {
        node.send(new Command.Join("/", of("room"), Set.of("x", "y")));
        node.send(event("in x", Set.of("x", "none"), Set.of()));
        node.send(new Command.Leave("/", Selection.ALL, Set.of("x", "y")));
        node.send(event("nobody", Set.of("x", "none"), Set.of()));
        node.send(event("end", Set.of(), Set.of()));
        peer.await("anna", "end");
        peer.await("berta", "end");
        assertThat(peer.received("anna")).containsExactly("in x");
        assertThat(peer.received("berta")).isEmpty();
    }

    @Test
    @DisplayName("adapter-31, adapter-52: clients of Node get the event before the disconnect")
    void socketsOfNodeAreDisconnected() {
        String guest = peer.client("guest", "/");
        node.send(event("bye", Set.of(guest), Set.of()));
        node.send(new Command.Disconnect("/", of(guest), false));
        assertThat(peer.await("guest", "$disconnect")).isEqualTo("[\"io server disconnect\"]");
        assertThat(peer.received("guest")).containsExactly("bye");
        peer.client("other", "/ab");
        node.send(new Command.Disconnect("/ab", Selection.ALL, true));
        peer.await("other", "$disconnect");
        peer.await("chris", "$disconnect");
        peer.client("chris", "/ab");
    }

    @Test
    @DisplayName("adapter-60, adapter-66: a server-side emit reaches the Node server, binary too")
    void aServerSideEmitReachesNode() {
        node.send(new Command.ServerSideEmit("/a", BINARY));
        assertThat(peer.await("server /a", "ev")).isEqualTo("[1,{\"b\":{\"$bin\":\"AgX/\"},\"t\":[1.5,null,\"ü\"]}]");
        node.send(new Command.ServerSideEmit("/", Wire.payload("[\"plain\",{\"a\":[1]}]")));
        assertThat(peer.await("server /", "plain")).isEqualTo("[{\"a\":[1]}]");
    }

    @Test
    @DisplayName("adapter-61, adapter-63: the Node server answers a server-side emit, or is missed")
    void nodeAnswersAServerSideEmit() {
        peer.call("answer", "{\"event\":\"ask\",\"args\":[{\"ok\":true},\"ignored\"]}");
        Gathered<Payload> answers = get(node.adapter().serverSideEmitWithAck(serverSide("[\"ask\",1]"), PATIENCE));
        assertThat(Wire.texts(answers.values())).containsExactly("{\"ok\":true}");
        assertThat(answers.complete()).isTrue();
        assertThat(peer.await("server /", "ask")).isEqualTo("[1]");
        Gathered<Payload> silence =
                get(node.adapter().serverSideEmitWithAck(serverSide("[\"mute\"]"), Duration.ofMillis(300)));
        assertThat(silence.complete()).isFalse();
        assertThat(silence.missing()).hasSize(1);
    }

    @Test
    @DisplayName("adapter-59: both know how many servers there are")
    void bothCountTheServers() {
        await().atMost(PATIENCE).until(() -> node.adapter().nodes().size() == 2);
        assertThat(peer.call("serverCount", Map.of()).asInt()).isEqualTo(2);
    }

    // ---- Node to Roost

    @Test
    @DisplayName("adapter-17, adapter-29: an event of Node arrives with everything in it")
    void anEventOfNodeArrives() {
        peer.call(
                "emit",
                "{\"event\":\"ev\",\"args\":[1,\"2\",null,{\"$undefined\":true},true,-0.5,4294967296,"
                        + "{\"b\":[{\"$bin\":\"AgX/\"}]},{\"$date\":1795458780695},\"ü€😀\"]}");
        Command.Broadcast event =
                (Command.Broadcast) local.awaitCommands(1, PATIENCE).getFirst();
        assertThat(event.namespace()).isEqualTo("/");
        assertThat(event.selection()).isEqualTo(Selection.ALL);
        assertThat(Wire.text(event.arguments()))
                .isEqualTo("[\"ev\",1,\"2\",null,null,true,-0.5,4294967296,"
                        + "{\"b\":[{\"_placeholder\":true,\"num\":0}]},\"2026-11-23T18:33:00.695Z\",\"ü€😀\"][0205ff]");
    }

    @Test
    @DisplayName(
            "adapter-19, adapter-20, adapter-25, adapter-27: rooms, numeric ones too, exceptions and flags of Node")
    void selectionsOfNodeArrive() {
        occupy("/", "r1");
        occupy("/", "1");
        peer.call("emit", "{\"event\":\"a\",\"rooms\":[\"r1\"]}");
        peer.call("emit", "{\"event\":\"b\",\"rooms\":[1]}");
        peer.call(
                "emit",
                "{\"event\":\"c\",\"rooms\":[\"r1\",2],\"except\":[\"r3\"],"
                        + "\"flags\":{\"volatile\":true,\"compress\":false}}");
        peer.call("emit", "{\"event\":\"d\",\"flags\":{\"local\":true}}");
        peer.call("emit", "{\"event\":\"e\",\"namespace\":\"/ab\"}");
        local.awaitCommands(4, PATIENCE);
        assertThat(selectionsIn("/"))
                .containsExactly(
                        of("r1"),
                        of("1"),
                        new Selection(Set.of("r1", "2"), Set.of("r3"), new Flags(true, false, false)));
        assertThat(selectionsIn("/ab")).containsExactly(Selection.ALL);
    }

    @Test
    @DisplayName("adapter-30: a thousand events of Node arrive in order")
    void aThousandEventsOfNodeArriveInOrder() {
        IntStream.range(0, 1000)
                .mapToObj(i -> peer.ask("emit", "{\"event\":\"n\",\"args\":[" + i + "]}"))
                .toList()
                .forEach(CompletableFuture::join);
        local.awaitCommands(1000, PATIENCE);
        assertThat(local.events())
                .containsExactlyElementsOf(IntStream.range(0, 1000)
                        .mapToObj(i -> "[\"n\"," + i + "]")
                        .toList());
    }

    @Test
    @DisplayName("adapter-38, adapter-39: Node gathers the acks of this node's clients and of its own")
    void nodeGathersAcks() {
        peer.call("acknowledge", "{\"client\":\"anna\",\"event\":\"g\",\"args\":[\"of anna\"]}");
        local.onBroadcastWithAck((broadcast, sink) -> {
            sink.clients(2);
            sink.ack(Wire.payload("\"here\""));
            sink.ack(Wire.payload("{\"b\":{\"_placeholder\":true,\"num\":0}}", new byte[] {1, 2}));
        });
        JsonNode result = peer.call(
                "emitWithAck", "{\"event\":\"g\",\"args\":[7],\"rooms\":[\"room\"],\"flags\":{\"timeout\":5000}}");
        assertThat(result.get("responses").values().stream().map(JsonNode::toString))
                .containsExactlyInAnyOrder("\"of anna\"", "\"here\"", "{\"b\":{\"$bin\":\"AQI=\"}}");
        assertThat(local.ackBroadcasts()).singleElement().satisfies(broadcast -> {
            assertThat(broadcast.selection()).isEqualTo(of("room"));
            assertThat(Wire.text(broadcast.arguments())).isEqualTo("[\"g\",7]");
        });
    }

    @Test
    @DisplayName("adapter-53: Node gets this node's sockets, binary data too")
    void nodeFetchesSockets() {
        SocketSnapshot socket = new SocketSnapshot(
                node.id(),
                "sid-1",
                Wire.payload("{\"address\":\"127.0.0.1\",\"headers\":{},\"issued\":5}"),
                Set.of("sid-1"),
                Wire.payload("{\"b\":{\"_placeholder\":true,\"num\":0}}", new byte[] {1, 2, 3}));
        local.sockets(List.of(socket));
        JsonNode all = peer.call("fetch", Map.of());
        assertThat(all.size()).isEqualTo(3);
        JsonNode ours = all.get(2);
        assertThat(ours.get("id").asString()).isEqualTo("sid-1");
        assertThat(ours.get("rooms").toString()).isEqualTo("[\"sid-1\"]");
        assertThat(ours.get("data").toString()).isEqualTo("{\"b\":{\"$bin\":\"AQID\"}}");
        assertThat(ours.get("handshake").get("issued").asInt()).isEqualTo(5);
        peer.call("fetch", "{\"rooms\":[\"r\"],\"except\":[\"x\"]}");
        assertThat(local.fetches()).containsExactly(Selection.ALL, new Selection(Set.of("r"), Set.of("x"), Flags.NONE));
    }

    @Test
    @DisplayName(
            "adapter-48, adapter-49, adapter-51, adapter-52: joins, leaves and disconnects of Node arrive in order")
    void commandsOfNodeArrive() {
        occupy("/", "x");
        peer.call("join", "{\"rooms\":[\"none\"],\"joined\":[\"x\",\"y\"]}");
        peer.call("emit", "{\"event\":\"e\",\"rooms\":[\"x\"]}");
        peer.call("depart", "{\"except\":[\"z\"],\"left\":[\"x\"]}");
        peer.call("disconnect", "{\"namespace\":\"/a\",\"rooms\":[\"none\"],\"close\":true}");
        peer.call("disconnect", "{\"rooms\":[\"none\"],\"close\":false}");
        local.awaitCommands(5, PATIENCE);
        assertThat(commandsIn("/"))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new Command.Join("/", of("none"), Set.of("x", "y")),
                        event("e", Set.of("x"), Set.of()),
                        new Command.Leave("/", new Selection(Set.of(), Set.of("z"), Flags.NONE), Set.of("x")),
                        new Command.Disconnect("/", of("none"), false));
        assertThat(commandsIn("/a")).containsExactly(new Command.Disconnect("/a", of("none"), true));
    }

    @Test
    @DisplayName("adapter-60, adapter-61, adapter-62: server-side emits of Node arrive and are answered once")
    void serverSideEmitsOfNodeArrive() {
        peer.call("serverSideEmit", "{\"event\":\"hello\",\"args\":[1,{\"a\":2}]}");
        Command.ServerSideEmit emit =
                (Command.ServerSideEmit) local.awaitCommands(1, PATIENCE).getFirst();
        assertThat(Wire.text(emit.arguments())).isEqualTo("[\"hello\",1,{\"a\":2}]");
        local.onServerSideEmit((request, reply) -> {
            reply.accept(Wire.payload("{\"from\":\"roost\"}"));
            reply.accept(Wire.payload("2"));
        });
        JsonNode result = peer.call("serverSideEmitWithAck", "{\"namespace\":\"/a\",\"event\":\"ask\",\"args\":[]}");
        assertThat(result.get("responses").toString()).isEqualTo("[{\"from\":\"roost\"}]");
        assertThat(local.serverSideRequests())
                .extracting(Command.ServerSideEmit::namespace)
                .containsExactly("/a");
    }

    @Test
    @DisplayName("adapter-69: a node that says good-bye is no longer counted by Node, which goes on without it")
    void afterAGoodbyeNodeGoesOn() {
        NodeUnderTest guest = NodeUnderTest.start(REDIS, mode, settings);
        assertThat(peer.call("serverCount", Map.of()).asInt()).isEqualTo(3);
        guest.close();
        assertThat(peer.call("serverCount", Map.of()).asInt()).isEqualTo(2);
        assertThat(peer.call("fetch", Map.of()).size()).isEqualTo(2);
    }

    /** Between namespaces there is no order: each may have a stream of its own. */
    private List<Command> commandsIn(String namespace) {
        return local.commands().stream()
                .filter(command -> command.namespace().equals(namespace))
                .toList();
    }

    private List<Selection> selectionsIn(String namespace) {
        return commandsIn(namespace).stream()
                .map(command -> ((Command.Broadcast) command).selection())
                .toList();
    }

    static Command.Broadcast event(String name, Set<String> rooms, Set<String> except) {
        return new Command.Broadcast("/", new Selection(rooms, except, Flags.NONE), Wire.payload("[\"" + name + "\"]"));
    }

    private static Command.ServerSideEmit serverSide(String json) {
        return new Command.ServerSideEmit("/", Wire.payload(json));
    }

    static Selection of(String room) {
        return new Selection(Set.of(room), Set.of(), Flags.NONE);
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
