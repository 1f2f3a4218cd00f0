package dev.roost.server.launch;

import dev.roost.adapter.AdapterFactory;
import dev.roost.server.Setting;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.SocketIoServer;
import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * What the launcher is configured with. Immutable.
 *
 * <p>Each source hides the keys of those before it: {@code application.yaml} on the class path, the one in the working
 * directory, the environment variables {@code PORT} and {@code REDIS_URL}, environment variables named after keys
 * ({@code SOCKETIO_PING_INTERVAL}), system properties, what a supervisor says.
 *
 * @param host address to listen on
 * @param port port to listen on, 0 for a free one
 * @param values every key under {@code server.} and {@code socketio.} that was set
 * @param socketIo what they mean
 */
record LaunchConfig(String host, int port, Map<String, String> values, SocketIoConfig socketIo) {
    static final String HOST = "server.host";
    static final String PORT = "server.port";
    private static final String FILE = "application.yaml";
    private static final String OURS = "socketio.";
    private static final String SERVER = "server.";
    private static final int LARGEST_PORT = 65_535;

    LaunchConfig {
        values = Map.copyOf(values);
    }

    /**
     * Reads all sources.
     *
     * @param overrides keys that hide all others
     * @throws LaunchException naming key, value and what is allowed
     */
    static LaunchConfig read(Map<String, String> overrides) {
        ConfigLayers layers = new ConfigLayers();
        files(layers);
        layers.add(environment(System.getenv()));
        layers.add(properties());
        layers.add(overrides);
        return of(layers.values());
    }

    /** The same with other keys that hide these. */
    LaunchConfig with(Map<String, String> overrides) {
        ConfigLayers layers = new ConfigLayers();
        layers.add(values);
        layers.add(overrides);
        return of(layers.values());
    }

    private static LaunchConfig of(Map<String, String> values) {
        String host = values.getOrDefault(HOST, SocketIoServer.DEFAULT_HOST).strip();
        if (host.isEmpty()) {
            throw refused(HOST, host, "a host name or an address");
        }
        Map<String, String> own = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(OURS)) {
                own.put(key, value);
            }
        });
        try {
            return new LaunchConfig(
                    host,
                    port(values.getOrDefault(PORT, Integer.toString(SocketIoServer.DEFAULT_PORT))),
                    values,
                    SocketIoConfig.from(config(own)));
        } catch (IllegalArgumentException e) {
            throw new LaunchException(LaunchException.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    /** The keys for Helidon's own web server, such as TLS; without host and port. */
    Map<String, String> webServer() {
        Map<String, String> web = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(SERVER) && !key.equals(HOST) && !key.equals(PORT)) {
                web.put(key.substring(SERVER.length()), value);
            }
        });
        return web;
    }

    /** Makes a Helidon configuration of nothing but these values. */
    static Config config(Map<String, String> values) {
        return Config.builder()
                .disableEnvironmentVariablesSource()
                .disableSystemPropertiesSource()
                .sources(ConfigSources.create(values))
                .build();
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= LARGEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw refused(PORT, text, "a whole number from 0 to " + LARGEST_PORT);
        }
        throw refused(PORT, text, "a whole number from 0 to " + LARGEST_PORT);
    }

    private static LaunchException refused(String key, String value, String allowed) {
        return new LaunchException(
                LaunchException.CONFIGURATION, key + ": '" + value + "' is not allowed; allowed: " + allowed);
    }

    private static void files(ConfigLayers layers) {
        try {
            if (LaunchConfig.class.getClassLoader().getResource(FILE) != null) {
                layers.add(ours(flat(ConfigSources.classpath(FILE).build())));
            }
            Path file = Path.of(FILE);
            if (Files.exists(file)) {
                layers.add(ours(flat(ConfigSources.file(file).build())));
            }
        } catch (ConfigException e) {
            throw new LaunchException(LaunchException.CONFIGURATION, FILE + " cannot be read: " + deepest(e));
        }
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static Map<String, String> flat(io.helidon.config.spi.ConfigSource source) {
        return Config.builder()
                .disableEnvironmentVariablesSource()
                .disableSystemPropertiesSource()
                .sources(source)
                .build()
                .asMap()
                .orElse(Map.of());
    }

    private static Map<String, String> properties() {
        Map<String, String> all = new HashMap<>();
        System.getProperties().stringPropertyNames().forEach(name -> all.put(name, System.getProperty(name)));
        return ours(all);
    }

    private static Map<String, String> ours(Map<String, String> all) {
        Map<String, String> ours = new HashMap<>(all);
        ours.keySet().removeIf(key -> !key.startsWith(OURS) && !key.startsWith(SERVER));
        return ours;
    }

    /** Variables have no dots and no dashes, so they are looked up by the names of all keys there are. */
    static Map<String, String> environment(Map<String, String> variables) {
        Map<String, String> byVariable = new HashMap<>();
        byVariable.put("PORT", PORT);
        byVariable.put("REDIS_URL", OURS + "redis.uri");
        Map<String, String> found = new HashMap<>();
        byVariable.forEach((variable, key) -> take(variables, variable, key, found));
        byVariable.clear();
        add(byVariable, HOST);
        add(byVariable, PORT);
        Settings.ALL.stream().map(Setting::name).forEach(key -> add(byVariable, key));
        ServiceLoader.load(AdapterFactory.class)
                .forEach(factory -> factory.keys().forEach(key -> add(byVariable, OURS + factory.name() + "." + key)));
        byVariable.forEach((variable, key) -> take(variables, variable, key, found));
        for (String variable : variables.keySet()) {
            if (variable.startsWith("SOCKETIO_") && !byVariable.containsKey(variable)) {
                throw new LaunchException(
                        LaunchException.CONFIGURATION,
                        "environment variable " + variable + " stands for no known key; SOCKETIO_PING_INTERVAL, say,"
                                + " stands for socketio.ping-interval");
            }
        }
        return found;
    }

    private static void add(Map<String, String> byVariable, String key) {
        byVariable.put(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), key);
    }

    private static void take(Map<String, String> variables, String variable, String key, Map<String, String> into) {
        String value = variables.get(variable);
        if (value != null && !value.isBlank()) {
            into.put(key, value);
        }
    }
}
