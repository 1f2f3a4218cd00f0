package dev.roost.server;

import dev.roost.core.engine.EngineConfig;
import dev.roost.core.engine.Transport;
import dev.roost.core.namespace.SocketIoOptions;
import dev.roost.server.http.Admission;
import dev.roost.server.http.Cors;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.http.OriginPolicy;
import dev.roost.server.http.RequestPolicy;
import dev.roost.server.http.SessionCookie;
import dev.roost.server.http.TrustedProxies;
import io.helidon.config.Config;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set, whether in code or in a file. Immutable.
 *
 * <p>A value out of range and an unknown key are refused with {@link IllegalArgumentException}; the message names the
 * key, the value and what is allowed.
 */
public final class SocketIoConfig {
    private final Map<Setting<?>, Object> values;
    private final Map<String, Map<String, String>> adapterValues;

    private SocketIoConfig(Map<Setting<?>, Object> values, Map<String, Map<String, String>> adapterValues) {
        this.values = Map.copyOf(values);
        this.adapterValues = Map.copyOf(adapterValues);
        if (get(Settings.CORS_CREDENTIALS)) {
            List<String> origins = get(Settings.CORS_ORIGINS);
            if (origins.isEmpty() || origins.contains("*")) {
                throw new IllegalArgumentException("socketio.cors.credentials: 'true' is not allowed with"
                        + " socketio.cors.origins " + origins + "; allowed: with a list of origins");
            }
        }
        origins();
        trustedProxies();
        engineConfig();
    }

    /** Every default. */
    public static SocketIoConfig defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Reads the keys under {@code socketio.} of a root configuration. */
    public static SocketIoConfig from(Config config) {
        Map<String, String> flat = new TreeMap<>();
        Config own = config.get("socketio");
        if (own.exists()) {
            own.detach().asMap().ifPresent(flat::putAll);
        }
        return ConfigReader.read(flat);
    }

    /** Value of a setting. */
    @SuppressWarnings("unchecked") // Builder.set checks the type.
    public <T> T get(Setting<T> setting) {
        return (T) values.getOrDefault(setting, setting.defaultValue());
    }

    /**
     * Settings that belong to adapters, by name of the adapter and key below it.
     *
     * <p>Only the adapters know their keys; the server checks them when it starts.
     */
    public Map<String, Map<String, String>> adapterValues() {
        return adapterValues;
    }

    /** The part the engine knows. */
    public EngineConfig engineConfig() {
        String initialPacket = get(Settings.INITIAL_PACKET);
        return EngineConfig.builder()
                .pingInterval(get(Settings.PING_INTERVAL))
                .pingTimeout(get(Settings.PING_TIMEOUT))
                .upgradeTimeout(get(Settings.UPGRADE_TIMEOUT))
                .maxPayload(get(Settings.MAX_HTTP_BUFFER_SIZE))
                .allowUpgrades(get(Settings.ALLOW_UPGRADES))
                .allowRevision3(get(Settings.ALLOW_EIO3))
                .transports(get(Settings.TRANSPORTS).stream()
                        .map(name -> Transport.Name.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList())
                .outboxMaxBytes(get(Settings.OUTBOX_MAX_BYTES))
                .outboxOverflow(get(Settings.OUTBOX_OVERFLOW))
                .initialPacket(initialPacket.isEmpty() ? null : initialPacket)
                .build();
    }

    /**
     * The part the Socket.IO layer knows.
     *
     * @param more sets what no key can
     */
    SocketIoOptions socketIoOptions(Consumer<SocketIoOptions.Builder> more) {
        SocketIoOptions.Builder options = LimitSettings.options(this);
        more.accept(options);
        return options.build();
    }

    /** The part the checks of requests know. */
    RequestPolicy requestPolicy(EngineHooks hooks, Admission admission) {
        return new RequestPolicy(
                hooks, origins(), cors(), cookie(), trustedProxies(), admission, get(Settings.BIND_SID_TO_ADDRESS));
    }

    private OriginPolicy origins() {
        // Read in either case, so that a bad entry is refused at once.
        OriginPolicy listed = OriginPolicy.sameHostOr(get(Settings.CORS_ORIGINS));
        return switch (get(Settings.CORS_ORIGIN_CHECK)) {
            case SAME_HOST -> listed;
            case OFF -> listed.unchecked();
        };
    }

    private TrustedProxies trustedProxies() {
        return TrustedProxies.of(get(Settings.TRUSTED_PROXIES));
    }

    private @Nullable Cors cors() {
        if (get(Settings.CORS_ORIGINS).isEmpty()) {
            return null;
        }
        Duration maxAge = get(Settings.CORS_MAX_AGE);
        return new Cors(
                get(Settings.CORS_ORIGINS),
                get(Settings.CORS_METHODS),
                get(Settings.CORS_ALLOWED_HEADERS),
                get(Settings.CORS_EXPOSED_HEADERS),
                get(Settings.CORS_CREDENTIALS),
                maxAge.isZero() ? null : maxAge);
    }

    private @Nullable SessionCookie cookie() {
        if (!get(Settings.COOKIE_ENABLED)) {
            return null;
        }
        Duration maxAge = get(Settings.COOKIE_MAX_AGE);
        return new SessionCookie(
                get(Settings.COOKIE_NAME),
                emptyToNull(get(Settings.COOKIE_PATH)),
                emptyToNull(get(Settings.COOKIE_DOMAIN)),
                maxAge.isZero() ? null : maxAge,
                get(Settings.COOKIE_HTTP_ONLY),
                get(Settings.COOKIE_SECURE),
                get(Settings.COOKIE_PARTITIONED),
                emptyToNull(get(Settings.COOKIE_PRIORITY)),
                emptyToNull(get(Settings.COOKIE_SAME_SITE)));
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Shows what differs from the defaults; secrets and adapter settings are masked. */
    @Override
    public String toString() {
        Map<String, Object> shown = new TreeMap<>();
        values.forEach((setting, value) -> shown.put(setting.name(), setting.secret() ? "***" : value));
        adapterValues.forEach(
                (name, keys) -> keys.keySet().forEach(key -> shown.put("socketio." + name + "." + key, "***")));
        return "SocketIoConfig" + shown;
    }

    /** Collects settings. Confined to one thread. */
    public static final class Builder {
        private final Map<Setting<?>, Object> values = new HashMap<>();
        private final Map<String, Map<String, String>> adapterValues = new HashMap<>();

        private Builder() {}

        /** Sets a value; the last one counts. */
        public <T> Builder set(Setting<T> setting, T value) {
            values.put(setting, setting.checked(value));
            return this;
        }

        <T> void parse(Setting<T> setting, String text) {
            values.put(setting, setting.parse(text));
        }

        /** Sets {@code socketio.<adapter>.<key>}. */
        public Builder adapterValue(String adapter, String key, String value) {
            adapterValues.computeIfAbsent(adapter, name -> new HashMap<>()).put(key, value);
            return this;
        }

        /** Where the server listens for clients. */
        public Builder path(String path) {
            return set(Settings.PATH, path);
        }

        /** Name of the adapter. */
        public Builder adapter(String name) {
            return set(Settings.ADAPTER, name);
        }

        /** Pause between two heartbeats, and how long a client may take to answer. */
        public Builder heartbeat(Duration interval, Duration timeout) {
            return set(Settings.PING_INTERVAL, interval).set(Settings.PING_TIMEOUT, timeout);
        }

        /** Origins that may talk to the server beside its own host. */
        public Builder corsOrigins(String... origins) {
            return set(Settings.CORS_ORIGINS, List.of(origins));
        }

        /**
         * Makes the configuration.
         *
         * @throws IllegalArgumentException if settings contradict each other
         */
        public SocketIoConfig build() {
            Map<String, Map<String, String>> adapters = new HashMap<>();
            adapterValues.forEach((name, keys) -> adapters.put(name, Map.copyOf(keys)));
            return new SocketIoConfig(values, adapters);
        }
    }
}
