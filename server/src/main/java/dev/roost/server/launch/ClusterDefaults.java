package dev.roost.server.launch;

import dev.roost.server.Settings;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor settles for its workers where the user did not.
 *
 * <p>Without a word about the cluster the workers form one of their own: Hazelcast on loopback, under a name and with a
 * secret nobody else has, on ports of its own. A user who names the cluster or picks another adapter may have nodes
 * elsewhere; then nothing is drawn that those would have to know.
 */
final class ClusterDefaults {
    private static final String ADAPTER = Settings.ADAPTER.name();
    private static final String SECRET = Settings.CLUSTER_SECRET.name();
    private static final String HAZELCAST = "hazelcast";
    private static final String MEMORY = "memory";
    private static final String PREFIX = "socketio.hazelcast.";
    private static final String NAME = PREFIX + "cluster-name";
    private static final int NAME_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    /** A worker may be replaced before the port of the old one is free again. */
    private static final int PORTS_PER_WORKER = 2;

    private ClusterDefaults() {}

    /** Returns the keys to add for all workers. */
    static Map<String, String> of(Map<String, String> values, int workers) {
        Map<String, String> added = new HashMap<>();
        if (!values.containsKey(ADAPTER)) {
            added.put(ADAPTER, HAZELCAST);
        }
        @Nullable String adapter = values.getOrDefault(ADAPTER, HAZELCAST);
        boolean own = HAZELCAST.equals(adapter)
                && !values.containsKey(NAME)
                && !values.containsKey(PREFIX + "members")
                && !"client".equals(values.get(PREFIX + "mode"));
        if (own) {
            added.put(NAME, "roost-" + HexFormat.of().formatHex(random(NAME_BYTES)));
            if (values.getOrDefault(SECRET, "").isEmpty()) {
                added.put(SECRET, Base64.getUrlEncoder().withoutPadding().encodeToString(random(SECRET_BYTES)));
            }
            if (!values.containsKey(PREFIX + "port")) {
                int ports = PORTS_PER_WORKER * workers;
                added.put(PREFIX + "port", Integer.toString(FreePorts.inARow(ports)));
                added.put(PREFIX + "port-count", Integer.toString(ports));
            }
        }
        return added;
    }

    /** What to warn of: workers that share a port and nothing else. */
    static Optional<String> warning(Map<String, String> values, int workers) {
        return workers > 1 && MEMORY.equals(values.get(ADAPTER))
                ? Optional.of(ADAPTER + " is " + MEMORY + ": the " + workers
                        + " workers share a port and know nothing of each"
                        + " other: clients hear only those of their own worker, and polls that land on another fail")
                : Optional.empty();
    }

    private static byte[] random(int bytes) {
        byte[] drawn = new byte[bytes];
        new SecureRandom().nextBytes(drawn);
        return drawn;
    }
}
