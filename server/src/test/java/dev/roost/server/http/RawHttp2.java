package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.server.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that speaks HTTP/2 frame by frame, without an upgrade or TLS. Confined to one thread. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    private static final int HEADERS = 1;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final RawHttp http;

    private RawHttp2(RawHttp http) {
        this.http = http;
    }

    /** A frame of the server. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    /** Connects and says that it knows what the server speaks. */
    static RawHttp2 connect(int port) throws IOException {
        RawHttp http = RawHttp.connect(port);
        http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return new RawHttp2(http).send(SETTINGS, 0, 0, new byte[0]);
    }

    RawHttp2 send(int type, int flags, int stream, byte[] payload) throws IOException {
        http.send(frame(type, flags, stream, payload));
        return this;
    }

    RawHttp2 send(byte[] frames) throws IOException {
        http.send(frames);
        return this;
    }

    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A request without a body; header names and values follow each other. */
    static byte[] get(int stream, String target, String... headers) {
        return head(stream, "GET", target, END_HEADERS | END_STREAM, headers);
    }

    /** The head of a request whose body follows as {@link #DATA}. */
    static byte[] post(int stream, String target, String... headers) {
        return head(stream, "POST", target, END_HEADERS, headers);
    }

    private static byte[] head(int stream, String method, String target, int flags, String... headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        // Helidon takes the names of these from the static table only (RFC 7541, appendix A).
        block.write(method.equals("GET") ? 0x82 : 0x83);
        block.write(0x86);
        block.write(4);
        text(block, target);
        block.write(1);
        text(block, "localhost");
        for (int i = 0; i < headers.length; i += 2) {
            literal(block, headers[i], headers[i + 1]);
        }
        return frame(HEADERS, flags, stream, block.toByteArray());
    }

    /** A header with a name of its own, not to be remembered. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    /** Text of less than 127 characters. */
    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(US_ASCII));
    }

    /** Reads a frame; settings are acknowledged. */
    Frame read() throws IOException {
        ByteBuffer head = ByteBuffer.wrap(http.readExactly(9));
        int length = (head.get() & 0xff) << 16 | head.getShort() & 0xffff;
        int type = head.get();
        int flags = head.get();
        Frame frame = new Frame(type, flags, head.getInt(), http.readExactly(length));
        if (type == SETTINGS && (flags & ACK) == 0) {
            send(SETTINGS, ACK, 0, new byte[0]);
        }
        return frame;
    }

    /** Reads up to the end of that stream; returns its body. */
    String body(int stream) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                throw new AssertionError("stream " + stream + " was reset after '" + body.toString(UTF_8) + "'");
            }
            if (frame.type() == DATA) {
                body.writeBytes(frame.payload());
            }
            if (frame.endsStream()) {
                return body.toString(UTF_8);
            }
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
