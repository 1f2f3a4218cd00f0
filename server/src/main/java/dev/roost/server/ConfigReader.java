package dev.roost.server;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads settings from flat text keys and refuses those nobody knows. */
final class ConfigReader {
    private ConfigReader() {}

    /**
     * Reads keys below {@code socketio.}; elements of a list end in their number.
     *
     * @throws IllegalArgumentException naming key, value and what is allowed
     */
    static SocketIoConfig read(Map<String, String> flat) {
        Map<String, Setting<?>> known = new HashMap<>();
        Map<String, Setting<?>> dotted = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            known.put(setting.key(), setting);
            dotted.put(setting.key().replace('-', '.'), setting);
        }
        SocketIoConfig.Builder builder = SocketIoConfig.builder();
        new TreeMap<>(joinLists(flat, known)).forEach((key, value) -> {
            // An environment variable cannot hold a dash: SOCKETIO_PING_INTERVAL reads as ping.interval.
            Setting<?> setting = known.getOrDefault(key, dotted.get(key));
            int dot = key.indexOf('.');
            if (setting != null) {
                builder.parse(setting, value);
            } else if (dot > 0 && !isGroup(key.substring(0, dot + 1), known)) {
                builder.adapterValue(key.substring(0, dot), key.substring(dot + 1), value);
            } else {
                throw unknown(key, known.keySet().stream().sorted().collect(Collectors.joining(", ")));
            }
        });
        return builder.build();
    }

    static IllegalArgumentException unknown(String key, String allowed) {
        return new IllegalArgumentException("socketio." + key + " is no known key; allowed: " + allowed);
    }

    private static boolean isGroup(String prefix, Map<String, Setting<?>> known) {
        return known.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }

    private static Map<String, String> joinLists(Map<String, String> flat, Map<String, Setting<?>> known) {
        Map<String, TreeMap<Integer, String>> lists = new HashMap<>();
        Map<String, String> joined = new HashMap<>();
        flat.forEach((key, value) -> {
            int dot = key.lastIndexOf('.');
            Setting<?> setting = dot < 0 ? null : known.get(key.substring(0, dot));
            String index = key.substring(dot + 1);
            if (setting != null && setting.list() && index.chars().allMatch(c -> c >= '0' && c <= '9')) {
                lists.computeIfAbsent(setting.key(), k -> new TreeMap<>()).put(Integer.valueOf(index), value);
            } else {
                joined.put(key, value);
            }
        });
        lists.forEach((key, values) -> joined.put(key, String.join(",", values.values())));
        return joined;
    }
}
