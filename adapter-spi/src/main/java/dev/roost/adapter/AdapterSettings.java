package dev.roost.adapter;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads an adapter's settings as typed values. Immutable.
 *
 * <p>Every failure is an {@link IllegalArgumentException} that names the full key, the value and what is allowed.
 */
public final class AdapterSettings {
    private final String prefix;
    private final Map<String, String> values;

    /**
     * Makes a reader.
     *
     * @param name the adapter's name; keys are shown as {@code socketio.<name>.<key>}
     * @param values the settings by key, as in {@link AdapterContext#values()}
     */
    public AdapterSettings(String name, Map<String, String> values) {
        this.prefix = "socketio." + name + ".";
        this.values = Map.copyOf(values);
    }

    /** Returns a text without surrounding space; an empty one counts as absent. */
    public String text(String key, String absent) {
        String value = values.getOrDefault(key, "").strip();
        return value.isEmpty() ? absent : value;
    }

    /** Returns a whole number within the bounds, both included. */
    public int integer(String key, int absent, int min, int max) {
        String value = text(key, Integer.toString(absent));
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(key, value, min + " to " + max);
        }
        throw refused(key, value, min + " to " + max);
    }

    /** Returns a duration in ISO 8601 form such as {@code PT2S}, within the bounds, both included. */
    public Duration duration(String key, Duration absent, Duration min, Duration max) {
        String value = text(key, absent.toString());
        String allowed = min + " to " + max + ", such as " + absent;
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            throw refused(key, value, allowed);
        }
        throw refused(key, value, allowed);
    }

    /** Returns {@code true} or {@code false}. */
    public boolean flag(String key, boolean absent) {
        String value = text(key, Boolean.toString(absent)).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, value, "true, false");
        };
    }

    /** Returns the parts of a comma-separated list, without empty ones. */
    public List<String> list(String key) {
        return Arrays.stream(text(key, "").split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** Makes the exception for a value that is not allowed. Never pass a value that may hold a password. */
    public IllegalArgumentException refused(String key, String value, String allowed) {
        return new IllegalArgumentException(prefix + key + ": got '" + value + "', allowed: " + allowed);
    }
}
