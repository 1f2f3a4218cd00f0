package dev.roost.adapter.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleInDocsTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);

    @Test
    void theCodeOnThePageIsThatOfTheExample() throws IOException {
        StringBuilder example = new StringBuilder();
        try (Stream<Path> sources = Files.list(Path.of("src/test/java/dev/roost/adapter/example"))) {
            for (Path source : sources.toList()) {
                example.append(Files.readString(source));
            }
        }
        List<String> shown = JAVA.matcher(Files.readString(Path.of("../docs/adapters.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(shown).hasSizeGreaterThan(5);
        assertThat(shown).allSatisfy(code -> assertThat(example).contains(code));
    }
}
