package dev.roost.core.engine;

/**
 * What carries a session's packets at present; the server implements one for polling and one for WebSocket.
 *
 * <p>The session calls every method on its home loop, holding no lock. No method blocks.
 *
 * <p>Spec: engine-io 5 to 7.
 */
public interface Transport {
    /** Which kind this is. Constant. */
    Name name();

    /**
     * True if a packet handed over now would leave at once.
     *
     * <p>A WebSocket is writable when its last flush left nothing unsent, polling while a GET waits. From any thread.
     */
    boolean writable();

    /**
     * Says that {@link EngineSession#takeBatch} has something for this transport; after every message.
     *
     * <p>A WebSocket takes it at the end of this turn of the loop, polling when it has a waiting GET.
     */
    void outboxReady();

    /** Writes a packet past the outbox: the answer to a probe. */
    void sendControl(OutboundMessage packet);

    /** Stops or resumes reading from the client, for want of room. Polling holds back the answer to a POST. */
    void readable(boolean on);

    /**
     * The session needs this transport no longer.
     *
     * @param how what the client should see
     */
    void close(Closing how);

    /** Kinds of transport, with their names on the wire. */
    enum Name {
        POLLING("polling"),
        WEBSOCKET("websocket");

        private final String wire;

        Name(String wire) {
            this.wire = wire;
        }

        /** Name on the wire. */
        public String wire() {
            return wire;
        }
    }

    /** How a transport ends. */
    enum Closing {
        /** The outbox has been drained; say good-bye in the transport's way (close frame, {@code 1} packet). */
        ORDERLY,
        /** At once; what is unsent is lost. */
        DISCARD,
        /**
         * The session goes on over another transport, or the client itself ended polling: release what hangs, answer
         * a waiting GET with {@code 6}.
         */
        UPGRADED
    }
}
