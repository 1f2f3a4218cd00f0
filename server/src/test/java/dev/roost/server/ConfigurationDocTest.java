package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.AdapterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/configuration.md} against the code. */
class ConfigurationDocTest {
    private static final Pattern ROW = Pattern.compile("\\| `(socketio\\.[^`]+)` \\| ([^|]+) \\| (.+?) \\| .+ \\|");

    @Test
    void everyKeyIsListedWithItsDefaultAndWhatIsAllowed() throws IOException {
        Map<String, List<String>> rows = rows();
        for (Setting<?> setting : Settings.ALL) {
            assertThat(rows).containsKey(setting.name());
            assertThat(rows.get(setting.name())).containsExactly(shown(setting.defaultValue()), setting.allowed());
        }
    }

    @Test
    void noKeyIsListedThatIsNotKnown() throws IOException {
        Set<String> known = Settings.ALL.stream().map(Setting::name).collect(Collectors.toCollection(HashSet::new));
        for (AdapterFactory factory : ServiceLoader.load(AdapterFactory.class)) {
            factory.keys().forEach(key -> known.add("socketio." + factory.name() + "." + key));
        }
        assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(known);
    }

    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), List.of(row.group(2), row.group(3)));
            }
        }
        return rows;
    }

    private static String shown(Object value) {
        String text = switch (value) {
            case List<?> list -> list.stream().map(Object::toString).collect(Collectors.joining(","));
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            default -> value.toString();
        };
        return text.isEmpty() ? "none" : "`" + text + "`";
    }
}
