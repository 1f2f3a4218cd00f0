package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings under {@code socketio.redis.}; see {@link #from}. Immutable.
 *
 * @param address {@code uri} ({@code redis://127.0.0.1:6379}): where Redis is, and how to log in
 * @param mode {@code mode} ({@code native}): what the nodes say to each other
 * @param key {@code key} ({@code roost}, in the modes of Node {@code socket.io}): first part of every channel and key;
 *     servers with different keys do not hear each other. Channels are the same in all databases of a Redis, so a
 *     database number does not keep two apart
 * @param trust {@code trust-file} (none): whom to believe over TLS
 * @param connectTimeout {@code connect-timeout} (PT5S): for one attempt to connect
 * @param commandTimeout {@code command-timeout} (PT2S): for the answer to one command
 * @param node what only the modes of Node need
 */
record RedisAdapterConfig(
        RedisAddress address,
        Mode mode,
        String key,
        RedisTrust trust,
        Duration connectTimeout,
        Duration commandTimeout,
        NodeModeConfig node) {
    static final String NAME = "redis";
    static final Set<String> KEYS = Stream.concat(
                    Stream.of(
                            "uri", "mode", "key", "connect-timeout", "command-timeout", "require-tls", RedisTrust.KEY),
                    NodeModeConfig.KEYS.stream())
            .collect(Collectors.toUnmodifiableSet());
    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** What the nodes say to each other. */
    enum Mode {
        /** Our own frames over publish and subscribe. */
        NATIVE("roost"),
        /** What Node's {@code @socket.io/redis-adapter} says. */
        NODE("socket.io"),
        /** What its sharded adapter says. */
        NODE_SHARDED("socket.io"),
        /** What Node's {@code @socket.io/redis-streams-adapter} says. */
        NODE_STREAMS("socket.io");

        private final String key;

        Mode(String key) {
            this.key = key;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Reads the settings; the key {@code require-tls} (false) refuses an address without TLS.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    static RedisAdapterConfig from(Map<String, String> values) {
        AdapterSettings settings = new AdapterSettings(NAME, values);
        RedisAddress address = RedisAddress.from(settings);
        if (settings.flag("require-tls", false) && !address.encrypted()) {
            throw settings.refused("uri", address.toString(), "rediss:// and the like, since require-tls is true");
        }
        Mode mode = mode(settings);
        String key = settings.text("key", mode.key);
        if (key.length() > 100) {
            throw settings.refused("key", key.substring(0, 20) + "...", "1 to 100 characters");
        }
        return new RedisAdapterConfig(
                address,
                mode,
                key,
                RedisTrust.from(settings, address),
                settings.duration("connect-timeout", Duration.ofSeconds(5), SHORTEST, LONGEST),
                settings.duration("command-timeout", Duration.ofSeconds(2), SHORTEST, LONGEST),
                NodeModeConfig.from(settings, key));
    }

    /** Returns these settings with another key. */
    RedisAdapterConfig withKey(String other) {
        return new RedisAdapterConfig(address, mode, other, trust, connectTimeout, commandTimeout, node);
    }

    private static Mode mode(AdapterSettings settings) {
        String wanted = settings.text("mode", Mode.NATIVE.text());
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.text().equals(wanted))
                .findFirst()
                .orElseThrow(() -> settings.refused(
                        "mode",
                        wanted,
                        Arrays.stream(Mode.values()).map(Mode::text).collect(Collectors.joining(", "))));
    }
}
