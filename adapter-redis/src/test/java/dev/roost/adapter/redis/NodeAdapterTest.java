package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.tck.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Roost nodes that speak the format of Node's Redis adapter, and what else may be on its channels. */
@Timeout(120)
class NodeAdapterTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration NEVER = Duration.ofHours(1);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        REDIS.start();
    }

    @Test
    @DisplayName("adapter-53, adapter-59, adapter-61: Roost nodes know each other's names, also in this mode")
    void roostNodesKnowEachOther() {
        NodeUnderTest first = node(Map.of());
        NodeUnderTest second = node(Map.of());
        await().atMost(PATIENCE).until(() -> first.adapter().nodes().size() == 2);
        assertThat(first.adapter().nodes()).extracting(NodeDescriptor::id).contains(second.id());
        SocketSnapshot socket =
                new SocketSnapshot(second.id(), "s", Wire.payload("{}"), Set.of("s"), Wire.payload("{\"a\":1}"));
        second.local().sockets(List.of(socket));
        Gathered<SocketSnapshot> sockets = get(first.adapter().fetch("/", Selection.ALL, NEVER));
        assertThat(sockets.values())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(socket);
        Gathered<Payload> silence = get(first.adapter()
                .serverSideEmitWithAck(
                        new Command.ServerSideEmit("/", Wire.payload("[\"e\"]")), Duration.ofMillis(200)));
        assertThat(silence.missing()).containsExactly(second.id());
    }

    @Test
    @DisplayName("adapter-64: alone, every question is complete at once")
    void aloneEveryQuestionIsCompleteAtOnce() {
        NodeUnderTest node = node(Map.of());
        assertThat(get(node.adapter().fetch("/", Selection.ALL, NEVER))).isEqualTo(Gathered.nothingAsked());
        assertThat(get(node.adapter().broadcastWithAck(event("e"), NEVER, ack -> {})))
                .isEqualTo(Gathered.nothingAsked());
        assertThat(node.local().fetches()).isEmpty();
    }

    @Test
    @DisplayName("what an adapter is told or asked once it is closed is in vain, and no failure")
    void closedAdapterTakesCommandsInVain() {
        NodeUnderTest node = node(Map.of());
        node.close();
        node.send(event("late"));
        assertThat(get(node.adapter().fetch("/", Selection.ALL, NEVER)).values())
                .isEmpty();
    }

    @Test
    @DisplayName("sec-B1, sec-B2, sec-B8: hostile bytes on every channel are counted, and the next event arrives")
    void hostileBytesAreCountedAndDropped() {
        NodeUnderTest node = node(Map.of());
        List<byte[]> hostile = new ArrayList<>(List.of(
                new byte[0],
                new byte[1],
                new byte[5 << 20],
                new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 0x73, 0x72},
                "{".getBytes(UTF_8),
                "{\"type\":5,\"opts\":7}".getBytes(UTF_8),
                HexFormat.of().parseHex("93a161c080"),
                HexFormat.of().parseHex("93a16183a47479706502a46461746191a26576a36e7370a12f81a5726f6f6d7301"),
                HexFormat.of().parseHex("c67fffffff")));
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            hostile.add(bytes);
        }
        List<String> channels = List.of(
                "socket.io#/#",
                "socket.io#/#room#",
                "socket.io-request#/#",
                "socket.io-response#/#",
                "socket.io-response#/#" + NodeUid.of(node.id()) + "#");
        for (byte[] bytes : hostile) {
            channels.forEach(channel -> publish(channel, bytes));
        }
        publish("socket.io#/#", HexFormat.of().parseHex("93a16183a47479706502a46461746191a26576a36e7370a12f80"));
        assertThat(node.local().awaitCommands(1, PATIENCE)).singleElement().isInstanceOf(Command.Broadcast.class);
        assertThat(node.local().gaps()).isEmpty();
        assertThat(node.count("cluster.messages.malformed")).isGreaterThan(200);
        assertThat(node.count("cluster.messages.failed")).isZero();
    }

    @Test
    @DisplayName("sec-B3, sec-B4: what claims to come from this node, and answers to nothing, are left alone")
    void forgedMessagesAreLeftAlone() {
        NodeUnderTest node = node(Map.of());
        String own = NodeUid.of(node.id());
        publish("socket.io-request#/#", "{\"uid\":\"" + own + "\",\"type\":2,\"opts\":{},\"rooms\":[\"r\"]}");
        publish("socket.io-request#/#", "{\"uid\":\"" + own + "\",\"type\":6,\"data\":[\"e\"]}");
        publish("socket.io-response#/#", "{\"requestId\":\"0000000000000001\",\"sockets\":[{\"id\":\"x\"}]}");
        publish("socket.io-response#/#", "{\"type\":8,\"requestId\":\"x\",\"clientCount\":2147483647}");
        publish("socket.io-request#/#", "{\"type\":4,\"opts\":{},\"close\":true}");
        assertThat(node.local().awaitCommands(1, PATIENCE))
                .containsExactly(new Command.Disconnect("/", Selection.ALL, true));
        assertThat(node.local().serverSideRequests()).isEmpty();
    }

    @Test
    @DisplayName("whoever listens to questions without being a node holds nobody up")
    void aListenerThatIsNoNodeHoldsNobodyUp() {
        NodeUnderTest first = node(Map.of());
        node(Map.of());
        listener("socket.io-request#/#");
        await().atMost(PATIENCE).until(() -> first.adapter().nodes().size() == 2);
        Gathered<SocketSnapshot> sockets = get(first.adapter().fetch("/", Selection.ALL, NEVER));
        assertThat(sockets.complete()).isTrue();
    }

    @Test
    @DisplayName("adapter-46: a process that goes while it is asked is missing, and nobody waits for it any longer")
    void aProcessThatGoesIsMissing() {
        NodeUnderTest node = node(Map.of());
        StatefulRedisPubSubConnection<String, String> process =
                listener("socket.io-request#/#", "socket.io-response#/#", "socket.io-response#/#abcdef#");
        await().atMost(PATIENCE).until(() -> node.adapter().nodes().size() == 2);
        List<String> heard = overhear(process);
        CompletionStage<Gathered<SocketSnapshot>> answer = node.adapter().fetch("/", Selection.ALL, PATIENCE);
        await().atMost(PATIENCE).until(() -> !heard.isEmpty());
        process.close();
        Gathered<SocketSnapshot> sockets = get(answer);
        assertThat(sockets.complete()).isFalse();
        assertThat(sockets.missing()).hasSize(1);
        await().atMost(PATIENCE).until(() -> node.adapter().nodes().size() == 1);
    }

    @Test
    @DisplayName("X02: no question waits longer than requests-timeout")
    void noQuestionWaitsLongerThanTheTimeout() {
        NodeUnderTest node = node(Map.of("requests-timeout", "PT0.3S"));
        listener("socket.io-request#/#", "socket.io-response#/#abcdef#");
        Gathered<SocketSnapshot> sockets = get(node.adapter().fetch("/", Selection.ALL, NEVER));
        assertThat(sockets.complete()).isFalse();
    }

    @Test
    @DisplayName("X03: answers go to the one that asked, if so set, and are understood by nodes without the setting")
    void answersGoToTheOneThatAsked() {
        NodeUnderTest asking = node(Map.of());
        NodeUnderTest answering = node(Map.of("publish-on-specific-response-channel", "true"));
        List<String> overheard = overhear(listener("socket.io-response#/#"));
        await().atMost(PATIENCE).until(() -> asking.adapter().nodes().size() == 2);
        assertThat(get(asking.adapter().fetch("/", Selection.ALL, NEVER)).complete())
                .isTrue();
        answering.local().onServerSideEmit((emit, reply) -> reply.accept(Wire.payload("1")));
        assertThat(get(asking.adapter()
                                .serverSideEmitWithAck(new Command.ServerSideEmit("/", Wire.payload("[\"e\"]")), NEVER))
                        .complete())
                .isTrue();
        await().atMost(PATIENCE).until(() -> !overheard.isEmpty());
        assertThat(overheard).singleElement().satisfies(text -> assertThat(text).contains("\"type\":6"));
        // Who does not say its name cannot be answered alone.
        publish("socket.io-request#/#", "{\"requestId\":\"q\",\"type\":1}");
        await().atMost(PATIENCE).until(() -> overheard.size() == 3);
    }

    @Test
    @DisplayName("adapter-75: a namespace that is gone listens to nothing, and takes no question first")
    void aClosedNamespaceListensToNothing() {
        NodeUnderTest node = node(Map.of(), "/dynamic");
        assertThat(REDIS.command("PUBSUB", "NUMSUB", "socket.io-request#/dynamic#"))
                .contains(":1\r\n");
        String patterns = REDIS.command("PUBSUB", "NUMPAT");
        node.adapter().namespaceClosed("/dynamic");
        await().atMost(PATIENCE)
                .until(() -> REDIS.command("PUBSUB", "CHANNELS", "*/dynamic*").equals("*0\r\n")
                        && !REDIS.command("PUBSUB", "NUMPAT").equals(patterns));
        node.adapter().namespaceOpened("/dynamic");
        publish("socket.io-request#/dynamic#", "{\"type\":4,\"opts\":{},\"close\":true}");
        node.local().awaitCommands(1, PATIENCE);
    }

    @Test
    @DisplayName("sec-B10, sec-B11: neither patterns in names nor names that begin another's let events cross")
    void namesKeepEventsApart() {
        NodeUnderTest receiver = node(Map.of(), "/a*b", "/[x]?", "/a", "/ab", "/a#");
        NodeUnderTest otherKey = node(Map.of("key", "socket.io#/"), "/a*b");
        NodeUnderTest sender = node(Map.of(), "/a*b", "/[x]?", "/a", "/ab", "/a#");
        List<String> names = List.of("/a*b", "/[x]?", "/a", "/ab", "/a#", "/aXb", "/x1");
        for (String name : names) {
            Selection room = new Selection(Set.of("b#*"), Set.of(), Flags.NONE);
            sender.send(new Command.Broadcast(name, room, Wire.payload("[\"e\"]")));
            sender.send(new Command.Broadcast(name, Selection.ALL, Wire.payload("[\"e\"]")));
        }
        sender.send(event("end"));
        receiver.local().awaitCommand(command -> command.namespace().equals("/"), PATIENCE);
        assertThat(receiver.local().commands())
                .extracting(Command::namespace)
                .containsExactly("/a*b", "/a*b", "/[x]?", "/[x]?", "/a", "/a", "/ab", "/ab", "/a#", "/a#", "/");
        assertThat(otherKey.local().commands()).isEmpty();
    }

    @Test
    @DisplayName("sec-B15, sec-B16: after a restart of Redis everything is subscribed again, and the gap is known")
    void afterARestartOfRedisEventsFlowAgain() {
        NodeUnderTest first = node(Map.of(), "/a");
        NodeUnderTest second = node(Map.of(), "/a");
        await().atMost(PATIENCE).until(() -> first.adapter().nodes().size() == 2);
        REDIS.kill();
        first.send(event("lost"));
        REDIS.start();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            first.send(new Command.Broadcast("/a", Selection.ALL, Wire.payload("[\"after\"]")));
            return second.local().events().contains("[\"after\"]");
        });
        assertThat(second.local().awaitGaps(1, PATIENCE)).containsExactly(Optional.empty());
        assertThat(second.local().events()).doesNotContain("[\"lost\"]");
        await().atMost(PATIENCE)
                .until(() -> get(first.adapter().fetch("/a", Selection.ALL, PATIENCE))
                        .complete());
        assertThat(first.count("cluster.frames.send-failed") + first.count("cluster.redis.publish.lost"))
                .isPositive();
    }

    @Test
    @DisplayName("a room that has no members here is not even decoded")
    void eventsForRoomsWithoutMembersAreSkipped() {
        NodeUnderTest node = node(Map.of());
        node.local().onOccupied((namespace, room) -> room.equals("here"));
        publish("socket.io#/#elsewhere#", new byte[] {(byte) 0xc1});
        byte[] event = HexFormat.of().parseHex("93a16183a47479706502a46461746191a26576a36e7370a12f80");
        publish("socket.io#/#elsewhere#", event);
        publish("socket.io#/#here#", event);
        node.local().awaitCommands(1, PATIENCE);
        assertThat(node.local().commands()).hasSize(1);
        assertThat(node.count("cluster.messages.malformed")).isZero();
    }

    @Test
    @DisplayName("a node of old that asks about one socket is answered by the one that has it")
    void aNodeOfOldIsAnswered() {
        NodeUnderTest node = node(Map.of());
        node.local().onOccupied((namespace, room) -> room.equals("mine"));
        List<String> answers = overhear(listener("socket.io-response#/#"));
        publish("socket.io-request#/#", "{\"requestId\":\"1\",\"type\":2,\"sid\":\"other\",\"room\":\"r\"}");
        publish("socket.io-request#/#", "{\"requestId\":\"2\",\"type\":2,\"sid\":\"mine\",\"room\":\"r\"}");
        await().atMost(PATIENCE).until(() -> !answers.isEmpty());
        assertThat(answers).singleElement().satisfies(text -> assertThat(text).contains("\"requestId\":\"2\""));
        assertThat(node.local().commands())
                .containsExactly(
                        new Command.Join("/", new Selection(Set.of("mine"), Set.of(), Flags.NONE), Set.of("r")));
    }

    @Test
    void aServerThatForbidsPatternsFailsTheStart() {
        assertThat(REDIS.command("ACL", "SETUSER", "plain", "on", ">pw", "+@all", "-psubscribe", "~*", "&*"))
                .startsWith("+OK");
        Map<String, String> settings =
                Map.of("uri", "redis://plain:pw@127.0.0.1:" + REDIS.port(), "command-timeout", "PT0.5S");
        assertThatThrownBy(() -> NodeUnderTest.start("node", settings).close())
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("did not confirm");
    }

    private NodeUnderTest node(Map<String, String> settings, String... namespaces) {
        NodeUnderTest node = NodeUnderTest.start(REDIS, "node", settings, namespaces);
        opened.add(node);
        return node;
    }

    private StatefulRedisPubSubConnection<String, String> listener(String... channels) {
        RedisClient client = RedisClient.create(REDIS.uri());
        opened.add(client);
        StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
        connection.sync().subscribe(channels);
        await().atMost(PATIENCE)
                .until(() -> !REDIS.command("PUBSUB", "NUMSUB", channels[0]).endsWith(":0\r\n"));
        return connection;
    }

    private static List<String> overhear(StatefulRedisPubSubConnection<String, String> connection) {
        List<String> heard = new CopyOnWriteArrayList<>();
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                heard.add(message);
            }
        });
        return heard;
    }

    private static void publish(String channel, String message) {
        publish(channel, message.getBytes(UTF_8));
    }

    private static void publish(String channel, byte[] message) {
        REDIS.command("PUBLISH".getBytes(UTF_8), channel.getBytes(UTF_8), message);
    }

    private static Command.Broadcast event(String name) {
        return new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"" + name + "\"]"));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
