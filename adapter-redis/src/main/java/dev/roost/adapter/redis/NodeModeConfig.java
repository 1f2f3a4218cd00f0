package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What only the modes of Node need; the names are those of the options of Node's adapters. Immutable.
 *
 * @param requestsTimeout {@code requests-timeout} (PT5S): longest wait for the answers of other nodes
 * @param answersToOne {@code publish-on-specific-response-channel} (false): whether an answer reaches only the node that
 *     asked, in the mode {@code node}
 * @param subscriptionMode {@code subscription-mode} (dynamic): which rooms have a channel of their own, in the mode
 *     {@code node-sharded}
 * @param streamName {@code stream-name} (the key): the stream of the mode {@code node-streams}
 * @param streamCount {@code stream-count} (1): how many streams there are
 * @param streamMaxLength {@code stream-max-length} (10000): about how many entries a stream keeps
 * @param shardedPubSub {@code sharded-pub-sub} (false): whether the mode {@code node-streams} uses sharded channels for
 *     what it does not put into streams
 * @param sessionKeyPrefix {@code session-key-prefix} (sio:session:): first part of the keys of the sessions of the mode
 *     {@code node-streams}
 */
record NodeModeConfig(
        Duration requestsTimeout,
        boolean answersToOne,
        SubscriptionMode subscriptionMode,
        String streamName,
        int streamCount,
        int streamMaxLength,
        boolean shardedPubSub,
        String sessionKeyPrefix) {
    static final Set<String> KEYS = Set.of(
            "requests-timeout",
            "publish-on-specific-response-channel",
            "subscription-mode",
            "stream-name",
            "stream-count",
            "stream-max-length",
            "sharded-pub-sub",
            "session-key-prefix");
    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** Which rooms have a channel of their own. */
    enum SubscriptionMode {
        /** None. */
        STATIC,
        /** All but those of a single socket. */
        DYNAMIC,
        /** All. */
        DYNAMIC_PRIVATE;

        /** Ids of sockets are of this length, but for old clients. */
        private static final int ID_LENGTH = 20;

        /** Whether events for this room alone have their own channel. */
        boolean separates(String room) {
            return switch (this) {
                case STATIC -> false;
                case DYNAMIC -> room.length() != ID_LENGTH;
                case DYNAMIC_PRIVATE -> true;
            };
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static NodeModeConfig from(AdapterSettings settings, String key) {
        return new NodeModeConfig(
                settings.duration("requests-timeout", Duration.ofSeconds(5), SHORTEST, LONGEST),
                settings.flag("publish-on-specific-response-channel", false),
                subscriptionMode(settings),
                settings.text("stream-name", key),
                settings.integer("stream-count", 1, 1, 64),
                settings.integer("stream-max-length", 10_000, 1, Integer.MAX_VALUE),
                settings.flag("sharded-pub-sub", false),
                settings.text("session-key-prefix", "sio:session:"));
    }

    private static SubscriptionMode subscriptionMode(AdapterSettings settings) {
        String wanted = settings.text("subscription-mode", SubscriptionMode.DYNAMIC.text());
        return Arrays.stream(SubscriptionMode.values())
                .filter(mode -> mode.text().equals(wanted))
                .findFirst()
                .orElseThrow(() -> settings.refused(
                        "subscription-mode",
                        wanted,
                        Arrays.stream(SubscriptionMode.values())
                                .map(SubscriptionMode::text)
                                .collect(Collectors.joining(", "))));
    }
}
