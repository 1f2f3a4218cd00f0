package dev.roost.server.websocket;

/**
 * What moves the bytes of one WebSocket. Confined to the loop but for {@link #unsent}; no method blocks.
 *
 * <p>It tells the {@link WebSocketTransport} it was started with: {@code received}, {@code fill} and {@code flushed}
 * around each write, and {@code ended} or {@code failed} once, unless it was cut.
 */
interface Carrier {
    /** Begins to read and write. */
    void start(WebSocketTransport transport);

    /** Has {@link WebSocketTransport#fill} called at the end of the turn, or when what is unsent has been written. */
    void flushSoon();

    /** True while bytes taken from the transport are not written yet. From any thread. */
    boolean unsent();

    /** Monotonic nanoseconds when the client last accepted something; means something while {@link #unsent}. */
    long progressNanos();

    /** Stops or resumes reading. */
    void readable(boolean on);

    /**
     * Everything has been written; the client is to see the end of the stream.
     *
     * @param answered true if close frames went both ways, so nothing of interest can come any more
     */
    void finish(boolean answered);

    /** Closes at once and tells nobody. */
    void cut();
}
