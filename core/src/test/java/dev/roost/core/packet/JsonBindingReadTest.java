package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.adapter.Payload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

@DisplayName("what a client's JSON becomes in Java")
class JsonBindingReadTest {
    enum Color {
        RED,
        GREEN
    }

    record Message(String room, String text) {}

    record Item(int count, Optional<String> note, List<Long> prices, Color color) {}

    record Raw(JsonValue value, Map<String, JsonValue> more) {}

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("value must be positive");
            }
        }
    }

    static class Bean {
        public String name = "none";
        private int size;

        public int getSize() {
            return size;
        }

        public void setSize(int size) {
            this.size = size;
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> values() {
        return Stream.of(
                arguments("\"a\"", String.class, "a"),
                arguments("\"a\\n\\u20ac\\ud83d\\ude00\"", String.class, "a\n\u20ac\ud83d\ude00"),
                arguments("5", int.class, 5),
                arguments("-5", Integer.class, -5),
                arguments("2147483647", int.class, Integer.MAX_VALUE),
                arguments("9007199254740993", long.class, 9007199254740993L),
                arguments("9223372036854775807", Long.class, Long.MAX_VALUE),
                arguments("-9223372036854775808", long.class, Long.MIN_VALUE),
                arguments("5", double.class, 5.0),
                arguments("1.5", Double.class, 1.5),
                arguments("1.5", float.class, 1.5f),
                arguments("12", short.class, (short) 12),
                arguments("12", byte.class, (byte) 12),
                arguments("true", boolean.class, true),
                arguments("false", Boolean.class, false),
                arguments("\"x\"", char.class, 'x'),
                arguments(
                        "123456789012345678901234567890",
                        BigInteger.class,
                        new BigInteger("123456789012345678901234567890")),
                arguments("1.10", BigDecimal.class, new BigDecimal("1.10")),
                arguments("{\"room\":\"a\",\"text\":\"b\"}", Message.class, new Message("a", "b")),
                arguments("{\"text\":\"b\",\"x\":[{}],\"room\":\"a\"}", Message.class, new Message("a", "b")),
                arguments("{\"room\":\"a\"}", Message.class, new Message("a", null)),
                arguments(
                        "{\"count\":1,\"prices\":[1,2],\"color\":\"RED\"}",
                        Item.class,
                        new Item(1, Optional.empty(), List.of(1L, 2L), Color.RED)),
                arguments("{\"count\":1,\"note\":\"n\"}", Item.class, new Item(1, Optional.of("n"), null, null)),
                arguments("\"GREEN\"", Color.class, Color.GREEN),
                arguments("\"2026-01-02T03:04:05.678Z\"", Instant.class, Instant.parse("2026-01-02T03:04:05.678Z")),
                arguments("\"2026-01-02\"", LocalDate.class, LocalDate.of(2026, 1, 2)),
                arguments("\"PT5S\"", Duration.class, Duration.ofSeconds(5)),
                arguments(
                        "\"2026-01-02T03:04:05.678Z\"",
                        Date.class,
                        Date.from(Instant.parse("2026-01-02T03:04:05.678Z"))),
                arguments("[1,\"a\",null,{\"x\":1.5}]", Object.class, Arrays.asList(1, "a", null, Map.of("x", 1.5))),
                arguments("{\"x\":1,\"x\":2}", Map.class, Map.of("x", 2)),
                arguments("[\"a\",\"b\"]", String[].class, new String[] {"a", "b"}),
                arguments("[1,2]", int[].class, new int[] {1, 2}),
                arguments("[1,2]", Set.class, Set.of(1, 2)),
                arguments("null", String.class, null),
                arguments("null", Integer.class, null),
                arguments("null", Optional.class, Optional.empty()),
                arguments("null", Message.class, null),
                arguments("\"x\"", Optional.class, Optional.of("x")),
                arguments("[1]", JsonValue.class, JsonValue.parse("[1]")),
                arguments("null", JsonValue.class, JsonValue.parse("null")),
                arguments(
                        "{\"value\": [1.10, 1e400] ,\"more\":{\"a\":\"\\u0041\",\"b\":null,\"c\":7}}",
                        Raw.class,
                        new Raw(
                                JsonValue.parse("[1.10, 1e400]"),
                                Map.of(
                                        "a",
                                        JsonValue.parse("\"\\u0041\""),
                                        "b",
                                        JsonValue.parse("null"),
                                        "c",
                                        JsonValue.parse("7")))),
                arguments("{}", Raw.class, new Raw(JsonValue.parse("null"), null)),
                arguments("\"\\ud800\"", String.class, "\ud800"),
                arguments("[\"\\ud800\",\"\\u0000\"]", List.class, List.of("\ud800", "\u0000")),
                // sec-D2: exponents are not expanded
                arguments("1e400", Object.class, Double.POSITIVE_INFINITY),
                arguments("-1e-400", Object.class, -0.0),
                arguments("1e999999999", double.class, Double.POSITIVE_INFINITY),
                arguments("1e999999999", BigDecimal.class, new BigDecimal("1e999999999")),
                // sec-K9
                arguments(
                        "{\"@class\":\"java.util.Date\",\"__proto__\":{\"x\":1},\"@type\":\"x\"}",
                        Object.class,
                        Map.of("@class", "java.util.Date", "__proto__", Map.of("x", 1), "@type", "x")),
                arguments(
                        "{\"@class\":\"java.util.Date\",\"$type\":\"x\",\"class\":\"y\",\"room\":\"a\"}",
                        Message.class,
                        new Message("a", null)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueReadsAs(String json, Class<?> type, Object expected) {
        Object value = JsonValue.parse(json).as(type);
        assertThat(value).isEqualTo(expected);
        assertThat(event("[\"e\",0," + json + "]").get(1, type))
                .as("as an argument")
                .isEqualTo(expected);
    }

    @Test
    void beansAndGenericTypesAreRead() {
        Bean bean = JsonValue.parse("{\"size\":3,\"name\":\"x\"}").as(Bean.class);
        assertThat(bean.getSize()).isEqualTo(3);
        assertThat(bean.name).isEqualTo("x");
        Map<String, List<Message>> map =
                JsonValue.parse("{\"a\":[{\"room\":\"r\"}]}").as(new TypeReference<>() {});
        assertThat(map).isEqualTo(Map.of("a", List.of(new Message("r", null))));
        Optional<Integer> absent = event("[\"e\"]").get(3, new TypeReference<>() {});
        assertThat(absent).isEmpty();
        JsonNode node = JsonValue.parse("{\"a\":[1]}").as(JsonNode.class);
        assertThat(node.at("/a/0").intValue()).isEqualTo(1);
        assertThat(JsonValue.parse("null").as(JsonNode.class).isNull()).isTrue();
    }

    @Test
    void absentArgumentCountsAsNull() {
        Arguments arguments = event("[\"e\",1]");
        assertThat(arguments.count()).isEqualTo(1);
        assertThat(arguments.get(1, String.class)).isNull();
        assertThat((Object) arguments.get(7, Optional.class)).isEqualTo(Optional.empty());
        assertThat(arguments.get(1, JsonValue.class).isNull()).isTrue();
        assertThatThrownBy(() -> arguments.get(1, int.class))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected int, got null at argument 1");
        assertThatThrownBy(() -> arguments.get(1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("expected an index below 1, the count, got 1");
        assertThatThrownBy(() -> arguments.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> arguments.get(-1, String.class)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> mismatches() {
        return Stream.of(
                arguments("\"secret\"", int.class, "expected int, got string at argument 0"),
                arguments("\"5\"", int.class, "expected int, got string at argument 0"),
                arguments("\"5\"", Long.class, "expected Long, got string at argument 0"),
                arguments("\"true\"", boolean.class, "expected boolean, got string at argument 0"),
                arguments("1", boolean.class, "expected boolean, got number at argument 0"),
                arguments("5", String.class, "expected String, got number at argument 0"),
                arguments("true", String.class, "expected String, got boolean at argument 0"),
                arguments("{}", String.class, "expected String, got object at argument 0"),
                arguments("[]", String.class, "expected String, got array at argument 0"),
                arguments("1.5", int.class, "expected int, got number of another form or range at argument 0"),
                arguments("2147483648", int.class, "expected int, got number of another form or range at argument 0"),
                arguments("1e400", long.class, "expected long, got number of another form or range at argument 0"),
                arguments(
                        "1e999999999", long.class, "expected long, got number of another form or range at argument 0"),
                arguments(
                        "1e999999999",
                        BigInteger.class,
                        "expected BigInteger, got number of another form or range at argument 0"),
                arguments("null", int.class, "expected int, got null at argument 0"),
                arguments("null", boolean.class, "expected boolean, got null at argument 0"),
                arguments("[1,2]", Message.class, "expected Message, got array at argument 0"),
                arguments("\"x\"", Message.class, "expected Message, got string at argument 0"),
                arguments("{\"a\":1}", List.class, "expected List, got object at argument 0"),
                arguments("\"BLUE\"", Color.class, "expected Color, got string of another form or range at argument 0"),
                arguments("1", Color.class, "expected Color, got number at argument 0"),
                arguments(
                        "\"tomorrow\"",
                        Instant.class,
                        "expected Instant, got string of another form or range at argument 0"),
                arguments("{\"room\":[1]}", Message.class, "expected String, got array at argument 0.room"),
                arguments("{\"count\":null}", Item.class, "expected int, got null at argument 0.count"),
                arguments(
                        "{\"count\":1,\"prices\":[1,\"secret\"]}",
                        Item.class,
                        "expected Long, got string at argument 0.prices[1]"),
                arguments("[1,\"secret\"]", int[].class, "expected int, got string at argument 0[1]"));
    }

    @ParameterizedTest
    @MethodSource("mismatches")
    void mismatchIsNamedWithoutTheValue(String json, Class<?> type, String text) {
        assertThatThrownBy(() -> event("[\"e\"," + json + "]").get(0, type))
                .isInstanceOf(ArgumentException.class)
                .hasMessage(text)
                .hasNoCause();
        assertThatThrownBy(() -> JsonValue.parse(json).as(type))
                .isInstanceOf(ArgumentException.class)
                .hasMessage(
                        text.contains("argument 0.")
                                ? text.replace("argument 0.", "")
                                : text.contains("argument 0[")
                                        ? text.replace("argument 0", "")
                                        : text.replace(" at argument 0", ""));
    }

    @Test
    void keysOfMapsAreNotShown() {
        assertThatThrownBy(() ->
                        JsonValue.parse("{\"secret\\r\\n\":\"x\"}").as(new TypeReference<Map<String, Integer>>() {}))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected Integer, got string at [key]");
    }

    @Test
    void whatTheApplicationThrowsIsTheCause() {
        assertThatThrownBy(() -> JsonValue.parse("{\"value\":-1}").as(Positive.class))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected Positive, got object")
                .hasRootCauseMessage("value must be positive");
    }

    // ---- buffers

    record Upload(String name, byte[] data, ByteBuffer more, JsonNode node, Object any, JsonValue raw) {}

    private static final String[] BUFFERS = {"01", "0203", ""};

    private static Arguments binary(String array) {
        return Arguments.ofEvent(
                new Payload(
                        array.replaceAll("#(\\d)", "{\"_placeholder\":true,\"num\":$1}")
                                .getBytes(UTF_8),
                        Stream.of(BUFFERS)
                                .map(java.util.HexFormat.of()::parseHex)
                                .toList()),
                JsonBinding.defaults());
    }

    @Test
    @DisplayName("P02: buffers bind wherever a Java value has room for one")
    void buffersBindFromPlaceholders() {
        Arguments arguments = binary(
                "[\"up\",#1,{\"name\":\"n\",\"data\":#0,\"more\":#1,\"node\":{\"x\":[#2]},\"any\":[#1,{\"y\":#0}],"
                        + "\"raw\":{\"z\":[#1,#0,#1]}}]");
        assertThat(arguments.get(0, byte[].class))
                .isEqualTo(new byte[] {2, 3})
                .isSameAs(arguments.payload().attachments().get(1));
        assertThat(arguments.get(0, ByteBuffer.class)).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
        assertThat(arguments.get(0, Object.class)).isEqualTo(new byte[] {2, 3});
        assertThat(arguments.get(0, JsonNode.class).binaryValue()).isEqualTo(new byte[] {2, 3});
        Optional<byte[]> optional = arguments.get(0, new TypeReference<>() {});
        assertThat(optional).hasValueSatisfying(data -> assertThat(data).containsExactly(2, 3));

        Upload upload = arguments.get(1, Upload.class);
        assertThat(upload.name()).isEqualTo("n");
        assertThat(upload.data()).containsExactly(1);
        assertThat(upload.more()).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
        assertThat(upload.node().at("/x/0").binaryValue()).isEmpty();
        List<?> any = (List<?>) upload.any();
        assertThat(any.get(0)).isEqualTo(new byte[] {2, 3});
        assertThat(((Map<?, ?>) any.get(1)).get("y")).isEqualTo(new byte[] {1});
        assertThat(Wire.show(upload.raw()))
                .isEqualTo("{\"z\":[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1},"
                        + "{\"_placeholder\":true,\"num\":0}]} <0203> <01>");
        List<byte[]> list = binary("[\"a\",[#2,#1]]").get(0, new TypeReference<>() {});
        assertThat(list).containsExactly(new byte[0], new byte[] {2, 3});
        Map<String, Object> map = binary("[\"a\",{\"k\":#1,\"l\":{\"_placeholder\":false,\"num\":1}}]")
                .get(0, new TypeReference<>() {});
        assertThat(map.get("k")).isEqualTo(new byte[] {2, 3});
        assertThat(map.get("l")).isEqualTo(Map.of("_placeholder", false, "num", 1));
    }

    @Test
    void bufferIsNoText() {
        assertThatThrownBy(() -> binary("[\"a\",#0]").get(0, String.class))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected String, got buffer at argument 0");
        assertThatThrownBy(() -> binary("[\"a\",{\"room\":#0}]").get(0, Message.class))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected String, got buffer at argument 0.room");
        assertThatThrownBy(() -> binary("[\"a\",#0]").get(0, int.class))
                .isInstanceOf(ArgumentException.class)
                .hasMessage("expected int, got buffer at argument 0");
    }

    @Test
    void placeholderOfAPlainEventIsOrdinaryData() {
        Object value = event("[\"a\",{\"_placeholder\":true,\"num\":0}]").get(0, Object.class);
        assertThat(value).isEqualTo(Map.of("_placeholder", true, "num", 0));
    }

    @Test
    void objectThatOnlyStartsLikeAPlaceholderIsOrdinaryData() {
        Map<String, Object> value = new HashMap<>(Map.of("_placeholder", 5, "num", 0, "other", new byte[] {1}));
        Object read = binary("[\"a\",{\"_placeholder\":true,\"num\":0,\"_placeholder\":5,\"other\":#0}]")
                .get(0, Object.class);
        assertThat(read).usingRecursiveComparison().isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "[null]", "{}", "[\"a\"", "[]", "[\"a\"]x", "\"a\"", ""})
    void foreignArraysAreChecked(String json) {
        Payload payload = Payload.of(json.getBytes(UTF_8));
        if (!json.equals("[1]")) {
            assertThatThrownBy(() -> Arguments.ofEvent(payload, JsonBinding.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        if (!json.equals("[1]") && !json.equals("[null]") && !json.equals("[]")) {
            assertThatThrownBy(() -> Arguments.of(payload, JsonBinding.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Arguments event(String array) {
        return Arguments.ofEvent(Payload.of(array.getBytes(UTF_8)), JsonBinding.defaults());
    }
}
