package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.roost.core.engine.SessionLoop;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineEndpoint.Verdict;
import dev.roost.server.http.EngineRequest;
import dev.roost.server.http.RequestReader;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.Reactor;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsUpgrader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket handshake of engine paths, inside Helidon's HTTP/1.1.
 *
 * <p>Of Helidon's own upgrader it uses the protocol's constants and the accept hash; which origins may connect, and
 * everything else about the request, is decided where polling requests are too. A path of nobody's is left to
 * Helidon's routing.
 *
 * <p>Thread-safe: a concurrent table, the rest immutable.
 *
 * <p>Spec: engine-io 3 and 6, RFC 6455 section 4.2.
 */
public final class WebSocketUpgrade extends WsUpgrader {
    private static final String EXTENSIONS_HEADER = "sec-websocket-extensions";
    private static final int PLAIN_BAD_REQUEST_BYTES = 160;

    private final Function<String, @Nullable EngineEndpoint> endpoints;
    private final HelidonChannels channels;
    private final WebSocketConfig config;
    private final RequestReader reader;
    private final ConcurrentHashMap<SessionLoop, LoopShare> shares = new ConcurrentHashMap<>();

    /**
     * Makes an upgrader.
     *
     * @param endpoints the endpoint of a raw path, or null if it is nobody's
     */
    public WebSocketUpgrade(
            Function<String, @Nullable EngineEndpoint> endpoints,
            HelidonChannels channels,
            WebSocketConfig config,
            RequestReader reader) {
        super(WsConfig.create());
        this.endpoints = endpoints;
        this.channels = channels;
        this.config = config;
        this.reader = reader;
    }

    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        String path = prologue.uriPath().rawPath();
        EngineEndpoint endpoint = endpoints.apply(path);
        if (endpoint == null) {
            return null;
        }
        EngineRequest request = reader.read(prologue, headers, context.remotePeer(), context.isSecure());
        if (!HandshakeCheck.asksForUpgrade(request)) {
            return null;
        }
        String problem = HandshakeCheck.problem(request);
        if (problem != null) {
            throw refuse(context, badHandshake(problem));
        }
        Verdict verdict = endpoint.check(request, true);
        return switch (verdict) {
            case Verdict.Refused refused -> throw refuse(context, endpoint.rejection(request, refused.error()));
            case Verdict.Answered answered -> throw refuse(context, endpoint.rejection(request, answered.answer()));
            case Verdict.NewSession made -> accept(context, endpoint, request, verdict, made.loop());
            case Verdict.Existing existing ->
                accept(context, endpoint, request, verdict, existing.session().loop());
        };
    }

    private Handover accept(
            ConnectionContext context,
            EngineEndpoint endpoint,
            EngineRequest request,
            Verdict verdict,
            SessionLoop loop) {
        LoopShare share = shares.computeIfAbsent(loop, key -> new LoopShare((Reactor) key, config));
        String extensions = extensions(request, verdict);
        StringBuilder response = new StringBuilder(256)
                .append(SWITCHING_PROTOCOL_PREFIX)
                .append(hash(context, String.valueOf(request.header(HandshakeCheck.KEY_HEADER))));
        if (extensions != null) {
            response.append("\r\nSec-WebSocket-Extensions: ").append(extensions);
        }
        endpoint.addAcceptedHeaders(
                request,
                verdict instanceof Verdict.NewSession,
                (name, value) ->
                        response.append("\r\n").append(name).append(": ").append(value));
        byte[] bytes = response.append(SWITCHING_PROTOCOLS_SUFFIX).toString().getBytes(ISO_8859_1);
        return new Handover(
                context, channels, endpoint, verdict, share, new WebSocketHandshake(bytes, extensions != null));
    }

    /** Compression is for revision 4 with binary alone: only that form of a message has a compressed twin. */
    private @Nullable String extensions(EngineRequest request, Verdict verdict) {
        if (config.compression() == null) {
            return null;
        }
        boolean plain = switch (verdict) {
            case Verdict.NewSession made -> made.revision() == 4 && made.binary();
            case Verdict.Existing existing ->
                existing.session().revision() == 4 && existing.session().binarySupported();
            case Verdict.Refused ignored -> false;
            case Verdict.Answered ignored -> false;
        };
        return plain ? DeflateOffer.answer(request.header(EXTENSIONS_HEADER)) : null;
    }

    /** Answers and has Helidon close the connection. */
    private static CloseConnectionException refuse(ConnectionContext context, byte[] response) {
        context.dataWriter().writeNow(BufferData.create(response));
        return new CloseConnectionException("WebSocket handshake refused");
    }

    private static byte[] badHandshake(String problem) {
        return new StringBuilder(PLAIN_BAD_REQUEST_BYTES)
                .append("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\n")
                .append("Sec-WebSocket-Version: ")
                .append(SUPPORTED_VERSION)
                .append("\r\nContent-Length: ")
                .append(problem.length())
                .append("\r\n\r\n")
                .append(problem)
                .toString()
                .getBytes(ISO_8859_1);
    }
}
