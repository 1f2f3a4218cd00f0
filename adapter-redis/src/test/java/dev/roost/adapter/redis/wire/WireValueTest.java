package dev.roost.adapter.redis.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Payload;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WireValueTest {
    @ParameterizedTest
    @DisplayName("values of msgpack become what JavaScript makes of them")
    @CsvSource(delimiter = '|', textBlock = """
        c0                           | null
        d40000                       | null
        c2                           | false
        ca3dcccccd                   | 0.10000000149011612
        ca40000000                   | 2
        cb4000000000000000           | 2
        cb8000000000000000           | 0
        cb7ff8000000000000           | null
        cb7ff0000000000000           | null
        cfffffffffffffffff           | 18446744073709551615
        d38000000000000000           | -9223372036854775808
        d90161                       | "a"
        da000161                     | "a"
        db0000000161                 | "a"
        a1ff                         | "\ufffd"
        a3010a22                     | "\\u0001\\n\\""
        dc000101                     | [1]
        dd0000000101                 | [1]
        de0001a16101                 | {"a":1}
        df00000001a16101             | {"a":1}
        810102                       | {"1":2}
        d6ff00000001                 | "1970-01-01T00:00:01.000Z"
        d7ff7735940000000001         | "1970-01-01T00:00:01.500Z"
        c70cff00000000ffffffffffffffff | "1969-12-31T23:59:59.000Z"
        c70cff000000007fffffffffffffff | null
        c70cff000000000000004a00000000 | "+012041-"
        d7000000000000000001         | "1970-01-01T00:00:00.001Z"
        c70200aabb                   | {"_placeholder":true,"num":0}
        d405aa                       | [5,{"_placeholder":true,"num":0}]
        c40101                       | {"_placeholder":true,"num":0}
        """)
    void msgpackIsReadAsJavaScriptDoes(String hex, String json) throws Exception {
        if (json.startsWith("\"+")) {
            assertThat(text(hex)).matches("\"[+-]\\d{6}-.*Z\"");
        } else {
            assertThat(text(hex)).isEqualTo(json);
        }
    }

    @ParameterizedTest
    @DisplayName("sec-B1: lengths that are not there, and what msgpack does not know, are refused without allocating")
    @ValueSource(
            strings = {
                "c67fffffff",
                "c6ffffffff",
                "c97fffffff05",
                "db7fffffff",
                "dd7fffffff",
                "ddffffffff",
                "df7fffffff",
                "dfffffffff",
                "c1",
                "91",
                "c4",
                "8101",
                "81c001",
                "81c4016101"
            })
    void hostileMsgpackIsRefused(String hex) {
        assertThatThrownBy(() -> text(hex)).isInstanceOf(WireFormatException.class);
    }

    @Test
    @DisplayName("sec-B1: too deep, too large, and what grows too large is refused")
    void whatIsTooDeepOrTooLargeIsRefused() {
        byte[] deep = new byte[100_000];
        Arrays.fill(deep, (byte) 0x91);
        assertThatThrownBy(() -> WireValue.packed(deep).payload()).isInstanceOf(WireFormatException.class);
        byte[] deepJson = "[".repeat(100_000).getBytes(UTF_8);
        assertThatThrownBy(() -> WireValue.json(deepJson).elements()).isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> WireValue.of(new byte[0])).isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> WireValue.of(new byte[WireValue.MAX_BYTES + 1]))
                .isInstanceOf(WireFormatException.class);
        byte[] nulls = new byte[8 << 20];
        Arrays.fill(nulls, (byte) 0xc0);
        nulls[0] = (byte) 0xdd;
        nulls[1] = 0;
        nulls[2] = 0x7f;
        nulls[3] = (byte) 0xff;
        nulls[4] = (byte) 0xfb;
        assertThatThrownBy(() -> WireValue.packed(nulls).payload())
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("fit into");
    }

    @Test
    @DisplayName("an object that would be taken for a buffer is refused beside buffers, and kept without")
    void aForgedPlaceholderIsRefused() throws Exception {
        String forged = "82ac5f706c616365686f6c646572c3a36e756d00";
        assertThat(text("91" + forged)).isEqualTo("[{\"_placeholder\":true,\"num\":0}]");
        assertThatThrownBy(() -> text("92" + forged + "c40101")).isInstanceOf(WireFormatException.class);
    }

    @Test
    void valuesOfJsonAreCutOutAsTheyAre() throws Exception {
        String text =
                "{ \"a\" : [ 1 , \"x\\\"]\" , {\"b\":null} ] ,\"n\":-12.50 ,\"s\":\"ü\",\"t\":true,\"o\":{\"p\":[]} }";
        WireObject object = WireValue.of(text.getBytes(UTF_8)).object();
        assertThat(json(object.get("a"))).isEqualTo("[ 1 , \"x\\\"]\" , {\"b\":null} ]");
        assertThat(json(object.get("n"))).isEqualTo("-12.50");
        assertThat(json(object.get("s"))).isEqualTo("\"ü\"");
        assertThat(object.get("s").text()).isEqualTo("ü");
        assertThat(object.isTrue("t")).isTrue();
        assertThat(json(object.get("o"))).isEqualTo("{\"p\":[]}");
        List<WireValue> elements = object.get("a").elements();
        assertThat(elements).hasSize(3);
        assertThat(elements.get(0).integer()).isEqualTo(1);
        assertThat(elements.get(1).text()).isEqualTo("x\"]");
        assertThat(elements.get(2).object().find("b")).isEmpty();
    }

    @Test
    void whatIsNotUtf8InJsonIsReplacedAsNodeDoes() throws Exception {
        byte[] message = {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'};
        assertThat(json(WireValue.of(message).object().get("a"))).isEqualTo("\"\ufffd\"");
    }

    @Test
    @DisplayName("JSON with buffers goes through msgpack and back unchanged")
    void jsonGoesThroughMsgpackAndBack() throws Exception {
        String json = "[\"e\",{\"a\":[{\"_placeholder\":true,\"num\":0},{\"x\":{\"_placeholder\":true,\"num\":1}}],"
                + "\"b\":{}},[],\"" + "ü".repeat(300) + "\",[[[{\"_placeholder\":true,\"num\":2}]]],-1,null,true,1.25]";
        Payload payload = new Payload(json.getBytes(UTF_8), List.of(new byte[] {1}, new byte[0], new byte[70_000]));
        Payload back =
                WireValue.packed(WireWriter.packed().payload(payload).message()).payload();
        assertThat(new String(back.json(), UTF_8)).isEqualTo(json);
        assertThat(back.attachments()).usingRecursiveComparison().isEqualTo(payload.attachments());
    }

    @Test
    @DisplayName("buffers stand where the text has them, whatever else the object that stands for one holds")
    void buffersStandWhereTheTextHasThem() throws Exception {
        Payload payload = new Payload(
                "[{\"num\":1,\"x\":{\"y\":[1,2]},\"_placeholder\":true},{\"_placeholder\":true,\"num\":0},{\"num\":7}]"
                        .getBytes(UTF_8),
                List.of(new byte[] {1}, new byte[] {2}));
        assertThat(HexFormat.of().formatHex(WireWriter.packed().payload(payload).message()))
                .isEqualTo("93c40102c4010181a36e756d07");
    }

    @Test
    @DisplayName("sec-B1: random bytes are refused or read, and nothing else")
    void randomBytesDoNoHarm() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            random.nextBytes(bytes);
            if (i % 3 == 0) {
                bytes[0] = '{';
            }
            try {
                WireValue value = WireValue.of(bytes);
                value.payload();
                for (WireValue member : value.object().members().values()) {
                    member.isNull();
                    member.payload();
                    member.text();
                }
            } catch (WireFormatException expected) {
                assertThat(expected).hasMessageStartingWith("expected ");
            }
        }
    }

    private static String text(String hex) throws WireFormatException {
        return json(WireValue.packed(HexFormat.of().parseHex(hex)));
    }

    private static String json(WireValue value) throws WireFormatException {
        return new String(value.payload().json(), UTF_8);
    }
}
