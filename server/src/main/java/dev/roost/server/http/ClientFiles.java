package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The JavaScript client, served under the engine path.
 *
 * <p>Eight names and no others, so no path can lead anywhere else. A file is read, and compressed, the first time
 * somebody asks for it. If the build could not get the files there are none.
 *
 * <p>Thread-safe: concurrent tables of immutable values.
 *
 * <p>Spec: socket-io 14.
 */
public final class ClientFiles {
    private static final Set<String> NAMES = Set.of(
            "socket.io.js",
            "socket.io.js.map",
            "socket.io.min.js",
            "socket.io.min.js.map",
            "socket.io.esm.min.js",
            "socket.io.esm.min.js.map",
            "socket.io.msgpack.min.js",
            "socket.io.msgpack.min.js.map");
    private static final String FOLDER = "/dev/roost/server/client/";
    private static final Header CACHE_CONTROL =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "public, max-age=0");
    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");
    private static final Header SCRIPT =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/javascript; charset=utf-8");
    private static final Header SOURCE_MAP =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");

    private final EngineEndpoint endpoint;
    private final String etag;
    private final ConcurrentMap<String, byte[]> plain = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, byte[]> compressed = new ConcurrentHashMap<>();

    private ClientFiles(EngineEndpoint endpoint, String version) {
        this.endpoint = endpoint;
        this.etag = '"' + version + '"';
    }

    /** The files that came with the server; empty if the build had none. */
    public static Optional<ClientFiles> of(EngineEndpoint endpoint) {
        byte[] version = read(FOLDER + "version");
        return version == null
                ? Optional.empty()
                : Optional.of(new ClientFiles(endpoint, new String(version, UTF_8).strip()));
    }

    /** True if the name below the engine path is one of the files. */
    public boolean has(String name) {
        return NAMES.contains(name);
    }

    /** Answers a request for one of the files, whatever the method. */
    public void serve(String name, EngineRequest request, ServerRequest http, ServerResponse response) {
        byte[] file = plain.computeIfAbsent(name, key -> orEmpty(read(FOLDER + key)));
        if (file.length == 0) {
            response.status(Status.NOT_FOUND_404).send();
            return;
        }
        endpoint.addResponseHeaders(
                request, (header, value) -> response.headers().add(HeaderNames.create(header), value));
        response.headers().add(VARY);
        response.header(CACHE_CONTROL);
        String known = request.header("if-none-match");
        if (known != null && (known.equals(etag) || known.equals("W/" + etag))) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.ETAG, etag);
        response.header(name.endsWith(".map") ? SOURCE_MAP : SCRIPT);
        if (ContentCoding.negotiate(request.header("accept-encoding")) == ContentCoding.GZIP) {
            response.header(HeaderNames.CONTENT_ENCODING, ContentCoding.GZIP.wire());
            FileAnswer.send(http, response, compressed.computeIfAbsent(name, key -> ContentCoding.GZIP.encode(file)));
        } else {
            FileAnswer.send(http, response, file);
        }
    }

    private static byte[] orEmpty(byte @Nullable [] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }

    private static byte @Nullable [] read(String resource) {
        try (InputStream in = ClientFiles.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + resource + " from the class path", e);
        }
    }
}
