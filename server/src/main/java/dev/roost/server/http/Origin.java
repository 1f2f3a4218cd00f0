package dev.roost.server.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port of an {@code Origin} header, in one spelling. Immutable.
 *
 * @param scheme {@code http} or {@code https} for {@code ws} and {@code wss} too, else as sent, in lower case
 * @param host in lower case, IPv6 in brackets
 * @param port the scheme's own when none was written, -1 if it has none
 */
record Origin(String scheme, String host, int port) {
    /** Reads an origin; null if it is no scheme, host and port and nothing more. */
    static @Nullable Origin parse(String text) {
        int colon = text.indexOf("://");
        if (colon <= 0) {
            return null;
        }
        String scheme = switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            case String other -> other;
        };
        return ofHost(scheme, text.substring(colon + 3));
    }

    /** Reads what a {@code Host} header holds, a missing port being that of the scheme. */
    static @Nullable Origin ofHost(String scheme, String hostAndPort) {
        int port = defaultPort(scheme);
        String host = hostAndPort;
        int colon = hostAndPort.lastIndexOf(':');
        if (colon > hostAndPort.lastIndexOf(']')) {
            host = hostAndPort.substring(0, colon);
            port = port(hostAndPort, colon + 1);
            if (port < 0) {
                return null;
            }
        }
        return isHost(host) ? new Origin(scheme, host.toLowerCase(Locale.ROOT), port) : null;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> -1;
        };
    }

    private static int port(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 5) {
            return -1;
        }
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65_535 ? port : -1;
    }

    private static boolean isHost(String host) {
        if (host.isEmpty()) {
            return false;
        }
        boolean literal = host.charAt(0) == '[' && host.charAt(host.length() - 1) == ']';
        for (int i = literal ? 1 : 0; i < (literal ? host.length() - 1 : host.length()); i++) {
            char c = host.charAt(i);
            boolean plain =
                    c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-';
            if (!(plain || (literal ? c == ':' || c == '%' : c == '_'))) {
                return false;
            }
        }
        return true;
    }

    boolean sameHost(Origin other) {
        return host.equals(other.host) && port == other.port;
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
