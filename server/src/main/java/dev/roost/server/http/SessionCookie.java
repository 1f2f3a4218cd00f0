package dev.roost.server.http;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that carries a session id for load balancers; never read here. Immutable.
 *
 * <p>Spec: engine-io 11, cookie option; security O7.
 *
 * @param path null leaves the attribute out
 * @param sameSite {@code Lax}, {@code Strict}, {@code None}; null leaves the attribute out
 * @param secure set also when the connection is not encrypted
 */
public record SessionCookie(
        String name,
        @Nullable String path,
        @Nullable String domain,
        @Nullable Duration maxAge,
        boolean httpOnly,
        boolean secure,
        boolean partitioned,
        @Nullable String priority,
        @Nullable String sameSite) {
    /** What {@code cookie.enabled=true} alone gives. */
    public static final SessionCookie DEFAULT =
            new SessionCookie("io", "/", null, null, true, false, false, null, "Lax");

    /** Value of {@code Set-Cookie}; attributes in the order of the npm package {@code cookie}. */
    String header(String sid, boolean encrypted) {
        StringBuilder text = new StringBuilder(80).append(name).append('=').append(sid);
        if (maxAge != null) {
            text.append("; Max-Age=").append(maxAge.toSeconds());
        }
        if (domain != null) {
            text.append("; Domain=").append(domain);
        }
        if (path != null) {
            text.append("; Path=").append(path);
        }
        if (httpOnly) {
            text.append("; HttpOnly");
        }
        if (secure || encrypted) {
            text.append("; Secure");
        }
        if (partitioned) {
            text.append("; Partitioned");
        }
        if (priority != null) {
            text.append("; Priority=").append(capitalised(priority));
        }
        if (sameSite != null) {
            text.append("; SameSite=").append(capitalised(sameSite));
        }
        return text.toString();
    }

    private static String capitalised(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1).toLowerCase(Locale.ROOT);
    }
}
