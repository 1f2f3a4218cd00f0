package dev.roost.server.forward;

import dev.roost.server.http.EngineRequest;
import dev.roost.server.http.HeaderSource;
import dev.roost.server.http.RequestReader;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who the client of a forwarded request is: one header, written by the entry and seen by nobody but this.
 *
 * <p>Its value is the scheme the client used and its address, {@code https 192.0.2.7}. A header of that name that a
 * client sends is never passed on. Immutable.
 */
final class ForwardedClient implements RequestReader {
    /** Name of the header; the entry drops everything with the prefix. */
    static final String PREFIX = "x-roost-";

    static final String HEADER = PREFIX + "client";

    private static final String SECURE = "https ";
    private static final String PLAIN = "http ";

    /** The header's value. */
    static String value(String address, boolean secure) {
        return (secure ? SECURE : PLAIN) + address;
    }

    @Override
    public EngineRequest read(HttpPrologue prologue, Headers headers, PeerInfo peer, boolean secure) {
        HeaderSource source = HeaderSource.of(headers);
        String client = source.value(HEADER);
        boolean isSecure = client != null && client.startsWith(SECURE);
        return EngineRequest.parse(
                prologue.method().text(),
                prologue.uriPath().rawPath(),
                prologue.query().rawValue(),
                new Hiding(source),
                client == null ? RequestReader.address(peer) : client.substring(client.indexOf(' ') + 1),
                isSecure);
    }

    /** The headers as the client sent them. Immutable. */
    private record Hiding(HeaderSource source) implements HeaderSource {
        private static boolean hides(String lowerCaseName) {
            return lowerCaseName.equals(HEADER);
        }

        @Override
        public @Nullable String value(String lowerCaseName) {
            return hides(lowerCaseName) ? null : source.value(lowerCaseName);
        }

        @Override
        public int count(String lowerCaseName) {
            return hides(lowerCaseName) ? 0 : source.count(lowerCaseName);
        }

        @Override
        public void forEach(BiConsumer<String, String> visitor) {
            source.forEach((name, value) -> {
                if (!hides(name)) {
                    visitor.accept(name, value);
                }
            });
        }
    }
}
