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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;

@DisplayName("what Java values become in JSON")
class JsonBindingWriteTest {
    private static final JsonBinding BINDING = JsonBinding.defaults();

    enum Color {
        RED
    }

    record Message(String room, Optional<String> text) {}

    record Numbers(double a, float b, Double c, double[] d, float[] e) {}

    record Files(byte[] first, List<Object> more, Map<String, ByteBuffer> named, byte[] last) {}

    record Raw(JsonValue value, byte[] data, List<JsonValue> more) {}

    static Stream<org.junit.jupiter.params.provider.Arguments> values() {
        return Stream.of(
                arguments(null, "null"),
                arguments("", "\"\""),
                arguments(
                        "a\"b\\c\b\f\n\r\t\u0000\u001f/\u007f", "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0000\\u001f/\u007f\""),
                arguments(
                        "\u00e9\u07ff\u0800\u20ac\u2028\uffff\ud83d\ude00",
                        "\"\u00e9\u07ff\u0800\u20ac\u2028\uffff\ud83d\ude00\""),
                // sec-D7: as JSON.stringify of browsers
                arguments("\ud800", "\"\\ud800\""),
                arguments(
                        "a\ud800b\udc00c\ud800\ud83d\ude00\ud800", //
                        "\"a\\ud800b\\udc00c\\ud800\ud83d\ude00\\ud800\""),
                arguments(List.of("a\ud800b\ude00", "\ud83d\ude00"), "[\"a\\ud800b\\ude00\",\"\ud83d\ude00\"]"),
                arguments(Map.of("\ud800", 1), "{\"\\ud800\":1}"),
                arguments(0, "0"),
                arguments(Integer.MIN_VALUE, "-2147483648"),
                arguments(Long.MAX_VALUE, "9223372036854775807"),
                arguments((short) 3, "3"),
                arguments((byte) -3, "-3"),
                arguments('c', "\"c\""),
                arguments(true, "true"),
                arguments(1.5, "1.5"),
                arguments(1.5f, "1.5"),
                arguments(1e300, "1.0E300"),
                arguments(Double.NaN, "null"),
                arguments(Double.NEGATIVE_INFINITY, "null"),
                arguments(Float.POSITIVE_INFINITY, "null"),
                arguments(List.of(Double.NaN, Float.NaN), "[null,null]"),
                arguments(
                        new Numbers(
                                Double.NaN,
                                Float.NaN,
                                Double.POSITIVE_INFINITY,
                                new double[] {1, Double.NaN},
                                new float[] {Float.NaN, 2}),
                        "{\"a\":null,\"b\":null,\"c\":null,\"d\":[1.0,null],\"e\":[null,2.0]}"),
                arguments(JsonNodeFactory.instance.numberNode(Double.NaN), "null"),
                arguments(new BigDecimal("1.10"), "1.10"),
                arguments(BigInteger.TWO.pow(70), "1180591620717411303424"),
                arguments(Optional.empty(), "null"),
                arguments(Optional.of("x"), "\"x\""),
                arguments(new Message("a", Optional.empty()), "{\"room\":\"a\",\"text\":null}"),
                arguments(Color.RED, "\"RED\""),
                arguments(new int[] {1, 2}, "[1,2]"),
                arguments(new String[] {"a", null}, "[\"a\",null]"),
                arguments(Arrays.asList(1, null, "a"), "[1,null,\"a\"]"),
                arguments(Map.of(1, Map.of()), "{\"1\":{}}"),
                arguments(Instant.parse("2026-01-02T03:04:05Z"), "\"2026-01-02T03:04:05.000Z\""),
                arguments(Instant.parse("2026-01-02T03:04:05.123456789Z"), "\"2026-01-02T03:04:05.123Z\""),
                arguments(Date.from(Instant.parse("2026-01-02T03:04:05.7Z")), "\"2026-01-02T03:04:05.700Z\""),
                arguments(Map.of("at", new Date(0)), "{\"at\":\"1970-01-01T00:00:00.000Z\"}"),
                arguments(LocalDate.of(2026, 1, 2), "\"2026-01-02\""),
                arguments(Duration.ofSeconds(5), "\"PT5S\""),
                arguments(new UUID(1, 2), "\"00000000-0000-0001-0000-000000000002\""),
                arguments(JsonValue.parse(" [1.0, {} ] "), "[1.0, {} ]"),
                arguments(List.of(JsonValue.parse("{\"a\" : 1}"), 2), "[{\"a\" : 1},2]"),
                arguments(JsonNodeFactory.instance.arrayNode().add(1).addNull(), "[1,null]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueIsWrittenAs(Object value, String json) {
        assertThat(BINDING.value(value).toString()).isEqualTo(json);
        assertThat(text(BINDING.event("e", value, 1))).isEqualTo("[\"e\"," + json + ",1]");
        assertThat(text(BINDING.array(0, value))).isEqualTo("[0," + json + "]");
        assertThat(text(BINDING.inline(value))).isEqualTo(json);
    }

    @Test
    void longTextsAreWrittenWhole() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(2_000); j > 0; j--) {
                text.append((char) (random.nextInt(4) == 0 ? random.nextInt(65_536) : random.nextInt(128)));
            }
            String expected = text.toString();
            assertThat(BINDING.value(expected).as(String.class)).isEqualTo(expected);
            // The way through Jackson.
            assertThat(BINDING.value(List.of(expected)).as(String[].class)).containsExactly(expected);
            assertThat(BINDING.value(List.of(expected)).toString())
                    .isEqualToIgnoringCase("[" + BINDING.value(expected) + "]");
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> buffers() {
        byte[] one = {1};
        byte[] two = {2, 2};
        byte[] three = {3};
        ByteBuffer window = ByteBuffer.wrap(new byte[] {9, 8, 7, 6}, 1, 2);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(2).put((byte) 5).put((byte) 4).flip();
        Map<String, ByteBuffer> named = new LinkedHashMap<>();
        named.put("w", window);
        named.put("d", direct);
        JsonValue raw = JsonValue.of(
                new Payload(
                        "[{\"_placeholder\":true,\"num\":1},{\"num\":0,\"_placeholder\":true},{\"_placeholder\":true,\"num\":1}]"
                                .getBytes(UTF_8),
                        List.of(one, two, three)),
                BINDING);
        Arguments arguments = Arguments.ofEvent(BINDING.event("e", one, 7, two), BINDING);
        return Stream.of(
                arguments(new Object[] {one, two}, "[%0,%1]", "01 0202"),
                arguments(new Object[] {window, direct.duplicate(), window}, "[%0,%1,%2]", "0807 0504 0807"),
                arguments(
                        new Object[] {new Files(one, List.of(two, "x", List.of(three)), named, one), two},
                        "[{\"first\":%0,\"more\":[%1,\"x\",[%2]],\"named\":{\"w\":%3,\"d\":%4},\"last\":%5},%6]",
                        "01 0202 03 0807 0504 01 0202"),
                arguments(
                        new Object[] {
                            JsonNodeFactory.instance.arrayNode().add(two).add(1)
                        },
                        "[[%0,1]]",
                        "0202"),
                arguments(new Object[] {Optional.of(one)}, "[%0]", "01"),
                arguments(new Object[] {three, raw, one}, "[%0,[%1,%2,%1],%3]", "03 0202 01 01"),
                arguments(
                        new Object[] {three, new Raw(raw, one, List.of(raw, JsonValue.parse("1 ")))},
                        "[%0,{\"value\":[%1,%2,%1],\"data\":%3,\"more\":[[%4,%5,%4],1]}]",
                        "03 0202 01 01 0202 01"),
                arguments(new Object[] {three, arguments}, "[%0,[%1,7,%2]]", "03 01 0202"),
                arguments(new Object[] {List.of(three, arguments)}, "[[%0,[%1,7,%2]]]", "03 01 0202"),
                arguments(new Object[] {arguments.get(2), arguments.get(0)}, "[%0,%1]", "0202 01"));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    @DisplayName("P02: buffers are numbered in document order wherever they stand")
    void buffersAreNumberedInDocumentOrder(Object[] values, String json, String attachments) {
        Payload payload = BINDING.array(values);
        assertThat(text(payload)).isEqualTo(expand(json));
        assertThat(payload.attachments().stream().map(HexFormat.of()::formatHex))
                .containsExactly(attachments.split(" "));
        Payload event = BINDING.event("e", values);
        assertThat(text(event)).isEqualTo("[\"e\"," + expand(json).substring(1));
        assertThat(event.attachments()).usingRecursiveComparison().isEqualTo(payload.attachments());
        // And back.
        Arguments read = Arguments.of(payload, BINDING);
        assertThat(BINDING.array(read.toList().toArray()))
                .usingRecursiveComparison()
                .isEqualTo(payload);
    }

    private static String expand(String json) {
        return json.replaceAll("%(\\d)", "{\"_placeholder\":true,\"num\":$1}");
    }

    @Test
    void whereNoAttachmentMayBeBuffersAreBase64() {
        byte[] data = {(byte) 0xfb, (byte) 0xff};
        assertThat(text(BINDING.inline(data))).isEqualTo("\"+/8=\"");
        assertThat(text(BINDING.inline(Map.of("a", List.of(data, ByteBuffer.wrap(data))))))
                .isEqualTo("{\"a\":[\"+/8=\",\"+/8=\"]}");
        assertThat(text(BINDING.inline(List.of(BINDING.value(List.of(data, data)), 1))))
                .isEqualTo("[[\"+/8=\",\"+/8=\"],1]");
        assertThat(BINDING.inline(BINDING.value(data)).attachments()).isEmpty();
    }

    @Test
    @DisplayName("sec-K6: a client's object in the form of a placeholder does not reach others as one")
    void dataThatLooksLikeAPlaceholderCannotStandBesideBuffers() {
        byte[] data = {1};
        for (String json : new String[] {
            expand("%0"),
            expand("[%7]"),
            "{\"_placeholder\":true}",
            "{\"x\":1,\"_pl\\u0061ceholder\":true,\"num\":\"splice\"}"
        }) {
            JsonValue relayed = JsonValue.parse(json);
            assertThat(text(BINDING.event("e", relayed))).isEqualTo("[\"e\"," + json + "]");
            for (Object value : new Object[] {relayed, List.of(relayed), relayed.as(Object.class)}) {
                assertThatThrownBy(() -> BINDING.event("e", value, data))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("expected data beside buffers, got an object with _placeholder: true");
            }
        }
        Map<String, Object> around = new LinkedHashMap<>();
        around.put("_placeholder", true);
        around.put("num", 0);
        around.put("data", data);
        assertThatThrownBy(() -> BINDING.value(around)).isInstanceOf(IllegalArgumentException.class);
        assertThat(text(BINDING.event("e", Map.of("_placeholder", 1), data)))
                .isEqualTo("[\"e\",{\"_placeholder\":1}," + expand("%0") + "]");
    }

    @Test
    void buffersAreNotCopied() {
        byte[] data = {1, 2};
        assertThat(BINDING.event("e", data, List.of(data)).attachments()).allMatch(sent -> sent == data);
    }

    @Test
    @DisplayName("P07: the application's own mapper decides")
    void ownMapperDecides() {
        JsonBinding own = JsonBinding.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .addModule(new SimpleModule().addSerializer(String.class, new ValueSerializer<>() {
                    @Override
                    public void serialize(String value, JsonGenerator generator, SerializationContext context) {
                        generator.writeString(value.toUpperCase(java.util.Locale.ROOT));
                    }
                }))
                .build());
        byte[] data = {1};
        Payload payload = own.event("e", "a", new Message("b", Optional.of("c")), data, Map.of("d", data), Double.NaN);
        assertThat(text(payload)).isEqualTo(expand("[\"e\",\"A\",{\"Room\":\"B\",\"Text\":\"C\"},%0,{\"d\":%1},null]"));
        assertThat(payload.attachments()).hasSize(2);
        Arguments arguments = Arguments.ofEvent(payload, own);
        assertThat(arguments.get(1, Message.class)).isEqualTo(new Message("B", Optional.of("C")));
        assertThat(arguments.get(3, JsonValue.class).payload().attachments()).containsExactly(data);
        assertThat(arguments.get(2, byte[].class)).isSameAs(data);
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        Object own = new Object() {
            @SuppressWarnings("unused")
            public String getName() {
                throw new IllegalStateException("not yet");
            }
        };
        assertThatThrownBy(() -> BINDING.event("e", own))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not yet");
        List<Object> self = new java.util.ArrayList<>();
        self.add(self);
        assertThatThrownBy(() -> BINDING.value(self)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesAreEqualByContent() {
        assertThat(JsonValue.parse("[1]"))
                .isEqualTo(JsonValue.parse(" [1]\n"))
                .hasSameHashCodeAs(JsonValue.parse("[1]"));
        assertThat(JsonValue.parse("[1]")).isNotEqualTo(JsonValue.parse("[ 1]"));
        assertThat(BINDING.value(new byte[] {1})).isEqualTo(BINDING.value(new byte[] {1}));
        assertThat(BINDING.value(new byte[] {1})).isNotEqualTo(BINDING.value(new byte[] {2}));
        Arguments arguments = Arguments.of(BINDING.array(1, new byte[] {1}), BINDING);
        assertThat(arguments)
                .isEqualTo(Arguments.of(BINDING.array(1, new byte[] {1}), BINDING))
                .isNotEqualTo(Arguments.of(BINDING.array(1, new byte[] {2}), BINDING));
        assertThat(arguments.get(0)).isEqualTo(JsonValue.parse("1"));
    }

    @Test
    void badJsonIsRefusedWithItsReason() {
        assertThatThrownBy(() -> JsonValue.parse("[1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected one JSON value: invalid payload");
    }

    private static String text(Payload payload) {
        return new String(payload.json(), UTF_8);
    }
}
