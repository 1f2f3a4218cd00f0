package dev.roost.core.namespace;

import dev.roost.core.packet.JsonValue;

/**
 * Decides whether a namespace that does not exist yet shall exist, when a client asks for it.
 *
 * <p>Runs on a virtual thread and may block. Spec: socket-io 5, features N06.
 */
@FunctionalInterface
public interface NamespaceMatcher {
    /**
     * Returns true to have the namespace made.
     *
     * @param name as the client sent it, with its leading slash
     * @param auth what the client passed as {@code auth}
     * @throws Exception counts as false
     */
    boolean accepts(String name, JsonValue auth) throws Exception;
}
