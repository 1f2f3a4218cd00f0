package dev.roost.server.polling;

import java.time.Duration;

/**
 * What polling is told beyond the engine's own settings. Immutable.
 *
 * @param bodyTimeout from the head of a POST to the end of its body
 * @param compression whether answers to polls may be compressed
 * @param compressionThreshold from how many bytes on
 */
public record PollingConfig(Duration bodyTimeout, boolean compression, long compressionThreshold) {
    /** The defaults. */
    public static final PollingConfig DEFAULT = new PollingConfig(Duration.ofSeconds(30), true, 1024);
}
