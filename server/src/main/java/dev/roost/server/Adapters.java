package dev.roost.server;

import dev.roost.adapter.AdapterFactory;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The adapters that can be had by name, and what may be configured about them. Immutable. */
final class Adapters {
    private final Map<String, AdapterFactory> byName = new TreeMap<>();

    /**
     * Collects the adapters on the class path.
     *
     * @param own one more, which hides another of its name, or null
     */
    Adapters(@Nullable AdapterFactory own) {
        ServiceLoader.load(AdapterFactory.class).forEach(factory -> byName.putIfAbsent(factory.name(), factory));
        if (own != null) {
            byName.put(own.name(), own);
        }
    }

    /**
     * Returns the adapter a configuration names.
     *
     * @throws IllegalArgumentException naming the adapters there are
     */
    AdapterFactory chosenBy(SocketIoConfig config) {
        String name = config.get(Settings.ADAPTER);
        AdapterFactory factory = byName.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "socketio.adapter: '" + name + "' is not allowed; allowed: " + String.join(", ", byName.keySet()));
        }
        return factory;
    }

    /**
     * Checks the settings of all adapters, those not in use too: a key that is misspelt has no effect anywhere.
     *
     * @throws IllegalArgumentException naming the keys allowed
     */
    void check(SocketIoConfig config) {
        new TreeMap<>(config.adapterValues()).forEach((name, values) -> {
            AdapterFactory factory = byName.get(name);
            if (factory == null) {
                String key = new TreeSet<>(values.keySet()).first();
                throw new IllegalArgumentException(
                        "socketio." + name + "." + key + " is no known key: there is no group" + " and no adapter '"
                                + name + "'; adapters: " + String.join(", ", byName.keySet()));
            }
            for (String key : new TreeSet<>(values.keySet())) {
                if (!factory.keys().contains(key)) {
                    throw new IllegalArgumentException("socketio." + name + "." + key + " is no known key; allowed: "
                            + String.join(", ", new TreeSet<>(factory.keys())));
                }
            }
        });
    }
}
