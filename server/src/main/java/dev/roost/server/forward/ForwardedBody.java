package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.roost.server.polling.BodyReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to the owner, piece by piece as the client sends it.
 *
 * <p>The owner is to see what it would have seen of the client: how fast it sends, that it breaks off, that two posts
 * overlap. So nothing is held back until the body is complete, and no more of it than allowed is passed on, plus what
 * it takes for the owner to notice.
 *
 * <p>Confined to the thread of the request.
 */
final class ForwardedBody {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] HUGE_CHUNK = "7fffffff\r\n".getBytes(US_ASCII);

    private final ServerRequest http;
    private final @Nullable ConnectionContext context;
    private final long maxBytes;
    private final BodyReader reader;
    private @Nullable InputStream in;
    private boolean complete;
    private boolean withheld;

    /**
     * Makes the body of a request.
     *
     * @param context connection of the client, if it is known
     * @param maxBytes as many as the owner allows
     * @param reader throws away what is left
     */
    ForwardedBody(ServerRequest http, @Nullable ConnectionContext context, long maxBytes, BodyReader reader) {
        this.http = http;
        this.context = context;
        this.maxBytes = maxBytes;
        this.reader = reader;
    }

    /**
     * Sends head and body.
     *
     * @throws IOException if the owner is gone; not if it merely stopped listening, for then it has answered
     * @throws RuntimeException if the client is gone, or its request is none
     */
    void send(PeerLink link, ForwardHead head) throws IOException {
        if (!http.content().hasEntity()) {
            complete = true;
            write(link, head.add("content-length", "0").bytes());
            return;
        }
        long declared = http.headers().contentLength().orElse(-1);
        if (declared > maxBytes) {
            // The owner refuses by the length alone and is not to wait for the bytes.
            withheld = true;
            link.spoil();
            head.add("content-length", Long.toString(declared)).add("expect", "100-continue");
            write(link, head.bytes());
        } else if (declared >= 0) {
            head.add("content-length", Long.toString(declared));
            sendDeclared(link, head.bytes(), (int) declared);
        } else {
            write(link, head.add("transfer-encoding", "chunked").bytes());
            sendChunks(link);
        }
    }

    private void sendDeclared(PeerLink link, byte[] head, int length) throws IOException {
        byte[] piece;
        int filled = 0;
        if (length <= PIECE_BYTES && buffered() >= length) {
            // All there: head and body leave together.
            piece = Arrays.copyOf(head, head.length + length);
            filled = head.length;
        } else {
            write(link, head);
            piece = new byte[Math.min(length, PIECE_BYTES)];
        }
        int left = length;
        while (left > 0) {
            int count = readClient(piece, filled);
            if (count < 0) {
                throw new CloseConnectionException("the client left during a post");
            }
            filled += count;
            left -= count;
            if (left == 0 || filled == piece.length || buffered() == 0) {
                if (!pass(link, piece, filled)) {
                    return;
                }
                filled = 0;
            }
        }
        complete = readClient(new byte[1], 0) < 0;
    }

    /** Bytes of the client that are here already. */
    private int buffered() {
        return context == null ? 0 : context.dataReader().available();
    }

    private void sendChunks(PeerLink link) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long total = 0;
        while (true) {
            int count;
            try {
                count = readClient(piece, 0);
            } catch (RequestException e) {
                if (e.status().code() != Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
                    throw e;
                }
                // A chunk beyond all bounds: the owner is to see one too.
                link.spoil();
                pass(link, HUGE_CHUNK, HUGE_CHUNK.length);
                return;
            }
            if (count < 0) {
                complete = true;
                pass(link, LAST_CHUNK, LAST_CHUNK.length);
                return;
            }
            total += count;
            byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(US_ASCII);
            byte[] chunk = Arrays.copyOf(size, size.length + count + 2);
            System.arraycopy(piece, 0, chunk, size.length, count);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            if (!pass(link, chunk, chunk.length)) {
                return;
            }
            if (total > maxBytes) {
                pass(link, LAST_CHUNK, LAST_CHUNK.length);
                return;
            }
        }
    }

    private int readClient(byte[] piece, int offset) {
        if (in == null) {
            in = http.content().inputStream();
        }
        try {
            return in.read(piece, offset, piece.length - offset);
        } catch (RequestException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client left during a post", e);
        }
    }

    /** Passes bytes on; returns false if the owner does not want them, since it has answered or closed. */
    private static boolean pass(PeerLink link, byte[] bytes, int length) throws IOException {
        if (link.answersEarly()) {
            link.spoil();
            return false;
        }
        try {
            link.write(bytes, length);
            return true;
        } catch (IOException e) {
            link.spoil();
            return false;
        }
    }

    private static void write(PeerLink link, byte[] bytes) throws IOException {
        link.write(bytes, bytes.length);
    }

    /**
     * Tells whether the client's connection has to be closed after the answer.
     *
     * <p>What is left of a body that was too long is thrown away if it is short; of others Helidon takes care.
     */
    boolean endsConnection(AnswerHead answer) {
        boolean tooLarge = answer.status() == Status.REQUEST_ENTITY_TOO_LARGE_413.code();
        if (!complete && tooLarge) {
            return !discard();
        }
        // An owner that did not get the body closes for that reason alone.
        return answer.closes() && !withheld;
    }

    private boolean discard() {
        if (http.headers().contains(HeaderNames.EXPECT) && !http.continueSent()) {
            return false;
        }
        return reader.discard(in == null ? http.content().inputStream() : in);
    }
}
