package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What bytecode cannot tell: rules about the sources of all modules. */
class SourcesTest {
    private static final int MOST_LINES = 600;
    private static final List<String> MODULES =
            List.of("adapter-spi", "core", "adapter-redis", "adapter-hazelcast", "server");
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile(
            "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'|/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern PROVIDES =
            Pattern.compile("provides\\s+([\\w.]+)\\s+with\\s+([\\w.,\\s]+);", Pattern.DOTALL);

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("core")) ? here : here.getParent();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(root().resolve(module).resolve("src"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        return sources;
    }

    private static String code(Path file) throws IOException {
        return COMMENT_OR_TEXT.matcher(Files.readString(file)).replaceAll(" ");
    }

    private static List<String> filesWith(String pattern) throws IOException {
        Pattern unwanted = Pattern.compile(pattern);
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            if (unwanted.matcher(code(file)).find()) {
                found.add(root().relativize(file).toString());
            }
        }
        return found;
    }

    @Test
    void nothingIsSynchronized() throws IOException {
        assertThat(filesWith("\\bsynchronized\\b")).isEmpty();
    }

    @Test
    void nothingSleeps() throws IOException {
        assertThat(filesWith("\\bThread\\s*\\.\\s*sleep\\b")).isEmpty();
    }

    @Test
    void noTestIsDisabled() throws IOException {
        assertThat(filesWith("@Disabled\\b(?!On|If)")).isEmpty();
    }

    @Test
    void noFileIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MOST_LINES) {
                tooLong.add(root().relativize(file) + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyTestThatStartsAServerChecksThatNothingIsLeft() throws IOException {
        List<String> unchecked = new ArrayList<>();
        for (Path file : sources()) {
            String code = code(file);
            if (file.toString().endsWith("Test.java")
                    && code.contains("EngineEcho.start(")
                    && !code.contains("NothingLeft")) {
                unchecked.add(root().relativize(file).toString());
            }
        }
        assertThat(unchecked).isEmpty();
    }

    /** The application runs from the class path, and a module must say the same. */
    @TestFactory
    Stream<DynamicTest> modulesProvideWhatTheirServiceFilesSay() {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve("src/main"))
                .filter(main -> Files.exists(main.resolve("java/module-info.java")))
                .map(main -> DynamicTest.dynamicTest(
                        root().relativize(main).toString(),
                        () -> assertThat(provided(main)).isEqualTo(listed(main))));
    }

    private static Map<String, List<String>> provided(Path main) throws IOException {
        Map<String, List<String>> services = new TreeMap<>();
        Matcher matcher = PROVIDES.matcher(code(main.resolve("java/module-info.java")));
        while (matcher.find()) {
            services.put(
                    matcher.group(1),
                    Stream.of(matcher.group(2).split(","))
                            .map(String::strip)
                            .sorted()
                            .toList());
        }
        return services;
    }

    private static Map<String, List<String>> listed(Path main) throws IOException {
        Map<String, List<String>> services = new TreeMap<>();
        Path folder = main.resolve("resources/META-INF/services");
        if (!Files.isDirectory(folder)) {
            return services;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                services.put(
                        file.getFileName().toString(),
                        Files.readAllLines(file).stream()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty())
                                .sorted()
                                .toList());
            }
        }
        return services;
    }
}
