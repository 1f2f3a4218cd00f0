package dev.roost.server.http;

import org.jspecify.annotations.Nullable;

/** What is known of client programs by the name they give. */
public final class UserAgent {
    private UserAgent() {}

    /**
     * True if a client does not notice that the server closes a WebSocket in the usual way.
     *
     * <p>OkHttp reads nothing after a close frame and waits for its user to answer it; the stock Java client does not.
     * So it would find out by its ping timeout only. The end of the connection without a close frame it sees at once.
     *
     * @param name the header {@code User-Agent}
     */
    public static boolean missesCloseFrames(@Nullable String name) {
        return name != null && name.startsWith("okhttp/");
    }
}
