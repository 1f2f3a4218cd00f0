package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.json.JsonFactory;

@DisplayName("P05: JSON is checked as RFC 8259 says")
class JsonScannerTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "10",
                "-1.5",
                "1e5",
                "1E+5",
                "1.0e-05",
                "\"\"",
                "[]",
                "{}",
                "[ ]",
                "{ }",
                "[1]",
                "[[],[]]",
                "{\"a\":1}",
                "{\"a\":{\"b\":[]},\"a\":2}",
                "\"\\u00e9\\ud800\\/\"",
                "\"\\\"\\\\\\b\\f\\n\\r\\t\"",
                "\"\u2028\ud83d\ude00\u007f\"",
                "[1,\n2\t,\r3]",
                "\"12345678\\n\"",
                "[\"a\" , \"b\"] ",
                "{\"\":0}",
                "[1] \n\r\t"
            })
    void goodTextIsTaken(String json) {
        assertThat(accepted(json)).isTrue();
        assertThat(acceptedByJackson(json)).as("Jackson").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " 1",
                "nul",
                "nulll",
                "True",
                "+1",
                "01",
                "-01",
                "-",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x1",
                "NaN",
                "Infinity",
                "\"",
                "\"a",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u123\"",
                "\"\\u\"",
                "\"\n\"",
                "\"\u0000\"",
                "\"1234567\t\"",
                "'a'",
                "[",
                "]",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1}",
                "{",
                "}",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,}",
                "{1:2}",
                "{a:1}",
                "{\"a\",1}",
                "{\"a\":1]",
                "{\"a\" 1}",
                "1 2",
                "[]]",
                "{}{}",
                "/**/1",
                "1//",
                "\ufeff1",
                "[1]\u00a0",
                "[\u00a01]",
                "1-1",
                "1.5.5",
                "1e5.5",
                "-true",
                "[-]",
                "\\u0031"
            })
    void badTextIsRefused(String json) {
        assertThat(accepted(json)).isFalse();
        assertThat(json.startsWith(" ") && !json.isBlank() || !acceptedByJackson(json))
                .as("Jackson")
                .isTrue();
    }

    @Test
    void agreesWithJacksonOnGeneratedAndMutatedDocuments() {
        JsonDocuments documents = new JsonDocuments(new Random(20_260_101));
        int good = 0;
        for (int i = 0; i < 60_000; i++) {
            String json = documents.next();
            String tried = i % 3 == 0 ? json : documents.mutate(json);
            boolean expected = acceptedByJackson(tried) && !Character.isWhitespace(tried.charAt(0));
            if (accepted(tried) != expected) {
                fail("Jackson " + (expected ? "takes " : "refuses ") + tried);
            }
            good += expected ? 1 : 0;
        }
        assertThat(good).as("both kinds occur").isBetween(22_000, 50_000);
    }

    @Test
    void elementsOfTheOutermostArrayAreFound() throws PacketFormatException {
        JsonDocuments documents = new JsonDocuments(new Random(7));
        for (int i = 0; i < 2_000; i++) {
            List<String> elements = new ArrayList<>();
            StringBuilder text = new StringBuilder("[").append(documents.space());
            for (int j = documents.below(20); j > 0; j--) {
                elements.add(documents.next());
                text.append(documents.space()).append(elements.getLast()).append(documents.space());
                text.append(j > 1 ? "," : "");
            }
            byte[] json = text.append("]").append(documents.space()).toString().getBytes(UTF_8);
            assertThat(elements(json)).isEqualTo(elements);
        }
    }

    private static List<String> elements(byte[] json) throws PacketFormatException {
        JsonScanner scanner = new JsonScanner(JsonValue.RELAXED, json, 0, json.length);
        scanner.scan();
        int[] starts = scanner.starts();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            int to = JsonScanner.elementEnd(json, starts, scanner.length(), i);
            found.add(new String(json, starts[i], to - starts[i], UTF_8));
        }
        return found;
    }

    @Test
    void objectHasNoElements() throws PacketFormatException {
        assertThat(elements("{\"a\":[1,2]}".getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "63", "64", "65", "127", "128", "129", "1000"})
    @DisplayName("sec-D1: nesting is limited exactly, whatever is nested")
    void nestingIsLimitedExactly(int depth) {
        PacketLimits limits = new PacketLimits(10, 10, depth, 1_000, 1_000, 1_000);
        for (int kind = 0; kind < 4; kind++) {
            String fits = nested(depth, kind);
            assertThat(refusal(limits, fits)).as(fits).isEqualTo("none");
            assertThat(refusal(limits, fits.substring(0, fits.length() - 1)))
                    .as("one bracket short of depth " + depth)
                    .isEqualTo("invalid payload");
            String over = nested(depth + 1, kind);
            assertThat(refusal(limits, over)).isEqualTo("more than " + depth + " levels of nesting");
            char[] mixed = fits.toCharArray();
            int wrong = mixed.length - 1 - depth / 2;
            mixed[wrong] = mixed[wrong] == ']' ? '}' : ']';
            assertThat(refusal(limits, new String(mixed)))
                    .as("bracket of the other kind")
                    .isEqualTo("invalid payload");
        }
    }

    /** Arrays, objects, or a mixture of both. */
    private static String nested(int depth, int kind) {
        StringBuilder open = new StringBuilder();
        StringBuilder close = new StringBuilder();
        for (int level = 0; level < depth; level++) {
            boolean object = kind == 1 || kind == 2 && level % 2 == 0 || kind == 3 && level * 7 % 5 < 2;
            boolean last = level == depth - 1;
            open.append(object ? last ? "{" : "{\"a\":" : "[");
            close.insert(0, object ? '}' : ']');
        }
        return open.append(close).toString();
    }

    @Test
    @DisplayName("sec-D1: 100,000 levels take no stack")
    void hundredThousandLevelsAreRefusedAtTheLimit() {
        assertThat(Wire.decode("2[\"a\"," + "[".repeat(100_000) + "]".repeat(100_000) + "]"))
                .containsExactly("!more than 128 levels of nesting");
        assertThat(Wire.decode("2[\"a\"," + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + "]"))
                .containsExactly("!more than 128 levels of nesting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "-1.5e3", "0.000"})
    @DisplayName("sec-D2: the length of a number is limited")
    void numberLengthIsLimited(String start) {
        PacketLimits limits = new PacketLimits(10, 10, 10, 20, 16, 10);
        String fits = start + "0".repeat(20 - start.length());
        assertThat(refusal(limits, fits)).isEqualTo("none");
        assertThat(refusal(limits, "[" + fits + "0]")).isEqualTo("number of more than 20 characters");
        assertThat(Wire.decode("2[\"a\"," + "9".repeat(900_000) + "]"))
                .containsExactly("!number of more than 1000 characters");
    }

    @Test
    void nameLengthIsLimitedInCharacters() {
        PacketLimits limits = new PacketLimits(10, 10, 10, 20, 16, 10);
        for (String name : new String[] {"abcd", "\u20ac\u20ac\u20ac\u20ac", "\ud83d\ude00ab", "\\u0061\\n\\\"\\\\"}) {
            String fits = name.repeat(4);
            assertThat(refusal(limits, "{\"" + fits + "\":1}")).as(name).isEqualTo("none");
            assertThat(refusal(limits, "{\"a\":1,\"" + fits + "e\":1}"))
                    .as(name)
                    .isEqualTo("member name of more than 16 characters");
        }
        assertThat(refusal(limits, "[\"longer strings are no names\"]")).isEqualTo("none");
    }

    private static String refusal(PacketLimits limits, String json) {
        byte[] text = json.getBytes(UTF_8);
        try {
            new JsonScanner(limits, text, 0, text.length).scan();
            return "none";
        } catch (PacketFormatException e) {
            return e.getMessage();
        }
    }

    /** Looks at the text in the middle of other bytes, which must not matter. */
    private static boolean accepted(String json) {
        byte[] text = ("]" + json + "1\"]}").getBytes(UTF_8);
        try {
            new JsonScanner(JsonValue.RELAXED, text, 1, text.length - 4).scan();
            return true;
        } catch (PacketFormatException e) {
            return false;
        }
    }

    private static boolean acceptedByJackson(String json) {
        try (JsonParser parser = JACKSON.createParser(tools.jackson.core.ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    @Test
    void sharedLimitsAreChecked() {
        assertThatThrownBy(() -> new PacketLimits(-1, 1, 1, 20, 16, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxAttachments must be from 0 to 1000, got -1");
        assertThatThrownBy(() -> new PacketLimits(1, -1, 1, 20, 16, 1))
                .hasMessageStartingWith("maxAttachmentBytes must");
        assertThatThrownBy(() -> new PacketLimits(1, 1, 1_001, 20, 16, 1)).hasMessageStartingWith("maxDepth must be");
        assertThatThrownBy(() -> new PacketLimits(1, 1, 1, 19, 16, 1)).hasMessageStartingWith("maxNumberLength must");
        assertThatThrownBy(() -> new PacketLimits(1, 1, 1, 20, 15, 1)).hasMessageStartingWith("maxNameLength must be");
        assertThatThrownBy(() -> new PacketLimits(1, 1, 1, 20, 16, 0))
                .hasMessageStartingWith("maxEventNameLength must");
    }
}
