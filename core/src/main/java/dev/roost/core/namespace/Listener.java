package dev.roost.core.namespace;

/** What an application registered on one socket. Immutable; compared by identity. */
sealed interface Listener {
    /** Wants one event, perhaps only the next. */
    final class OnEvent implements Listener {
        final String event;
        final boolean once;
        final Handlers.Raw handler;

        OnEvent(String event, boolean once, Handlers.Raw handler) {
            this.event = event;
            this.once = once;
            this.handler = handler;
        }
    }

    /** Wants every event that comes. */
    final class OnAny implements Listener {
        final Handlers.Any handler;

        OnAny(Handlers.Any handler) {
            this.handler = handler;
        }
    }

    /** Wants every event that leaves. */
    final class OnAnyOutgoing implements Listener {
        final Handlers.Any handler;

        OnAnyOutgoing(Handlers.Any handler) {
            this.handler = handler;
        }
    }

    /** Decides whether an event passes. */
    final class OnUse implements Listener {
        final Handlers.Any middleware;

        OnUse(Handlers.Any middleware) {
            this.middleware = middleware;
        }
    }

    /** Wants to know that the socket is gone, and its rooms. */
    final class OnDisconnecting implements Listener {
        final Handlers.Disconnecting handler;

        OnDisconnecting(Handlers.Disconnecting handler) {
            this.handler = handler;
        }
    }

    /** Wants to know that the socket is gone. */
    final class OnDisconnect implements Listener {
        final Handlers.Disconnected handler;

        OnDisconnect(Handlers.Disconnected handler) {
            this.handler = handler;
        }
    }

    /** Wants to know what went wrong. */
    final class OnError implements Listener {
        final Handlers.Failed handler;

        OnError(Handlers.Failed handler) {
            this.handler = handler;
        }
    }
}
