package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.core.engine.Engine;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.Handshake;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.engine.Transport;
import dev.roost.core.log.LimitedLog;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a request to an engine path, polling and upgrade alike.
 *
 * <p>Thread-safe: immutable, but for the engine it asks.
 *
 * <p>Spec: engine-io 3, order of checks; security 2 and 8.
 */
public final class EngineEndpoint {
    private static final System.Logger LOGGER = System.getLogger(EngineEndpoint.class.getName());

    private final Engine engine;
    private final Supplier<SessionLoop> loops;
    private final RequestPolicy policy;
    private final LimitedLog refusedOrigins = new LimitedLog(LOGGER, System.Logger.Level.WARNING);
    private final LimitedLog failures = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    /**
     * Makes the endpoint of one path.
     *
     * @param loops gives a new session its loop
     */
    public EngineEndpoint(Engine engine, Supplier<SessionLoop> loops, RequestPolicy policy) {
        this.engine = engine;
        this.loops = loops;
        this.policy = policy;
    }

    /** The engine behind this endpoint. */
    public Engine engine() {
        return engine;
    }

    /** What becomes of a request. */
    public sealed interface Verdict {
        /** It is refused; see {@link #rejection} for an upgrade. */
        record Refused(EngineError error) implements Verdict {}

        /** It has been answered without the engine. */
        record Answered(EngineAnswer answer) implements Verdict {}

        /** It creates a session; the caller opens it on the loop. */
        record NewSession(Handshake handshake, int revision, boolean binary, SessionLoop loop) implements Verdict {}

        /** It belongs to a session: a poll, a post, or as an upgrade the probe of another transport. */
        record Existing(EngineSession session) implements Verdict {}
    }

    /**
     * Checks a request.
     *
     * @param upgrade true if it asks for a WebSocket
     */
    public Verdict check(EngineRequest request, boolean upgrade) {
        Verdict verdict = decide(request, upgrade);
        if (verdict instanceof Verdict.Refused refused) {
            report(request, refused.error());
        }
        return verdict;
    }

    /** Tells the application of a refusal found only after {@link #check}. */
    public void report(EngineRequest request, EngineError error) {
        policy.hooks().connectionErrors().forEach(listener -> {
            try {
                listener.accept(request, error);
            } catch (RuntimeException e) {
                failures.log("a connection_error listener failed: " + LimitedLog.safe(e.toString()));
            }
        });
    }

    private Verdict decide(EngineRequest request, boolean upgrade) {
        if (policy.cors() != null && request.method().equals("OPTIONS")) {
            return new Verdict.Answered(new EngineAnswer(204, null, new byte[0]));
        }
        Verdict early = runMiddlewares(request);
        if (early != null) {
            return early;
        }
        EngineError error = checkParameters(request);
        if (error == null) {
            error = checkOrigin(request);
        }
        if (error != null) {
            return new Verdict.Refused(error);
        }
        String sid = request.sid();
        return sid == null ? checkHandshake(request, upgrade) : checkSession(request, sid, upgrade);
    }

    private @Nullable Verdict runMiddlewares(EngineRequest request) {
        for (EngineMiddleware middleware : policy.hooks().middlewares()) {
            MiddlewareResponse response = new MiddlewareResponse(request);
            try {
                middleware.handle(request, response);
            } catch (Exception e) {
                if (response.answer == null) {
                    failures.log("an engine middleware failed: " + LimitedLog.safe(e.toString()));
                    return new Verdict.Refused(
                            EngineError.badRequest("MIDDLEWARE_FAILURE", String.valueOf(e.getMessage())));
                }
            }
            if (response.answer != null) {
                return new Verdict.Answered(response.answer);
            }
        }
        return null;
    }

    private @Nullable EngineError checkParameters(EngineRequest request) {
        String repeated = request.repeatedKey();
        if (repeated != null) {
            return EngineError.badRequest("REPEATED_PARAMETER", repeated);
        }
        Transport.Name transport = transport(request);
        return transport != null && engine.config().transports().contains(transport)
                ? null
                : EngineError.transportUnknown(request.transport());
    }

    private static Transport.@Nullable Name transport(EngineRequest request) {
        String transport = request.transport();
        if (transport == null) {
            return null;
        }
        return switch (transport) {
            case "polling" -> Transport.Name.POLLING;
            case "websocket" -> Transport.Name.WEBSOCKET;
            default -> null;
        };
    }

    private @Nullable EngineError checkOrigin(EngineRequest request) {
        String origin = request.header("origin");
        if (origin == null) {
            return null;
        }
        for (int i = 0; i < origin.length(); i++) {
            char c = origin.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                return EngineError.badRequest("INVALID_ORIGIN", "");
            }
        }
        String host = policy.proxies().host(request);
        if (policy.origins().allows(origin, host)) {
            return null;
        }
        refusedOrigins.log("refused a request from origin " + LimitedLog.safe(origin) + " to host "
                + LimitedLog.safe(host) + "; list the origin in socketio.cors.origins to allow it");
        return EngineError.forbidden("");
    }

    private Verdict checkSession(EngineRequest request, String sid, boolean upgrade) {
        EngineSession session = engine.find(sid);
        if (session == null) {
            return new Verdict.Refused(EngineError.sessionUnknown(sid));
        }
        EngineError stranger = checkAddress(request, session);
        if (stranger != null) {
            return new Verdict.Refused(stranger);
        }
        Transport.Name transport = transport(request);
        if (upgrade != (transport == Transport.Name.WEBSOCKET) || !upgrade && session.transport() != transport) {
            return badRequest("TRANSPORT_MISMATCH", session.transport().wire());
        }
        if (request.revision() != session.revision()) {
            return badRequest("PROTOCOL_MISMATCH", Integer.toString(session.revision()));
        }
        if (upgrade && !engine.config().allowUpgrades()) {
            return badRequest("TRANSPORT_HANDSHAKE_ERROR", "upgrades are disabled");
        }
        EngineError forbidden = verify(request, session);
        return forbidden == null ? new Verdict.Existing(session) : new Verdict.Refused(forbidden);
    }

    /** Clients that move change their address, so that is no more than noted unless it is forbidden. */
    private @Nullable EngineError checkAddress(EngineRequest request, EngineSession session) {
        String address = policy.proxies().clientAddress(request);
        if (address.equals(session.handshake().address())) {
            return null;
        }
        engine.observer().requestedElsewhere(session, address);
        return policy.bindSidToAddress() ? EngineError.forbidden("") : null;
    }

    private @Nullable EngineError verify(EngineRequest request, EngineSession session) {
        VerifyRequest decision = policy.hooks().verifyRequest();
        return decision == null ? null : ask(() -> decision.check(request, session.handshake()));
    }

    private Verdict checkHandshake(EngineRequest request, boolean upgrade) {
        if (!request.method().equals("GET")) {
            return new Verdict.Refused(EngineError.badHandshakeMethod(request.method()));
        }
        if (upgrade != (transport(request) == Transport.Name.WEBSOCKET)) {
            return badRequest("TRANSPORT_HANDSHAKE_ERROR", upgrade ? "unexpected upgrade" : "upgrade missing");
        }
        String address = policy.proxies().clientAddress(request);
        String limit = policy.admission().refusal(address, engine.sessionCount());
        if (limit != null) {
            return new Verdict.Refused(EngineError.unavailable(limit));
        }
        EngineError forbidden = askApplication(request);
        if (forbidden != null) {
            return new Verdict.Refused(forbidden);
        }
        int revision = request.revision();
        if (revision != 4 && !(revision == 3 && engine.config().allowRevision3())) {
            return new Verdict.Refused(EngineError.unsupportedRevision(revision));
        }
        Handshake handshake = request.handshake(address, policy.proxies().secure(request));
        return new Verdict.NewSession(handshake, revision, !request.b64() && !jsonp(request), loops.get());
    }

    /** True if the client takes scripts only, which hold no binary; such clients are as old as revision 3. */
    public boolean jsonp(EngineRequest request) {
        return request.jsonpIndex() != null && engine.config().allowRevision3();
    }

    private @Nullable EngineError askApplication(EngineRequest request) {
        AllowRequest decision = policy.hooks().allowRequest();
        return decision == null ? null : ask(() -> decision.check(request));
    }

    private @Nullable EngineError ask(Question question) {
        try {
            question.put();
            return null;
        } catch (RequestForbidden e) {
            return EngineError.forbidden(e.getMessage() == null ? "" : e.getMessage());
        } catch (Exception e) {
            failures.log("a check of a request failed: " + LimitedLog.safe(e.toString()));
            return EngineError.forbidden("");
        }
    }

    @FunctionalInterface
    private interface Question {
        void put() throws Exception;
    }

    private static Verdict badRequest(String name, String detail) {
        return new Verdict.Refused(EngineError.badRequest(name, detail));
    }

    /** Gives the headers every response carries, errors among them. */
    public void addResponseHeaders(EngineRequest request, BiConsumer<String, String> out) {
        Cors cors = policy.cors();
        if (cors != null) {
            if (request.method().equals("OPTIONS")) {
                cors.addPreflightHeaders(request, policy.origins(), out);
            } else {
                cors.addHeaders(request, policy.origins(), out);
            }
        }
        request.forEachResponseHeader(out);
    }

    /**
     * Gives the headers of a 200 or 101: those of every response, changed by the application's hooks.
     *
     * @param initial true if the response creates a session
     */
    public void addAcceptedHeaders(EngineRequest request, boolean initial, BiConsumer<String, String> out) {
        EngineHooks hooks = policy.hooks();
        if (hooks.headers().isEmpty() && (!initial || hooks.initialHeaders().isEmpty())) {
            addResponseHeaders(request, out);
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        addResponseHeaders(request, headers::put);
        if (initial) {
            hooks.initialHeaders().forEach(hook -> hook.accept(headers, request));
        }
        hooks.headers().forEach(hook -> hook.accept(headers, request));
        headers.forEach(out);
    }

    /** Value of {@code Set-Cookie} on a polling handshake, or null. */
    public @Nullable String cookie(EngineRequest request, String sid) {
        SessionCookie cookie = policy.cookie();
        return cookie == null ? null : cookie.header(sid, policy.proxies().secure(request));
    }

    /**
     * Makes the whole answer to an upgrade that does not happen; the connection is closed after it.
     *
     * <p>Spec: engine-io 3, "Upgrade response".
     */
    public byte[] rejection(EngineRequest request, EngineError error) {
        boolean unavailable = error.code() == EngineError.UNAVAILABLE;
        byte[] body = escapeHtml(error.message()).getBytes(UTF_8);
        StringBuilder head = new StringBuilder(160)
                .append(unavailable ? "HTTP/1.1 503 Service Unavailable\r\n" : "HTTP/1.1 400 Bad Request\r\n")
                .append("Connection: close\r\nContent-type: text/html\r\n");
        if (unavailable) {
            head.append("Retry-After: 1\r\n");
        }
        return response(request, head, body);
    }

    /** As {@link #rejection(EngineRequest, EngineError)}, for an answer of a middleware. */
    public byte[] rejection(EngineRequest request, EngineAnswer answer) {
        StringBuilder head = new StringBuilder(160)
                .append("HTTP/1.1 ")
                .append(answer.status())
                .append(" \r\nConnection: close\r\n");
        if (answer.contentType() != null) {
            head.append("Content-Type: ").append(answer.contentType()).append("\r\n");
        }
        return response(request, head, answer.body());
    }

    private byte[] response(EngineRequest request, StringBuilder head, byte[] body) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
        addResponseHeaders(
                request,
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(UTF_8);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    private static String escapeHtml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** What a middleware did. Confined to the request's thread. */
    private static final class MiddlewareResponse implements EngineMiddleware.Response {
        private final EngineRequest request;
        private @Nullable EngineAnswer answer;

        MiddlewareResponse(EngineRequest request) {
            this.request = request;
        }

        @Override
        public void header(String name, String value) {
            request.responseHeader(name, value);
        }

        @Override
        public void end(int status, String contentType, byte[] body) {
            if (answer == null) {
                answer = new EngineAnswer(status, contentType, body);
            }
        }
    }
}
