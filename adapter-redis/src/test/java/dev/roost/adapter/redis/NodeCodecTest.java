package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codecs against bytes that Node has sent. */
class NodeCodecTest {
    private static final String NODE = "HLzDNV";
    private static final List<byte[]> EVENTS = captured("socket.io#");
    private static final List<byte[]> REQUESTS = captured("socket.io-request#");
    private static final List<byte[]> RESPONSES = captured("socket.io-response#");

    // ---- events

    @Test
    void eventsOfNodeAreRead() {
        assertThat(event(0)).isEqualTo("[\"ev\",1,\"2\",null,null,true]");
        assertThat(event(1))
                .isEqualTo("[\"num\",0,-1,-32,-33,127,128,255,256,65535,65536,4294967295,4294967296,9007199254740991,"
                        + "-128,-129,-32768,-32769,-2147483648,-2147483649,1.5,-0.1,3875820019684212736]");
        assertThat(event(2))
                .isEqualTo("[\"deep\",{\"a\":{\"_placeholder\":true,\"num\":0},"
                        + "\"b\":[{\"_placeholder\":true,\"num\":1},\"ü€😀\",{\"c\":{}}],\"d\":[[]]},"
                        + "\"2026-11-23T18:33:00.695Z\"][0205][]");
        assertThat(event(3)).contains("\"" + "x".repeat(32) + "\",[0,0,0");
    }

    @Test
    void selectionsOfNodeAreRead() {
        assertThat(decoded("/", 0).selection()).isEqualTo(Selection.ALL);
        assertThat(decoded("/", 4).selection()).isEqualTo(rooms("room1"));
        assertThat(decoded("/", 5).selection()).isEqualTo(rooms("1"));
        assertThat(decoded("/", 6).selection())
                .isEqualTo(new Selection(Set.of("room1", "room2"), Set.of("room3"), new Flags(true, false, false)));
        assertThat(decoded("/chat", 7).namespace()).isEqualTo("/chat");
        assertThat(decoded("/", 9).selection())
                .isEqualTo(new Selection(Set.of("r1"), Set.of("r2"), new Flags(true, true, false)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4})
    void eventsAreWrittenByteByByteAsNodeDoes(int index) {
        assertThat(NodeBroadcast.encode(NODE, decoded("/", index))).isEqualTo(EVENTS.get(index));
    }

    @Test
    void numbersAreWrittenAsJavaScriptHasThem() throws Exception {
        Command.Broadcast event = new Command.Broadcast(
                "/",
                Selection.ALL,
                Wire.payload("[\"n\",1.0,1e3,-0.0,1e300,18446744073709551615,1e400,1234567890123]"));
        byte[] message = NodeBroadcast.encode(NODE, event);
        assertThat(HexFormat.of().formatHex(message))
                .contains("a16e" + "01" + "cd03e8" + "00" + "cb7e37e43c8800759c" + "cfffffffffffffffff"
                        + "cb7ff0000000000000" + "cf0000011f71fb04cb");
        assertThat(Wire.text(
                        NodeBroadcast.decode("me", "/", message).orElseThrow().arguments()))
                .isEqualTo("[\"n\",1,1000,0,1.0E300,18446744073709551615,null,1234567890123]");
    }

    @Test
    void halvesOfSurrogatePairsAreReplacedAsNodeDoes() throws Exception {
        Command.Broadcast event = new Command.Broadcast("/", Selection.ALL, Wire.payload("[\"e\",\"a\\ud800b\"]"));
        assertThat(Wire.text(NodeBroadcast.decode("me", "/", NodeBroadcast.encode(NODE, event))
                        .orElseThrow()
                        .arguments()))
                .isEqualTo("[\"e\",\"a\ufffdb\"]");
    }

    @Test
    @DisplayName("adapter-36: what this node has sent and what belongs to another namespace is not for it")
    void ownAndForeignEventsAreLeftAlone() throws Exception {
        assertThat(NodeBroadcast.decode(NODE, "/", EVENTS.getFirst())).isEmpty();
        assertThat(NodeBroadcast.decode("me", "/chat", EVENTS.getFirst())).isEmpty();
        assertThat(NodeBroadcast.decode("me", "/", EVENTS.get(7))).isEmpty();
    }

    @Test
    @DisplayName("X10: an event of an old emitter has no namespace and belongs to the main one")
    void anEventWithoutNamespaceIsOfTheMainOne() throws Exception {
        byte[] message = HexFormat.of()
                .parseHex(
                        "93a7656d6974746572" + "82a47479706502a46461746191a26576" + "82a5726f6f6d7390a6657863657074c0");
        assertThat(Wire.text(
                        NodeBroadcast.decode("me", "/", message).orElseThrow().arguments()))
                .isEqualTo("[\"ev\"]");
    }

    @ParameterizedTest
    @DisplayName("sec-B2: fields of the wrong type are refused")
    @ValueSource(
            strings = {
                "90",
                "93c083a47479706502a46461746191a26576a36e7370a12f80",
                "92a16183a47479706502a46461746191a26576a36e7370a12f",
                "93a161c080",
                "93a16183a47479706502a46461746190a36e7370a12f80",
                "93a16183a47479706502a46461746191c0a36e7370a12f80",
                "93a16183a47479706502a464617461a26576a36e7370a12f80",
                "93a16183a47479706503a46461746191a26576a36e7370a12f80",
                "93a16183a47479706502a46461746191a26576a36e7370a12fc0",
                "93a16183a47479706502a46461746191a26576a36e7370a12f81a5726f6f6d7301",
                "93a16183a47479706502a46461746191a26576a36e7370a12f81a5726f6f6d7391c0",
                "93a16183a47479706502a46461746191a26576a36e7370a12f81a5666c616773a178",
                "93a16183a47479706502a46461746191a26576a36e7370a12f81a5666c616773dfffffffff",
                "dd7fffffff",
                "93c1",
                "c1"
            })
    void eventsOfTheWrongShapeAreRefused(String hex) {
        byte[] message = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> NodeBroadcast.decode("me", "/", message)).isInstanceOf(WireFormatException.class);
    }

    // ---- requests

    @Test
    void requestsOfNodeAreRead() {
        assertThat(request(0)).isInstanceOfSatisfying(NodeRequest.BroadcastWithAck.class, r -> {
            assertThat(r.id()).isEqualTo("z-Bu6m");
            assertThat(r.timeout()).isEqualTo(Duration.ofMillis(300));
            assertThat(Wire.text(r.broadcast().arguments())).isEqualTo("[\"q\"]");
        });
        assertThat(request(1)).isEqualTo(new NodeRequest.Fetch(NODE, "1XzQ5z", Selection.ALL));
        assertThat(request(2))
                .isEqualTo(new NodeRequest.Apply(NODE, new Command.Join("/", rooms("room1"), Set.of("room4"))));
        assertThat(request(3))
                .isEqualTo(new NodeRequest.Apply(NODE, new Command.Leave("/", rooms("room1"), Set.of("room4", "r5"))));
        assertThat(request(4)).isInstanceOfSatisfying(NodeRequest.ServerSideEmit.class, r -> {
            assertThat(r.id()).isEmpty();
            assertThat(Wire.text(r.emit().arguments())).isEqualTo("[\"hello\",1]");
        });
        assertThat(request(5))
                .isInstanceOfSatisfying(
                        NodeRequest.ServerSideEmit.class,
                        r -> assertThat(r.id()).contains("lBUpj3"));
        assertThat(request(6)).isEqualTo(new NodeRequest.AllRooms(NODE, "f88YrT"));
        assertThat(request(7))
                .isEqualTo(new NodeRequest.Apply(NODE, new Command.Disconnect("/", rooms("nobody"), false)));
    }

    @Test
    @DisplayName("X10: what the emitter says has no sender, or says that it is the emitter's")
    void requestsOfTheEmitterAreRead() {
        assertThat(request(8))
                .isEqualTo(new NodeRequest.Apply("", new Command.Join("/", rooms("room1"), Set.of("r5"))));
        assertThat(request(9))
                .isEqualTo(new NodeRequest.Apply("", new Command.Leave("/", Selection.ALL, Set.of("r5"))));
        assertThat(request(10).uid()).isEqualTo(NodeUid.EMITTER);
        assertThat(request(11))
                .isEqualTo(new NodeRequest.Apply("", new Command.Disconnect("/", rooms("nobody"), true)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5, 6, 7})
    void requestsAreWrittenByteByByteAsNodeDoes(int index) {
        assertThat(NodeRequestCodec.encode(request(index))).isEqualTo(REQUESTS.get(index));
    }

    @Test
    void requestsOfOldNodesAreRead() throws Exception {
        assertThat(decodedRequest("{\"requestId\":\"a\",\"type\":2,\"sid\":\"s1\",\"room\":\"r\"}"))
                .isEqualTo(new NodeRequest.ApplyToOne("", "a", "s1", new Command.Join("/", rooms("s1"), Set.of("r"))));
        assertThat(decodedRequest("{\"requestId\":\"a\",\"type\":4,\"sid\":\"s1\",\"close\":true}"))
                .isEqualTo(new NodeRequest.ApplyToOne("", "a", "s1", new Command.Disconnect("/", rooms("s1"), true)));
        assertThat(decodedRequest("{\"uid\":\"u\",\"requestId\":\"a\",\"type\":0,\"rooms\":[\"r\",1]}"))
                .isEqualTo(new NodeRequest.SocketIds("u", "a", Set.of("r", "1")));
    }

    @ParameterizedTest
    @DisplayName("sec-B1, sec-B2: requests of the wrong shape are refused")
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"type\":99}",
                "{\"type\":\"x\"}",
                "{\"type\":5}",
                "{\"type\":5,\"requestId\":{},\"opts\":{}}",
                "{\"type\":5,\"requestId\":\"a\",\"opts\":[]}",
                "{\"type\":5,\"requestId\":\"a\",\"opts\":{\"rooms\":7}}",
                "{\"type\":6,\"data\":{}}",
                "{\"type\":6,\"data\":[]}",
                "{\"type\":6,\"data\":[{}]}",
                "{\"type\":2,\"opts\":{\"rooms\":[[]]}}",
                "{\"type\":4294967298,\"opts\":{}}",
                "[]",
                "nonsense"
            })
    void requestsOfTheWrongShapeAreRefused(String text) {
        assertThatThrownBy(() -> decodedRequest(text)).isInstanceOf(WireFormatException.class);
    }

    // ---- responses

    @Test
    void responsesOfNodeAreRead() {
        assertThat(response(0)).isEqualTo(new NodeResponse.ClientCount(1));
        assertThat(response(1))
                .isInstanceOfSatisfying(
                        NodeResponse.ClientAck.class,
                        r -> assertThat(Wire.text(r.value())).isEqualTo("\"resp\""));
        assertThat(response(2)).isInstanceOfSatisfying(NodeResponse.Sockets.class, r -> {
            SocketSnapshot socket = r.sockets().getFirst();
            assertThat(socket.id()).isEqualTo("LBXDWm0lb9HEhMuTAAAA");
            assertThat(socket.rooms()).containsExactly("LBXDWm0lb9HEhMuTAAAA");
            assertThat(Wire.text(socket.data())).isEqualTo("{}");
            assertThat(Wire.text(socket.handshake()))
                    .startsWith("{\"headers\":{\"host\":")
                    .endsWith("\"auth\":{}}");
        });
        assertThat(response(3))
                .isInstanceOfSatisfying(
                        NodeResponse.ServerSideAnswer.class,
                        r -> assertThat(Wire.text(r.value())).isEqualTo("\"world\""));
        assertThat(response(4)).isEqualTo(new NodeResponse.Rooms(Set.of("LBXDWm0lb9HEhMuTAAAA")));
    }

    @Test
    void responsesAreWrittenAsNodeDoesAndSigned() {
        for (int i = 0; i < RESPONSES.size(); i++) {
            byte[] written = NodeResponseCodec.encode("myUid1", responseId(i), response(i));
            byte[] expected = RESPONSES.get(i);
            if (expected[0] == '{') {
                assertThat(new String(written, UTF_8))
                        .isEqualTo(new String(expected, UTF_8).replaceFirst("}$", ",\"uid\":\"myUid1\"}"));
            } else {
                String hex = HexFormat.of().formatHex(expected).replaceFirst("^83", "84") + "a3756964a66d7955696431";
                assertThat(HexFormat.of().formatHex(written)).isEqualTo(hex);
            }
        }
    }

    @Test
    void buffersInAnAnswerNeedMsgpack() throws Exception {
        NodeResponse answer =
                new NodeResponse.ServerSideAnswer(Wire.payload("[{\"_placeholder\":true,\"num\":0}]", new byte[] {1}));
        byte[] message = NodeResponseCodec.encode("u", "id", answer);
        WireObject read = WireValue.of(message).object();
        assertThat(NodeResponseCodec.uid(read)).contains("u");
        assertThat(NodeResponseCodec.decode(read, new NodeId(1)))
                .usingRecursiveComparison()
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @DisplayName("sec-B4: an impossible number of clients is refused")
    @ValueSource(strings = {"-1", "2147483648", "1e3", "\"1\"", "null"})
    void anImpossibleCountIsRefused(String count) throws Exception {
        WireObject response = WireValue.of(
                        ("{\"type\":8,\"requestId\":\"a\",\"clientCount\":" + count + "}").getBytes(UTF_8))
                .object();
        assertThatThrownBy(() -> NodeResponseCodec.decode(response, new NodeId(1)))
                .isInstanceOf(WireFormatException.class);
    }

    private static String event(int index) {
        return Wire.text(decoded("/", index).arguments());
    }

    private static Command.Broadcast decoded(String namespace, int index) {
        try {
            return NodeBroadcast.decode("me", namespace, EVENTS.get(index)).orElseThrow();
        } catch (WireFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static NodeRequest request(int index) {
        try {
            return NodeRequestCodec.decode("/", REQUESTS.get(index));
        } catch (WireFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static NodeRequest decodedRequest(String text) throws WireFormatException {
        return NodeRequestCodec.decode("/", text.getBytes(UTF_8));
    }

    private static NodeResponse response(int index) {
        try {
            return NodeResponseCodec.decode(WireValue.of(RESPONSES.get(index)).object(), new NodeId(7));
        } catch (WireFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static String responseId(int index) {
        try {
            return NodeResponseCodec.requestId(
                    WireValue.of(RESPONSES.get(index)).object());
        } catch (WireFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static Selection rooms(String room) {
        return new Selection(Set.of(room), Set.of(), Flags.NONE);
    }

    private static List<byte[]> captured(String channel) {
        try (InputStream file =
                Objects.requireNonNull(NodeCodecTest.class.getResourceAsStream("captured-from-node.txt"))) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(channel))
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .map(text -> text.startsWith("{")
                            ? text.getBytes(UTF_8)
                            : HexFormat.of().parseHex(text))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
