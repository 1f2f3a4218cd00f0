package dev.roost.server.http;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may talk to this server, whatever the transport. Immutable.
 *
 * <p>CORS alone cannot tell: a browser sends a WebSocket handshake or a plain POST anywhere, with cookies. So every
 * request with an {@code Origin} is checked: same host as the request, or listed. The scheme of the same host is not
 * compared, since TLS may end at a proxy.
 *
 * <p>Spec: security 8, O1 to O5.
 */
public final class OriginPolicy {
    private final boolean off;
    private final boolean any;
    private final boolean nullListed;
    private final Set<Origin> listed;

    private OriginPolicy(List<String> origins) {
        this.off = false;
        this.any = origins.contains("*");
        this.nullListed = origins.contains("null");
        this.listed = new HashSet<>();
        for (String text : origins) {
            if (!text.equals("*") && !text.equals("null")) {
                Origin origin = Origin.parse(text);
                if (origin == null) {
                    throw new IllegalArgumentException("socketio.cors.origins: '" + text
                            + "' is no origin; allowed: scheme://host or scheme://host:port, null, *");
                }
                listed.add(origin);
            }
        }
    }

    private OriginPolicy(boolean off, OriginPolicy like) {
        this.off = off;
        this.any = like.any;
        this.nullListed = like.nullListed;
        this.listed = like.listed;
    }

    /**
     * Lets the same host and the listed origins pass.
     *
     * @param origins {@code scheme://host[:port]}, {@code null} or {@code *}
     * @throws IllegalArgumentException if one is none of these
     */
    public static OriginPolicy sameHostOr(List<String> origins) {
        return new OriginPolicy(origins);
    }

    /** The same list for CORS headers, but every origin passes, as with the reference. */
    public OriginPolicy unchecked() {
        return new OriginPolicy(true, this);
    }

    /**
     * Tells whether a request may go on.
     *
     * @param host host and port the client asked for
     */
    boolean allows(@Nullable String origin, @Nullable String host) {
        if (off || any || origin == null) {
            return true;
        }
        if (isListed(origin)) {
            return true;
        }
        Origin from = Origin.parse(origin);
        if (from == null || host == null) {
            return false;
        }
        Origin here = Origin.ofHost(from.scheme(), host);
        return here != null && here.sameHost(from);
    }

    /** Tells whether CORS headers may name the origin. */
    boolean isListed(String origin) {
        if (origin.equals("null")) {
            return nullListed;
        }
        Origin from = Origin.parse(origin);
        return from != null && listed.contains(from);
    }
}
