package dev.roost.server.websocket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds in {@code Sec-WebSocket-Extensions} an offer of compression that can be accepted. Pure.
 *
 * <p>The answer always asks for no context takeover in both directions, which lets all connections of a loop share
 * one codec and all recipients of a broadcast one frame. The JDK's deflater has one window size, 2^15; an offer that
 * demands a smaller one of the server is declined. A header that is not well formed declines everything.
 *
 * <p>Spec: RFC 7692 sections 5 and 7.1, RFC 6455 section 9.1, security 2 (H12) and 5 (W11).
 */
final class DeflateOffer {
    /** What the server answers to any offer it accepts. */
    static final String RESPONSE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final int MAX_HEADER = 4096;
    private static final int MAX_OFFERS = 32;

    private final String header;
    private int at;

    private DeflateOffer(String header) {
        this.header = header;
    }

    /**
     * Returns the header value to answer with, or null to go without compression.
     *
     * @param header value of the request header, several joined by commas
     */
    static @Nullable String answer(@Nullable String header) {
        if (header == null || header.length() > MAX_HEADER) {
            return null;
        }
        List<Offer> offers = new DeflateOffer(header).parse();
        for (Offer offer : offers) {
            if (offer.isAcceptable()) {
                return offer.limitsServerWindow() ? RESPONSE + "; server_max_window_bits=15" : RESPONSE;
            }
        }
        return null;
    }

    /** Returns no offers if the header is not well formed. */
    private List<Offer> parse() {
        List<Offer> offers = new ArrayList<>();
        do {
            String name = token();
            List<Parameter> parameters = new ArrayList<>();
            while (name != null && next(';')) {
                String key = token();
                String value = null;
                if (key != null && next('=')) {
                    value = next('"') ? quoted() : token();
                    if (value == null) {
                        return List.of();
                    }
                }
                if (key == null) {
                    return List.of();
                }
                parameters.add(new Parameter(key, value));
            }
            if (name == null || offers.size() == MAX_OFFERS) {
                return List.of();
            }
            offers.add(new Offer(name, parameters));
        } while (next(','));
        return at == header.length() ? offers : List.of();
    }

    private boolean next(char wanted) {
        skipSpace();
        if (at < header.length() && header.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private @Nullable String token() {
        skipSpace();
        int from = at;
        while (at < header.length() && isTokenCharacter(header.charAt(at))) {
            at++;
        }
        return at == from ? null : header.substring(from, at);
    }

    /** A quoted string, which must be a token once unquoted. */
    private @Nullable String quoted() {
        String value = token();
        if (value == null || at == header.length() || header.charAt(at) != '"') {
            return null;
        }
        at++;
        return value;
    }

    private void skipSpace() {
        while (at < header.length() && (header.charAt(at) == ' ' || header.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isTokenCharacter(char c) {
        return c > ' ' && c < 0x7F && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
    }

    /** One parameter of an offer. Immutable. */
    private record Parameter(String name, @Nullable String value) {}

    /** One extension the client offers. Immutable. */
    private record Offer(String name, List<Parameter> parameters) {
        boolean limitsServerWindow() {
            return parameters.stream().anyMatch(parameter -> parameter.name().equals("server_max_window_bits"));
        }

        boolean isAcceptable() {
            if (!name.equals("permessage-deflate")) {
                return false;
            }
            Set<String> seen = new HashSet<>();
            for (Parameter parameter : parameters) {
                if (!seen.add(parameter.name()) || !isAcceptable(parameter)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isAcceptable(Parameter parameter) {
            String value = parameter.value();
            return switch (parameter.name()) {
                case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
                case "client_max_window_bits" -> value == null || value.matches("[89]|1[0-5]");
                case "server_max_window_bits" -> "15".equals(value);
                default -> false;
            };
        }
    }
}
