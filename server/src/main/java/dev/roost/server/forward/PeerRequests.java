package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.core.log.LimitedLog;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.RequestReader;
import dev.roost.server.polling.PollingRequests;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes plain requests for sessions of other processes on to these; all others are served here.
 *
 * <p>The owner does all the checks a request is due, so its answer is what the client would have got there. If the
 * owner is gone the request is served here too, where the session is unknown, which is the answer then.
 *
 * <p>Thread-safe: immutable, but for what it calls.
 */
final class PeerRequests implements Handler {
    static final String REQUESTS = "forward.requests";
    static final String FAILURES = "forward.failures";

    private static final long RELEASE_NANOS = Duration.ofSeconds(2).toNanos();

    private final PollingRequests local;
    private final ForwardPath path;
    private final Forwarding shared;

    PeerRequests(PollingRequests local, ForwardPath path, Forwarding shared) {
        this.local = local;
        this.path = path;
        this.shared = shared;
    }

    @Override
    public void handle(ServerRequest http, ServerResponse response) {
        for (NodeDescriptor owner :
                shared.candidates(path, http.prologue().query().rawValue())) {
            ForwardHead head = head(http);
            if (head == null) {
                break;
            }
            try {
                forward(owner, head, http, response);
                return;
            } catch (Peers.Busy e) {
                local.refuse(http, response, EngineError.unavailable("max-forwarded"));
                return;
            } catch (IOException e) {
                path.counters().add(FAILURES, 1);
                shared.failures()
                        .log("a request was not answered by node " + owner.id() + ": " + LimitedLog.safe(e.toString()));
            }
        }
        local.handle(http, response);
    }

    private static @Nullable ForwardHead head(ServerRequest http) {
        String address = RequestReader.address(http.remotePeer());
        return ForwardHead.of(http.prologue(), http.headers(), ForwardedClient.value(address, http.isSecure()));
    }

    /** Asks the owner, over another link, to end the poll that waits on this one. */
    private void release(NodeDescriptor owner, ServerRequest http) throws IOException {
        ForwardHead head = head(http);
        if (head == null) {
            return;
        }
        PeerLink link = shared.peers().link(owner, System.nanoTime() + RELEASE_NANOS);
        boolean complete = false;
        try {
            byte[] request = head.add(ReleaseRequests.HEADER, "poll").bytes();
            link.write(request, request.length);
            link.await(0);
            link.readHead();
            complete = true;
        } finally {
            if (!complete) {
                link.abort();
            }
            shared.peers().release(owner, link);
        }
    }

    private void forward(NodeDescriptor owner, ForwardHead head, ServerRequest http, ServerResponse response)
            throws IOException {
        PeerLink link = shared.peers().link(owner, System.nanoTime() + path.answerNanos());
        boolean complete = false;
        try {
            ForwardedBody body = new ForwardedBody(http, shared.connection(), path.maxPayload(), shared.bodies());
            new ForwardedRequest(link, http, response, shared::isLeaving)
                    .run(head, body, shared.watch(), shared.loop(), () -> release(owner, http));
            path.counters().add(REQUESTS, 1);
            complete = true;
        } catch (RuntimeException e) {
            // What Helidon throws to close a connection after its answer leaves the link as it is.
            complete = response.isSent();
            throw e;
        } finally {
            if (!complete) {
                link.abort();
            }
            shared.peers().release(owner, link);
        }
    }
}
