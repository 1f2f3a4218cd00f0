package dev.roost.demo;

import dev.roost.server.http.FileAnswer;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The page of the demo chat: these four files and nothing else. Immutable.
 *
 * <p>They are read once, from beside this class. The policy sent with them lets the page run its own script and talk to
 * its own server; nothing that a peer might smuggle in can run or load anything.
 */
final class DemoPage implements HttpService {
    private static final List<Header> HEADERS = List.of(
            HeaderValues.createCached(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; "
                            + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
            HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
            HeaderValues.createCached("Referrer-Policy", "no-referrer"),
            // Stored, but asked for with If-None-Match each time: a new build is seen at once.
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache"));

    private final List<Resource> resources = List.of(
            Resource.read("/", "index.html", "text/html; charset=utf-8"),
            Resource.read("/chat.css", "chat.css", "text/css; charset=utf-8"),
            Resource.read("/chat.js", "chat.js", "text/javascript; charset=utf-8"),
            Resource.read("/bird.svg", "bird.svg", "image/svg+xml"));

    @Override
    public void routing(HttpRules rules) {
        for (Resource resource : resources) {
            rules.get(resource.path(), resource::send).head(resource.path(), resource::send);
        }
    }

    private record Resource(String path, byte[] content, Header type, Header etag) {

        static Resource read(String path, String name, String type) {
            try (InputStream stream = Objects.requireNonNull(DemoPage.class.getResourceAsStream(name), name)) {
                byte[] content = stream.readAllBytes();
                return new Resource(
                        path,
                        content,
                        HeaderValues.createCached(HeaderNames.CONTENT_TYPE, type),
                        HeaderValues.createCached(HeaderNames.ETAG, '"' + digest(content) + '"'));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void send(ServerRequest request, ServerResponse response) {
            HEADERS.forEach(response::header);
            response.header(etag);
            if (isKnownTo(request)) {
                response.status(Status.NOT_MODIFIED_304).send();
            } else {
                FileAnswer.send(request, response.header(type), content);
            }
        }

        private boolean isKnownTo(ServerRequest request) {
            return request.headers()
                    .first(HeaderNames.IF_NONE_MATCH)
                    .map(tags -> Arrays.stream(tags.split(","))
                            .map(String::strip)
                            .anyMatch(
                                    tag -> tag.equals("*") || tag.equals(etag.get()) || tag.equals("W/" + etag.get())))
                    .orElse(false);
        }

        private static String digest(byte[] content) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
                return HexFormat.of().formatHex(hash, 0, 12);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}
