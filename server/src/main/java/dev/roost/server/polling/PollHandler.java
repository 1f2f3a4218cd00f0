package dev.roost.server.polling;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.PollingBody;
import dev.roost.core.engine.SessionIdException;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineEndpoint.Verdict;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.EngineRequest;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves GETs: the first of a session, and those that wait for something to send.
 *
 * <p>Each runs on a virtual thread of its own, which waits. Thread-safe: immutable.
 *
 * <p>Spec: engine-io 4, 5 "GET"; security P5, P7.
 */
final class PollHandler {
    /** Most polls are answered sooner; only then is it worth the work to watch the connection. */
    private static final long WATCH_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    /** The heartbeat ends every wait long before. */
    private static final long LONG_NANOS = Duration.ofDays(2).toNanos();

    private final EngineEndpoint endpoint;
    private final ClientWatch watch;
    private final PollingResponses responses;

    PollHandler(EngineEndpoint endpoint, ClientWatch watch, PollingResponses responses) {
        this.endpoint = endpoint;
        this.watch = watch;
        this.responses = responses;
    }

    /** Opens a session; the request becomes its first poll. */
    void open(EngineRequest request, ServerResponse response, Verdict.NewSession wanted) {
        Poll poll = new Poll();
        Opening opening = new Opening(poll);
        wanted.loop().execute(() -> opening.run(endpoint, wanted));
        poll.await(LONG_NANOS);
        PollingTransport transport = opening.transport;
        EngineSession session = opening.session;
        if (opening.failure instanceof SessionIdException e) {
            EngineError error = EngineError.badRequest("ID_GENERATION_ERROR", String.valueOf(e.getMessage()));
            endpoint.report(request, error);
            responses.error(request, response, error);
        } else if (opening.failure != null) {
            throw opening.failure;
        } else if (transport == null || session == null) {
            throw new CloseConnectionException("interrupted while a session was opened");
        } else {
            answer(request, response, session, transport, poll, true);
        }
    }

    /** Serves a later poll. */
    void poll(EngineRequest request, ServerResponse response, EngineSession session, PollingTransport transport) {
        Poll poll = new Poll();
        switch (transport.begin(poll)) {
            case BEGUN -> answer(request, response, session, transport, poll, false);
            case OVERLAP -> {
                transport.fail(CloseReason.TRANSPORT_ERROR, "overlap from client");
                responses.empty(request, response, 400);
            }
            case CLOSED -> responses.error(request, response, EngineError.sessionUnknown(session.id()));
        }
    }

    private void answer(
            EngineRequest request,
            ServerResponse response,
            EngineSession session,
            PollingTransport transport,
            Poll poll,
            boolean first) {
        List<OutboundMessage> batch = await(session, transport, poll);
        if (batch.isEmpty()) {
            transport.fail(CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely");
            throw new CloseConnectionException("the client left during a poll");
        }
        PollingBody body = PollingBody.of(batch, session.revision(), session.binarySupported());
        try {
            responses.payload(request, response, body, first ? session.id() : null);
        } catch (RuntimeException e) {
            transport.fail(CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely");
            throw e;
        }
        transport.written();
    }

    /** Waits for something to send; returns nothing if the client went away first. */
    private List<OutboundMessage> await(EngineSession session, PollingTransport transport, Poll poll) {
        List<OutboundMessage> batch = new ArrayList<>(4);
        boolean watchable = true;
        while (true) {
            poll.aboutToLook();
            session.takeBatch(transport, Long.MAX_VALUE, batch);
            if (!batch.isEmpty() || poll.last() != null) {
                transport.end(poll);
                return withLast(batch, poll.last());
            }
            if (poll.isInterrupted()) {
                transport.end(poll);
                return batch;
            }
            if (poll.await(watchable ? WATCH_AFTER_NANOS : LONG_NANOS)) {
                continue;
            }
            if (leftWhileWatched(session, poll)) {
                transport.end(poll);
                return batch;
            }
            // Ended by something to send, or by a request sent ahead of its time: not worth a second watch.
            watchable = false;
        }
    }

    /** Ends in one packet at most that ends the transport. */
    private static List<OutboundMessage> withLast(List<OutboundMessage> batch, @Nullable OutboundMessage last) {
        boolean alreadyLast = !batch.isEmpty() && batch.get(batch.size() - 1) == OutboundMessage.CLOSE;
        if (last != null && !alreadyLast) {
            batch.add(last);
        }
        return batch;
    }

    /** Waits on, watching the connection; returns true if the client went away. */
    private boolean leftWhileWatched(EngineSession session, Poll poll) {
        ClientWatch.Watched watched = watch.start(session.loop(), poll::connectionReadable);
        if (watched == null) {
            return false;
        }
        boolean gone;
        try {
            poll.awaitReadable(LONG_NANOS);
        } finally {
            gone = watched.end();
        }
        return gone;
    }

    /** A session being opened on its loop; the poll's wake-up publishes the fields. */
    private static final class Opening {
        private final Poll poll;
        private @Nullable EngineSession session;
        private @Nullable PollingTransport transport;
        private @Nullable RuntimeException failure;

        Opening(Poll poll) {
            this.poll = poll;
        }

        void run(EngineEndpoint endpoint, Verdict.NewSession wanted) {
            try {
                endpoint.engine()
                        .open(wanted.handshake(), wanted.revision(), wanted.binary(), wanted.loop(), this::transportOf);
            } catch (RuntimeException e) {
                failure = e;
                poll.end(OutboundMessage.CLOSE);
            }
        }

        private PollingTransport transportOf(EngineSession made) {
            session = made;
            transport = new PollingTransport(made, poll);
            return transport;
        }
    }
}
