package dev.roost.server.forward;

import dev.roost.server.polling.ClientWatch;
import dev.roost.server.reactor.Reactor;
import dev.roost.server.reactor.ReadWatch;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * One plain request that is answered by another process. Confined to its thread.
 *
 * <p>Nothing of the response is written, or even set, before the owner's answer is there as far as it is held at all;
 * so as long as this fails with an {@link IOException} somebody else can still answer.
 */
final class ForwardedRequest {
    /** Most polls are answered sooner; only then is it worth the work to watch the client's connection. */
    private static final int WATCH_AFTER_MILLIS = 1000;
    /** A longer answer is passed on as it comes. */
    private static final int MAX_HELD_BYTES = 64 * 1024;

    private static final int STOP_SECONDS = 5;

    private final PeerLink link;
    private final ServerRequest http;
    private final ServerResponse response;
    private final BooleanSupplier leaving;

    /**
     * Makes a request.
     *
     * @param leaving whether this process is about to end
     */
    ForwardedRequest(PeerLink link, ServerRequest http, ServerResponse response, BooleanSupplier leaving) {
        this.link = link;
        this.http = http;
        this.response = response;
        this.leaving = leaving;
    }

    /** Has the owner answer a poll that waits. */
    @FunctionalInterface
    interface Release {
        void ask() throws IOException;
    }

    /**
     * Passes the request on and the answer back.
     *
     * @param loop where connections are watched while the answer is not there
     * @param release for a poll that waits while this process is about to end
     * @throws IOException if the owner is gone, and the response still untouched
     * @throws RuntimeException if the client is gone
     */
    void run(ForwardHead head, ForwardedBody body, ClientWatch watch, Reactor loop, Release release)
            throws IOException {
        boolean hasBody = http.prologue().method().text().equals("POST");
        if (hasBody) {
            body.send(link, head);
        } else {
            byte[] bytes = head.bytes();
            link.write(bytes, bytes.length);
        }
        if (!link.await(WATCH_AFTER_MILLIS)) {
            awaitWatching(watch, loop, release);
        }
        AnswerHead answer = link.readHead();
        if (answer.status() == AnswerHead.SWITCHING_PROTOCOLS) {
            throw new IOException("the owner upgraded a plain request");
        }
        boolean close = hasBody ? body.endsConnection(answer) : answer.closes();
        // In HTTP/2 other requests share the connection.
        relay(
                answer,
                (close || leaving.getAsBoolean())
                        && http.prologue().protocolVersion().startsWith("1"));
    }

    /** Waits for the answer, and for the client's end. */
    private void awaitWatching(ClientWatch watch, Reactor loop, Release release) throws IOException {
        Waiter waiter = new Waiter();
        ClientWatch.Watched client = watch.start(loop, waiter::clientReady);
        if (client != null) {
            link.onWake(waiter::wake);
            ReadWatch owner = ReadWatch.start(loop, link.channel(), waiter::ownerReady);
            boolean left;
            try {
                waiter.await(() -> leaving.getAsBoolean() || !link.channel().isOpen());
                if (waiter.isQuiet() && link.channel().isOpen()) {
                    release.ask();
                    waiter.await(() -> !link.channel().isOpen());
                }
            } finally {
                left = client.end();
                stop(owner);
            }
            if (left || Thread.currentThread().isInterrupted()) {
                link.abort();
                throw new CloseConnectionException("the client left during a poll");
            }
        }
        // Ended by an answer, or by a request the client sent ahead of its time: not worth a second watch.
        link.await(0);
    }

    private void stop(ReadWatch watch) {
        try {
            watch.stop().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            link.abort();
        }
    }

    private void relay(AnswerHead answer, boolean close) throws IOException {
        long length = hasNoBody(answer) ? 0 : Math.max(0, answer.contentLength());
        byte[] held = length <= MAX_HELD_BYTES ? link.readBody((int) length) : new byte[0];
        response.status(Status.create(answer.status()));
        List<String> headers = answer.headers();
        for (int i = 0; i < headers.size(); i += 2) {
            response.headers().add(HeaderNames.create(headers.get(i)), headers.get(i + 1));
        }
        if (close) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        if (length > MAX_HELD_BYTES) {
            stream(length);
        } else if (length == 0) {
            if (answer.contentLength() == 0) {
                response.header(HeaderValues.CONTENT_LENGTH_ZERO);
            }
            response.send();
        } else {
            response.send(held);
        }
        if (close) {
            throw new CloseConnectionException("closed as the owner of the session would, or since this process ends");
        }
    }

    private boolean hasNoBody(AnswerHead answer) {
        return answer.status() == Status.NO_CONTENT_204.code()
                || answer.status() == Status.NOT_MODIFIED_304.code()
                || http.prologue().method().text().equals("HEAD");
    }

    private void stream(long length) {
        response.contentLength(length);
        try (OutputStream out = response.outputStream()) {
            link.transferBody(length, out);
        } catch (IOException e) {
            link.abort();
            throw new CloseConnectionException("an answer broke off", e);
        }
    }
}
