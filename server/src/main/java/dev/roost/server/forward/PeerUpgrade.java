package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.core.log.LimitedLog;
import dev.roost.server.http.RequestReader;
import dev.roost.server.http.UserAgent;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replays a WebSocket handshake for a session of another process there, and joins the two connections.
 *
 * <p>The owner's answer goes to the client byte by byte, refusals among them. If the owner is gone the handshake is
 * served here, where the session is unknown.
 *
 * <p>Thread-safe: immutable, but for what it calls.
 */
final class PeerUpgrade implements Http1Upgrader {
    static final String UPGRADES = "forward.upgrades";

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_REFUSAL_BYTES = 64 * 1024;

    private final Http1Upgrader local;
    private final Function<String, @Nullable ForwardPath> paths;
    private final Forwarding shared;

    PeerUpgrade(Http1Upgrader local, Function<String, @Nullable ForwardPath> paths, Forwarding shared) {
        this.local = local;
        this.paths = paths;
        this.shared = shared;
    }

    @Override
    public String supportedProtocol() {
        return local.supportedProtocol();
    }

    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        ForwardPath path = paths.apply(prologue.uriPath().rawPath());
        if (path == null || !asksForUpgrade(headers)) {
            return local.upgrade(context, prologue, headers);
        }
        for (NodeDescriptor owner : shared.candidates(path, prologue.query().rawValue())) {
            ForwardHead head = head(context, prologue, headers);
            if (head == null) {
                break;
            }
            try {
                return replay(context, path, owner, head, terms(path, headers));
            } catch (IOException e) {
                path.counters().add(PeerRequests.FAILURES, 1);
                shared.failures()
                        .log("an upgrade was not answered by node " + owner.id() + ": "
                                + LimitedLog.safe(e.toString()));
            }
        }
        return local.upgrade(context, prologue, headers);
    }

    /** Without the token the request is a plain one, here as there. */
    private static boolean asksForUpgrade(WritableHeaders<?> headers) {
        if (!headers.contains(HeaderNames.CONNECTION)) {
            return false;
        }
        Header connection = headers.get(HeaderNames.CONNECTION);
        return connection.allValues(true).stream()
                .anyMatch(token -> token.trim().equalsIgnoreCase("upgrade"));
    }

    private static @Nullable ForwardHead head(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        String address = RequestReader.address(context.remotePeer());
        ForwardHead head = ForwardHead.of(prologue, headers, ForwardedClient.value(address, context.isSecure()));
        return head == null ? null : head.add("connection", "Upgrade").add("upgrade", "websocket");
    }

    private Splice.Terms terms(ForwardPath path, WritableHeaders<?> headers) {
        String agent = headers.contains(HeaderNames.USER_AGENT)
                ? headers.get(HeaderNames.USER_AGENT).get()
                : null;
        return new Splice.Terms(
                shared.stallTimeout(), Duration.ofNanos(path.answerNanos()), !UserAgent.missesCloseFrames(agent));
    }

    private ServerConnection replay(
            ConnectionContext context, ForwardPath path, NodeDescriptor owner, ForwardHead head, Splice.Terms terms)
            throws IOException {
        PeerLink link = shared.peers().link(owner, System.nanoTime() + ANSWER_TIMEOUT.toNanos());
        boolean joined = false;
        try {
            byte[] request = head.bytes();
            link.write(request, request.length);
            link.await(0);
            AnswerHead answer = link.readHead();
            link.spoil();
            if (answer.status() != AnswerHead.SWITCHING_PROTOCOLS) {
                throw refuse(context, path, answer, link);
            }
            path.counters().add(UPGRADES, 1);
            joined = true;
            return new JoinedConnection(context, shared, owner, terms, link, answer.raw());
        } finally {
            if (!joined) {
                shared.peers().release(owner, link);
            }
        }
    }

    private static CloseConnectionException refuse(
            ConnectionContext context, ForwardPath path, AnswerHead answer, PeerLink link) throws IOException {
        long length = Math.max(0, answer.contentLength());
        if (length > MAX_REFUSAL_BYTES) {
            throw new IOException("a refusal has " + length + " bytes");
        }
        byte[] body = link.readBody((int) length);
        byte[] head = answer.raw();
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        context.dataWriter().writeNow(BufferData.create(whole));
        path.counters().add(PeerRequests.REQUESTS, 1);
        return new CloseConnectionException("WebSocket handshake refused by the owner of the session");
    }
}
