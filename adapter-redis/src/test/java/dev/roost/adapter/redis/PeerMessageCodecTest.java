package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec against messages that Node's sharded adapter has sent. */
class PeerMessageCodecTest {
    private static final String HEAD = "{\"type\":";

    @ParameterizedTest
    @DisplayName("X07: messages of Node are read, and written byte by byte as Node does")
    @ValueSource(
            strings = {
                "3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"ev\",1,\"2\",null,null,true]},\"opts\":{\"rooms\":[],\"except\":[],"
                    + "\"flags\":{}}}",
                "3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"ev\"]},\"opts\":{\"rooms\":[\"room1\"],\"except\":[\"room3\"],"
                    + "\"flags\":{\"volatile\":true,\"compress\":false}}}",
                "3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"q\"]},\"requestId\":\"01f1d5a3388186ef\",\"opts\":{\"rooms\":[],"
                    + "\"except\":[],\"flags\":{\"timeout\":300}}}",
                "11,\"data\":{\"requestId\":\"01f1d5a3388186ef\",\"clientCount\":1}",
                "12,\"data\":{\"requestId\":\"01f1d5a3388186ef\",\"packet\":\"resp\"}",
                "7,\"data\":{\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}},\"requestId\":\"31dc0ab808069110\"}",
                "8,\"data\":{\"requestId\":\"31dc0ab808069110\",\"sockets\":[{\"id\":\"NQCZs3MPH9s4lkrZAAAA\","
                        + "\"handshake\":{\"headers\":{}},\"rooms\":[\"NQCZs3MPH9s4lkrZAAAA\"],\"data\":{}}]}",
                "4,\"data\":{\"opts\":{\"rooms\":[\"room1\"],\"except\":[],\"flags\":{}},\"rooms\":[\"room4\"]}",
                "5,\"data\":{\"opts\":{\"rooms\":[\"room1\"],\"except\":[],\"flags\":{}},\"rooms\":[\"room4\"]}",
                "6,\"data\":{\"opts\":{\"rooms\":[\"nobody\"],\"except\":[],\"flags\":{}},\"close\":false}",
                "9,\"data\":{\"packet\":[\"hello\",1]}",
                "9,\"data\":{\"requestId\":\"7388a23a111ebe9e\",\"packet\":[\"hello\",1]}",
                "10,\"data\":{\"requestId\":\"7388a23a111ebe9e\",\"packet\":\"world\"}"
            })
    void messagesOfNodeAreReadAndWritten(String captured) throws Exception {
        String text = HEAD + captured + ",\"uid\":\"a48dd11e156e7cd8\",\"nsp\":\"/\"}";
        assertThat(new String(again(text.getBytes(UTF_8)), UTF_8)).isEqualTo(text);
    }

    @ParameterizedTest
    @DisplayName("X07: messages with buffers are msgpack")
    @ValueSource(
            strings = {
                "84a474797065 03 a464617461 82 a67061636b6574 82 a474797065 02 a464617461 92 a362696e 81 a161 c4020205"
                        + "a46f70747383a5726f6f6d7390a665786365707490a5666c61677380",
                "84a474797065 09 a464617461 81 a67061636b6574 92 a568656c6c6f c4020205",
                "84a474797065 0c a464617461 82 a9726571756573744964 b061623639633636316662376336643562"
                        + "a67061636b6574 c403010203"
            })
    void messagesWithBuffersAreReadAndWritten(String hex) throws Exception {
        byte[] message = HexFormat.of()
                .parseHex(hex.replace(" ", "")
                        + "a3756964b0"
                        + HexFormat.of().formatHex("a48dd11e156e7cd8".getBytes(ISO_8859_1))
                        + "a36e7370a12f");
        assertThat(again(message)).isEqualTo(message);
    }

    @Test
    @DisplayName("adapter 7: presence is nothing to this format, what nobody knows is refused")
    void presenceIsLeftAlone() throws Exception {
        WireObject nothing = WireValue.of("{}".getBytes(UTF_8)).object();
        assertThat(PeerMessageCodec.decode(2, "/", "u", nothing, new NodeId(1))).isEqualTo(new PeerMessage.Presence());
        assertThatThrownBy(() -> PeerMessageCodec.decode(15, "/", "u", nothing, new NodeId(1)))
                .isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> PeerMessageCodec.decode(3, "/", "u", nothing, new NodeId(1)))
                .isInstanceOf(WireFormatException.class);
    }

    @Test
    void theChannelsOfRoomsAreNotTakenForThoseOfNodes() {
        PeerChannels channels = PeerChannels.of("socket.io", "/");
        assertThat(channels.uidOf("socket.io#/#a48dd11e156e7cd8#")).contains("a48dd11e156e7cd8");
        assertThat(channels.uidOf("socket.io#/#room#")).isEmpty();
        assertThat(channels.uidOf("socket.io#/#")).isEmpty();
        assertThat(NodeUid.isLong(NodeUid.longOf(new NodeId(-1)))).isTrue();
    }

    @ParameterizedTest
    @DisplayName("X09: ids of entries are ordered by time, then by number")
    @ValueSource(strings = {"1-0<1-1", "9-5<10-0", "1-9<1-10", "0-0<18446744073709551615-18446744073709551615"})
    void idsOfEntriesAreOrdered(String pair) {
        String[] ids = pair.split("<", -1);
        assertThat(StreamId.compare(ids[0], ids[1])).isNegative();
        assertThat(StreamId.compare(ids[1], ids[0])).isPositive();
        assertThat(StreamId.compare(ids[0], ids[0])).isZero();
    }

    private static byte[] again(byte[] bytes) throws WireFormatException {
        WireObject message = WireValue.of(bytes).object();
        String namespace = message.get("nsp").text();
        PeerMessage read = PeerMessageCodec.decode(
                message.get("type").integer(),
                namespace,
                message.get("uid").text(),
                message.get("data").object(),
                new NodeId(1));
        return PeerMessageCodec.encode(message.get("uid").text(), namespace, read);
    }
}
