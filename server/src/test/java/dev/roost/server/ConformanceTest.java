package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds {@code docs/conformance.md} and the rows of {@code docs/security.md} against the tests they name, so that they
 * cannot lie.
 */
class ConformanceTest {
    private static final Path ROOT = root();
    private static final List<String> PAGES = List.of("docs/conformance.md", "docs/security.md");
    private static final Pattern ROW =
            Pattern.compile("\\| (sec-[A-Z]\\d+|[A-Z]\\d\\d) \\| ([^|]+) \\| ([^|]+) \\| ([^|]*) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");
    private static final Pattern LINK = Pattern.compile("\\[[^]]+]\\((\\w+\\.md)\\)");
    private static final Set<String> STATES = Set.of("done", "Java form", "later", "no");

    /** The features of the reference that one process can have; the table must have them all. */
    private static final Map<Character, Integer> COUNTS = Map.of('E', 78, 'P', 11, 'S', 24, 'N', 19, 'K', 30, 'B', 15);

    /** Threats of one process, the same. */
    private static final Map<Character, Integer> THREATS = Map.of('H', 24, 'S', 17, 'P', 17, 'W', 21, 'K', 27, 'D', 12);

    private record Row(String id, String name, String state, String proof) {}

    @Test
    void everyFeatureAndThreatOfOneProcessHasOneRow() {
        Set<String> expected = new HashSet<>();
        COUNTS.forEach((letter, count) -> {
            for (int i = 1; i <= count; i++) {
                expected.add("%c%02d".formatted(letter, i));
            }
        });
        THREATS.forEach((letter, count) -> {
            for (int i = 1; i <= count; i++) {
                expected.add("sec-%c%d".formatted(letter, i));
            }
        });
        List<String> ids = rows().stream().map(Row::id).toList();
        assertThat(ids).doesNotHaveDuplicates().containsAll(expected);
    }

    @TestFactory
    Stream<DynamicTest> everyRowIsProvenByWhatItNames() {
        Map<String, String> tests = testSources();
        return rows().stream().map(row -> dynamicTest(row.id() + " " + row.name(), () -> check(row, tests)));
    }

    private static void check(Row row, Map<String, String> tests) throws IOException {
        assertThat(STATES).as("state of " + row.id()).contains(row.state());
        if (row.state().equals("later") || row.state().equals("no")) {
            assertThat(row.proof()).as("reason of " + row.id()).isNotBlank();
            return;
        }
        List<String> named = new ArrayList<>();
        Matcher test = TEST.matcher(row.proof());
        while (test.find()) {
            String source = tests.get(test.group(1));
            assertThat(source)
                    .as("test class " + test.group(1) + " of " + row.id())
                    .isNotNull();
            String method = test.group(2);
            assertThat(source)
                    .as("that " + test.group() + " says it proves " + row.id())
                    .containsPattern(mentionOf(row));
            if (method != null) {
                assertThat(source).as("method " + test.group()).contains(" " + method + "(");
            }
            named.add(test.group(1));
        }
        Matcher link = LINK.matcher(row.proof());
        while (link.find()) {
            Path document = ROOT.resolve("docs").resolve(link.group(1));
            assertThat(Files.readString(document))
                    .as(document + " on " + row.id())
                    .containsPattern(mentionOf(row));
            named.add(link.group(1));
        }
        assertThat(named).as("proof of " + row.id()).isNotEmpty();
    }

    /** Other tables have ids that look alike, with a prefix. */
    private static Pattern mentionOf(Row row) {
        return Pattern.compile("(?<![\\w-])" + row.id() + "\\b");
    }

    private static List<Row> rows() {
        return PAGES.stream().flatMap(page -> rows(page).stream()).toList();
    }

    private static List<Row> rows(String page) {
        try (Stream<String> lines = Files.lines(ROOT.resolve(page))) {
            return lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .map(row -> new Row(
                            row.group(1),
                            row.group(2).strip(),
                            row.group(3).strip(),
                            row.group(4).strip()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> testSources() {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("adapter-spi", "core", "server", "adapter-redis", "adapter-hazelcast")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString().replace(".java", "");
                    sources.merge(name, Files.readString(file), String::concat);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }
}
