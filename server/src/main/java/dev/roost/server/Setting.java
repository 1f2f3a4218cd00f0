package dev.roost.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One key of the configuration: its type, its default and what is allowed. Immutable.
 *
 * @param key below {@code socketio.}, in kebab case
 * @param allowed in words, for messages and documentation
 * @param parser makes a value of text, or throws {@link IllegalArgumentException}
 * @param check throws {@link IllegalArgumentException} for a value out of range
 * @param list true if the value is a list of texts
 * @param secret true if the value is never shown
 */
public record Setting<T>(
        String key,
        T defaultValue,
        String allowed,
        Function<String, T> parser,
        Check<T> check,
        boolean list,
        boolean secret) {

    private static final long KIB = 1024;

    /** Says whether a value is allowed. */
    @FunctionalInterface
    interface Check<T> {
        boolean allows(T value);
    }

    static Setting<Boolean> flag(String key, boolean defaultValue) {
        return new Setting<>(key, defaultValue, "true or false", Setting::parseBoolean, v -> true, false, false);
    }

    static Setting<String> text(String key, String defaultValue, String allowed, Check<String> check) {
        return new Setting<>(key, defaultValue, allowed, Function.identity(), check, false, false);
    }

    static Setting<String> secret(String key, String allowed) {
        return new Setting<>(key, "", allowed, Function.identity(), v -> true, false, true);
    }

    static Setting<List<String>> texts(String key, List<String> defaultValue, String allowed, Check<String> check) {
        return new Setting<>(
                key,
                List.copyOf(defaultValue),
                allowed,
                Setting::parseList,
                values -> values.stream().allMatch(check::allows),
                true,
                false);
    }

    static Setting<Integer> number(String key, int defaultValue, int least, int most) {
        return new Setting<>(
                key,
                defaultValue,
                "a whole number from " + least + " to " + most,
                Integer::valueOf,
                v -> v >= least && v <= most,
                false,
                false);
    }

    static Setting<Long> size(String key, long defaultValue, long least, long most) {
        return new Setting<>(
                key,
                defaultValue,
                "a size from " + least + " to " + most + " bytes, such as 65536, 64KiB or 4MiB",
                Setting::parseSize,
                v -> v >= least && v <= most,
                false,
                false);
    }

    static Setting<Duration> duration(String key, Duration defaultValue, Duration least, Duration most) {
        return new Setting<>(
                key,
                defaultValue,
                "an ISO 8601 duration from " + least + " to " + most + ", such as PT25S",
                Duration::parse,
                v -> v.compareTo(least) >= 0 && v.compareTo(most) <= 0,
                false,
                false);
    }

    static <E extends Enum<E>> Setting<E> choice(String key, E defaultValue) {
        Class<E> type = defaultValue.getDeclaringClass();
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return new Setting<>(
                key,
                defaultValue,
                "one of " + String.join(", ", names),
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')),
                v -> true,
                false,
                false);
    }

    /** Full name, as written in a configuration file. */
    public String name() {
        return "socketio." + key;
    }

    /** Reads and checks text; the message of a failure names key, value and what is allowed. */
    T parse(String text) {
        T value;
        try {
            value = parser.apply(text.strip());
        } catch (RuntimeException e) {
            throw refused(text);
        }
        return checked(value);
    }

    /** Checks a value; the message of a failure names key, value and what is allowed. */
    T checked(T value) {
        if (!check.allows(value)) {
            throw refused(value);
        }
        return value;
    }

    private IllegalArgumentException refused(Object value) {
        return new IllegalArgumentException(
                name() + ": " + (secret ? "the value" : "'" + value + "'") + " is not allowed; allowed: " + allowed);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static List<String> parseList(String text) {
        List<String> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            if (!value.isBlank()) {
                values.add(value.strip());
            }
        }
        return List.copyOf(values);
    }

    private static Long parseSize(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long number = Long.parseLong(text.substring(0, digits));
        long unit = switch (text.substring(digits).strip().toUpperCase(Locale.ROOT)) {
            case "", "B" -> 1L;
            case "KIB" -> KIB;
            case "MIB" -> KIB * KIB;
            case "GIB" -> KIB * KIB * KIB;
            case "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> throw new IllegalArgumentException(text);
        };
        return Math.multiplyExact(number, unit);
    }
}
