package dev.roost.server.polling;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.packet.PacketFormatException;
import dev.roost.core.engine.packet.PollingPayload;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.EngineRequest;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Serves POSTs: reads the body, decodes it here and has the loop dispatch the packets, then answers.
 *
 * <p>Each runs on a virtual thread of its own.
 *
 * <p>Thread-safe: immutable, but for a concurrent set.
 *
 * <p>Spec: engine-io 5 "POST"; security 4.
 */
final class PostHandler {
    private static final String GONE = "data request connection closed prematurely";
    /** Beyond the timeout, so that a body that merely crawls gets its 408 first. */
    private static final long ABORT_GRACE_NANOS = 1_000_000_000L;

    private final EngineEndpoint endpoint;
    private final PollingResponses responses;
    private final BodyReader bodies;
    private final long abortNanos;
    private final long maxPayload;
    private final Set<Post> reading = ConcurrentHashMap.newKeySet();

    PostHandler(EngineEndpoint endpoint, PollingConfig config, PollingResponses responses) {
        this.endpoint = endpoint;
        this.responses = responses;
        this.maxPayload = endpoint.engine().config().maxPayload();
        this.bodies = new BodyReader(maxPayload, config.bodyTimeout().toNanos(), System::nanoTime);
        this.abortNanos = config.bodyTimeout().toNanos() + ABORT_GRACE_NANOS;
    }

    /** One POST: what it asks for, and where the answer goes. Confined to its thread. */
    private static final class Exchange {
        private final EngineRequest request;
        private final ServerRequest http;
        private final ServerResponse response;
        private final PollingTransport transport;
        private final Post post = new Post();
        private @Nullable InputStream body;

        Exchange(EngineRequest request, ServerRequest http, ServerResponse response, PollingTransport transport) {
            this.request = request;
            this.http = http;
            this.response = response;
            this.transport = transport;
        }

        /** To be called before the answer: who has it may send the next POST at once. */
        void over() {
            transport.end(post);
        }

        boolean hasBody() {
            return http.content().hasEntity();
        }

        /** The client sends its body only once it is asked for. */
        boolean awaitsContinue() {
            return http.headers().contains(HeaderNames.EXPECT) && !http.continueSent();
        }

        /** False if other requests share the connection, as in HTTP/2: then only the answer ends. */
        boolean ownsConnection() {
            return http.prologue().protocolVersion().startsWith("1");
        }

        /** Never closed: closing would read what is left of a body that is refused. */
        InputStream body() {
            if (body == null) {
                body = http.content().inputStream();
            }
            return body;
        }
    }

    void post(
            EngineRequest request,
            ServerRequest http,
            ServerResponse response,
            EngineSession session,
            PollingTransport transport) {
        Exchange exchange = new Exchange(request, http, response, transport);
        switch (transport.begin(exchange.post)) {
            case BEGUN -> {
                reading.add(exchange.post);
                try {
                    receive(exchange, session);
                } finally {
                    reading.remove(exchange.post);
                    exchange.over();
                }
            }
            case OVERLAP -> {
                transport.fail(CloseReason.TRANSPORT_ERROR, "data request overlap from client");
                close(exchange, 400);
            }
            case CLOSED -> responses.error(request, response, EngineError.sessionUnknown(session.id()));
        }
    }

    private void receive(Exchange exchange, EngineSession session) {
        PollingTransport transport = exchange.transport;
        boolean binary = isBinary(exchange.request);
        if (exchange.request.header("content-encoding") != null) {
            refuse(exchange, 415);
        } else if (binary && session.revision() == 4) {
            exchange.post.refused();
            transport.fail(CloseReason.TRANSPORT_ERROR, "invalid content");
            refuse(exchange, 400);
        } else if (exchange.http.headers().contentLength().orElse(0) > maxPayload) {
            refuse(exchange, 413);
        } else {
            byte[] body = read(exchange);
            if (body != null) {
                dispatch(exchange.request, body, binary, session, transport);
                exchange.over();
                responses.ok(exchange.request, exchange.response);
            }
        }
    }

    private static boolean isBinary(EngineRequest request) {
        String type = request.header("content-type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    // ---- reading

    /** Reads the body; null if the request has been refused instead. */
    private byte @Nullable [] read(Exchange exchange) {
        PollingTransport transport = exchange.transport;
        Post post = exchange.post;
        try {
            byte[] body = readWithinLimits(exchange);
            if (!post.bodyComplete()) {
                throw new CloseConnectionException("a post was broken off");
            }
            return body;
        } catch (BodyReader.TooLarge e) {
            // Like the reference: the session lives on.
            if (e.readable()) {
                refuse(exchange, 413);
            } else {
                post.refused();
                close(exchange, 413);
            }
            return null;
        } catch (BodyReader.TooSlow e) {
            post.refused();
            transport.fail(CloseReason.TRANSPORT_ERROR, "data request too slow");
            close(exchange, 408);
            return null;
        } catch (RequestException e) {
            // Helidon answers what is wrong with the body, and closes.
            transport.fail(CloseReason.TRANSPORT_ERROR, GONE);
            throw e;
        } catch (IOException | RuntimeException e) {
            transport.fail(CloseReason.TRANSPORT_ERROR, GONE);
            throw new CloseConnectionException(GONE, e);
        }
    }

    private byte[] readWithinLimits(Exchange exchange) throws IOException, BodyReader.TooLarge, BodyReader.TooSlow {
        if (!exchange.hasBody()) {
            return new byte[0];
        }
        try {
            return bodies.read(exchange.body());
        } catch (RequestException e) {
            if (e.status().code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
                throw new BodyReader.TooLarge(false);
            }
            throw e;
        }
    }

    /** Breaks off posts whose client went silent. On any thread. */
    void abortOverdue(long nanoTime) {
        for (Post post : reading) {
            if (post.age(nanoTime) > abortNanos) {
                post.expire();
            }
        }
    }

    /** Answers without a body; the connection stays usable if the rest of the request is short. */
    private void refuse(Exchange exchange, int status) {
        exchange.post.refused();
        if (!exchange.hasBody() || mayBeShort(exchange) && bodies.discard(exchange.body())) {
            exchange.over();
            responses.empty(exchange.request, exchange.response, status);
        } else {
            close(exchange, status);
        }
    }

    /** A client that says how much it will send, and may wait for the answer to that, is told at once. */
    private static boolean mayBeShort(Exchange exchange) {
        return !exchange.awaitsContinue()
                && exchange.http.headers().contentLength().orElse(0) <= BodyReader.DISCARDED;
    }

    private void close(Exchange exchange, int status) {
        if (!exchange.ownsConnection()) {
            exchange.over();
            responses.empty(exchange.request, exchange.response, status);
            return;
        }
        exchange.response.header(HeaderValues.CONNECTION_CLOSE);
        exchange.over();
        responses.empty(exchange.request, exchange.response, status);
        throw new CloseConnectionException("a post was refused with " + status);
    }

    // ---- dispatching

    private void dispatch(
            EngineRequest request, byte[] body, boolean binary, EngineSession session, PollingTransport transport) {
        if (!endpoint.jsonp(request)) {
            dispatch(body, payload(body, binary, session.revision()), session, transport);
            return;
        }
        byte[] unwrapped = JsonpForm.unwrap(body);
        // The reference ignores a form without a payload.
        if (unwrapped != null) {
            dispatch(unwrapped, payload(unwrapped, false, session.revision()), session, transport);
        }
    }

    private static PollingPayload payload(byte[] body, boolean binary, int revision) {
        if (revision == 4) {
            return PollingPayload.revision4(body);
        }
        return binary ? PollingPayload.revision3Binary(body) : PollingPayload.revision3Text(body);
    }

    private static void dispatch(
            byte[] body, PollingPayload payload, EngineSession session, PollingTransport transport) {
        PacketChunk chunk = new PacketChunk(body);
        boolean more = true;
        while (more) {
            PacketFormatException bad = null;
            try {
                more = chunk.readFrom(payload);
            } catch (PacketFormatException e) {
                bad = e;
                more = false;
            }
            deliver(chunk, bad, session, transport);
            transport.awaitReadable();
            more = more && !transport.isClosed();
        }
    }

    /** Has the loop dispatch a chunk and waits for it, so that a client's posts cannot outrun the server. */
    private static void deliver(
            PacketChunk chunk, @Nullable PacketFormatException bad, EngineSession session, PollingTransport transport) {
        CountDownLatch done = new CountDownLatch(1);
        Runnable task = () -> {
            try {
                chunk.deliver(session, transport);
                if (bad != null) {
                    session.transportFailed(transport, CloseReason.PARSE_ERROR, bad.reason());
                }
            } finally {
                done.countDown();
            }
        };
        session.loop().execute(task, chunk.bytes());
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted while packets were dispatched", e);
        }
    }
}
