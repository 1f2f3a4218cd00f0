package dev.roost.adapter;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reaches the clients of a cluster from a process that is no server, such as a batch job.
 *
 * <p>It needs this module and that of the adapter the servers use:
 *
 * <pre>{@code
 * try (Emitter emitter = Emitter.connect("redis", Map.of("uri", "redis://10.0.0.5"))) {
 *     emitter.to("news").emit("headline", Map.of("title", "It rains"));
 * }
 * }</pre>
 *
 * <p>It is no node of the cluster: the servers do not count it and never wait for it. Events of one thread arrive in
 * their order; what waits to be sent is bounded. Thread-safe.
 */
public final class Emitter extends Emission implements AutoCloseable {
    private static final String MAIN = "/";

    private final CommandSender sender;
    private final AtomicLong lost;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Emitter(CommandSender sender, AtomicLong lost) {
        super(sender, MAIN, Selection.ALL);
        this.sender = sender;
        this.lost = lost;
    }

    /**
     * Connects to servers that have no secret.
     *
     * @param adapter name of the servers' adapter, such as {@code redis}
     * @param settings its settings, as the servers have them under {@code socketio.<adapter>.}; what is left out has the
     *     same default as there
     * @throws IllegalArgumentException if there is no such adapter on the class path, or a setting is wrong
     * @throws AdapterException if the servers' cluster cannot be reached; the message says where it was looked for
     */
    public static Emitter connect(String adapter, Map<String, String> settings) {
        return connect(adapter, settings, null);
    }

    /**
     * Connects to servers that have a secret.
     *
     * @param secret what the servers have as {@code socketio.cluster.secret}, or null if they have none
     * @see #connect(String, Map)
     */
    public static Emitter connect(String adapter, Map<String, String> settings, @Nullable String secret) {
        return connect(factory(adapter), settings, secret);
    }

    /**
     * Connects by a factory that need not be a service of the class path.
     *
     * @see #connect(String, Map, String)
     */
    public static Emitter connect(AdapterFactory factory, Map<String, String> settings, @Nullable String secret) {
        for (String key : settings.keySet()) {
            if (!factory.keys().contains(key)) {
                throw new IllegalArgumentException("socketio." + factory.name() + "." + key + ": unknown, allowed: "
                        + String.join(", ", new TreeSet<>(factory.keys())));
            }
        }
        AtomicLong lost = new AtomicLong();
        Counters counters = (name, amount) -> {
            if (name.endsWith(".lost")) {
                lost.addAndGet(amount);
            }
        };
        NodeDescriptor origin = new NodeDescriptor(NodeId.random(), System.currentTimeMillis(), "", "emitter");
        CommandSender sender =
                factory.createSender(new SenderContext(settings, origin, counters, Optional.ofNullable(secret)));
        sender.start();
        return new Emitter(sender, lost);
    }

    /** Returns the way to a namespace; a leading slash may be left out. */
    public Emission of(String namespace) {
        return new Emission(sender, namespace.startsWith("/") ? namespace : "/" + namespace, Selection.ALL);
    }

    /**
     * Sends what still waits, for some seconds at most, and disconnects. Idempotent.
     *
     * @throws AdapterException if something that was emitted may not have reached the servers
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sender.close();
        if (lost.get() > 0) {
            throw new AdapterException(
                    lost + " of what was emitted, messages or batches of them, may not have reached the"
                            + " servers; the log says why");
        }
    }

    private static AdapterFactory factory(String name) {
        Map<String, AdapterFactory> found = new TreeMap<>();
        for (AdapterFactory factory : ServiceLoader.load(AdapterFactory.class)) {
            found.putIfAbsent(factory.name(), factory);
        }
        AdapterFactory factory = found.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "no adapter '" + name + "' on the class path, there are: " + String.join(", ", found.keySet()));
        }
        return factory;
    }
}
