package dev.roost.core.namespace;

import java.util.Set;

/**
 * What an application wants to know of one client: registered here, run in the mailbox of its socket.
 *
 * <p>Thread-safe. Spec: socket-io 7 and 9, features K25 to K28.
 */
public abstract sealed class SocketEvents implements EventSource permits Socket {
    private final Listeners listeners = new Listeners();

    SocketEvents() {}

    Listeners listeners() {
        return listeners;
    }

    @Override
    public Registration on(String event, Handlers.Raw handler) {
        ReservedEvents.checkOn(event);
        return listeners.add(new Listener.OnEvent(event, false, handler));
    }

    @Override
    public Registration once(String event, Handlers.Raw handler) {
        ReservedEvents.checkOn(event);
        return listeners.add(new Listener.OnEvent(event, true, handler));
    }

    /** Removes every handler of an event. */
    public void off(String event) {
        listeners.removeAll(event);
    }

    /** The events that have handlers. */
    public Set<String> eventNames() {
        return listeners.eventNames();
    }

    /** How many handlers an event has. */
    public int listenerCount(String event) {
        return listeners.count(event);
    }

    /** Has a handler called with every event, before middlewares and the event's own handlers. */
    public Registration onAny(Handlers.Any handler) {
        return listeners.add(new Listener.OnAny(handler));
    }

    /** Like {@link #onAny}, before those registered so far. */
    public Registration prependAny(Handlers.Any handler) {
        return listeners.prepend(new Listener.OnAny(handler));
    }

    /**
     * Has a handler called with every event sent to this client, broadcasts too; acknowledgements are not events.
     *
     * <p>While a handler of the socket blocks, what is sent waits to be shown, {@code limits.inbound-packets} events and
     * {@code limits.inbound-bytes} at the most; what is sent beyond that is not shown.
     */
    public Registration onAnyOutgoing(Handlers.Any handler) {
        return listeners.add(new Listener.OnAnyOutgoing(handler));
    }

    /** Like {@link #onAnyOutgoing}, before those registered so far. */
    public Registration prependAnyOutgoing(Handlers.Any handler) {
        return listeners.prepend(new Listener.OnAnyOutgoing(handler));
    }

    /** Has a middleware look at every event: what it throws drops the event and goes to the error handlers. */
    public Registration use(Handlers.Any middleware) {
        return listeners.add(new Listener.OnUse(middleware));
    }

    /** Has a handler called when the socket is gone, before {@link #onDisconnect}, with the rooms it was in. */
    public Registration onDisconnecting(Handlers.Disconnecting handler) {
        return listeners.add(new Listener.OnDisconnecting(handler));
    }

    /** Has a handler called when the socket is gone: the last thing that runs for it. */
    public Registration onDisconnect(Handlers.Disconnected handler) {
        return listeners.add(new Listener.OnDisconnect(handler));
    }

    /** Has a handler called once the socket is gone; the last one to run. */
    public Registration onDisconnect(Handlers.Gone handler) {
        return onDisconnect((reason, description) -> handler.handle(reason));
    }

    /** Has a handler called with what goes wrong; without one it is logged. */
    public Registration onError(Handlers.Failed handler) {
        return listeners.add(new Listener.OnError(handler));
    }
}
