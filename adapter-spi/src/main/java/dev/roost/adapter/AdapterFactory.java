package dev.roost.adapter;

import java.util.Set;

/**
 * Makes the adapter of one name; found by {@link java.util.ServiceLoader}.
 *
 * <p>Declared in {@code META-INF/services/dev.roost.adapter.AdapterFactory}.
 */
public interface AdapterFactory {
    /** Name in the configuration: {@code socketio.adapter=<name>}. */
    String name();

    /** Keys understood under {@code socketio.<name>.}, in kebab case; others stop the start. */
    Set<String> keys();

    /**
     * Makes an adapter; does not connect yet.
     *
     * @throws IllegalArgumentException if a value is out of range; the message names key, value and what is allowed
     */
    Adapter create(AdapterContext context);

    /**
     * Makes a sender for processes that are no nodes; does not connect yet.
     *
     * @throws IllegalArgumentException if a value is out of range; the message names key, value and what is allowed
     * @throws AdapterException if this adapter has none
     */
    default CommandSender createSender(SenderContext context) {
        throw new AdapterException("the adapter '" + name() + "' takes nothing from outside its servers");
    }
}
