package dev.roost.server.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.EngineEcho;
import dev.roost.server.RawHttp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;

/** A WebSocket client that sends and reads frames one by one. Confined to one thread at a time. */
public final class RawWebSocket implements AutoCloseable {
    /** Where sessions are made. */
    public static final String TARGET = "/engine.io/?EIO=4&transport=websocket";
    /** Key of the example in RFC 6455, 1.3. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final RawHttp http;
    private final RawHttp.Response handshake;
    private String sid = "";

    private RawWebSocket(RawHttp http, RawHttp.Response handshake) {
        this.http = http;
        this.handshake = handshake;
    }

    /** A frame of the server. */
    public record Frame(int first, byte[] payload) {
        /** Opcode. */
        public int opcode() {
            return first & 0x0f;
        }

        /** Payload as UTF-8. */
        public String text() {
            return new String(payload, UTF_8);
        }

        /** Code of a close frame. */
        public int code() {
            assertThat(opcode()).as(this::toString).isEqualTo(Opcode.CLOSE);
            return payload.length == 0
                    ? CloseCode.NONE
                    : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        @Override
        public String toString() {
            int shown = Math.min(payload.length, 100);
            return Integer.toHexString(first) + " " + new String(payload, 0, shown, UTF_8);
        }
    }

    /** A handshake with more header lines, each ended by CR LF. */
    public static String request(String target, String headers) {
        return RawHttp.get(
                target,
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY
                        + "\r\n" + headers);
    }

    /** Makes a session and reads its open packet. */
    public static RawWebSocket open(EngineEcho server) throws IOException {
        return open(server, TARGET, "");
    }

    /** As {@link #open(EngineEcho)} with another target and more headers. */
    public static RawWebSocket open(EngineEcho server, String target, String headers) throws IOException {
        return open(server, request(target, headers).getBytes(UTF_8));
    }

    /** Makes a session over a connection of the caller's. */
    public static RawWebSocket open(RawHttp http, String target) throws IOException {
        return opened(connect(http, request(target, "").getBytes(UTF_8)));
    }

    /** As {@link #open(EngineEcho)} with other bytes than a mere handshake. */
    static RawWebSocket open(EngineEcho server, byte[] request) throws IOException {
        return opened(connect(server, request));
    }

    /** A session whose client takes little before it reads. */
    static RawWebSocket openNarrow(EngineEcho server) throws IOException {
        return opened(connect(server.connect(4096), request(TARGET, "").getBytes(UTF_8)));
    }

    private static RawWebSocket opened(RawWebSocket socket) throws IOException {
        String open = socket.read().text();
        assertThat(open).startsWith("0{\"sid\":\"");
        socket.sid = open.substring(9, open.indexOf('"', 9));
        return socket;
    }

    /** Has the handshake accepted and reads nothing more. */
    public static RawWebSocket connect(EngineEcho server, String target, String headers) throws IOException {
        return connect(server, request(target, headers).getBytes(UTF_8));
    }

    static RawWebSocket connect(EngineEcho server, byte[] request) throws IOException {
        return connect(server.connect(), request);
    }

    private static RawWebSocket connect(RawHttp http, byte[] request) throws IOException {
        RawHttp.Response response = http.send(request).read();
        assertThat(response.statusLine()).as(response.text()).isEqualTo("HTTP/1.1 101 Switching Protocols");
        return new RawWebSocket(http, response);
    }

    /** Connects a second transport to a session. */
    public static RawWebSocket probe(EngineEcho server, String sid) throws IOException {
        RawWebSocket socket = connect(server, TARGET + "&sid=" + sid, "");
        socket.sid = sid;
        return socket;
    }

    /** The 101. */
    public RawHttp.Response handshake() {
        return handshake;
    }

    /** Id of the session. */
    public String sid() {
        return sid;
    }

    /** The connection below. */
    public RawHttp http() {
        return http;
    }

    /** Sends bytes as they are. */
    public RawWebSocket send(byte[]... frames) throws IOException {
        http.send(Frames.join(frames));
        return this;
    }

    /** Sends a text frame. */
    public RawWebSocket text(String text) throws IOException {
        return send(Frames.text(text));
    }

    /** Sends a binary frame. */
    public RawWebSocket binary(byte[] data) throws IOException {
        return send(Frames.frame(0x82, data));
    }

    /** Sends text frames in one go. */
    public RawWebSocket texts(Stream<String> texts) throws IOException {
        return send(texts.map(Frames::text).toArray(byte[][]::new));
    }

    /** Reads a frame, which must be neither masked, nor a fragment, nor longer in its header than need be. */
    public Frame read() throws IOException {
        byte[] start = http.readExactly(2);
        int first = start[0] & 0xff;
        int length = start[1] & 0xff;
        assertThat(first & 0x80).as("FIN").isEqualTo(0x80);
        if (length == 126) {
            length = ByteBuffer.wrap(http.readExactly(2)).getShort() & 0xffff;
            assertThat(length).isGreaterThan(125);
        } else if (length == 127) {
            long announced = ByteBuffer.wrap(http.readExactly(8)).getLong();
            assertThat(announced).isBetween(0x1_0000L, (long) Integer.MAX_VALUE);
            length = (int) announced;
        } else {
            assertThat(length).as("not masked").isLessThan(126);
        }
        return new Frame(first, http.readExactly(length));
    }

    /** Reads up to the close frame, which must have that code, and on to the end of the connection. */
    public void expectClose(int code) throws IOException {
        readClose(code);
        expectEnd();
    }

    private void readClose(int code) throws IOException {
        Frame frame = read();
        while (frame.opcode() != Opcode.CLOSE) {
            frame = read();
        }
        assertThat(frame.code()).isEqualTo(code);
    }

    /**
     * As {@link #expectClose}, with this side's end sent once the frame is there: where the server's connection has no
     * end of one direction it would wait a moment for that, which is long where there are many.
     */
    void expectCloseAndEnd(int code) throws IOException {
        readClose(code);
        endOutput();
        expectEnd();
    }

    /** Sends this side's end, unless the server has not waited for it. */
    void endOutput() {
        try {
            http.endOutput();
        } catch (IOException e) {
            // it is gone
        }
    }

    /** Reads up to the close frame, which must have that code, answers it, and reads on to the end. */
    public void answerClose(int code) throws IOException {
        readClose(code);
        send(code == CloseCode.NONE ? Frames.frame(0x88, new byte[0]) : Frames.close(code));
        expectEnd();
    }

    /** Reads whatever comes up to the end of the connection, orderly or not. */
    public void awaitEnd() throws IOException {
        while (!http.isAtEnd()) {
            // what was under way
        }
    }

    /** Nothing comes any more and the connection is closed. */
    public void expectEnd() throws IOException {
        assertThat(http.isAtEnd()).as("end of the connection").isTrue();
    }

    /** Sends text and expects it back. */
    public void echo(String message) throws IOException {
        text("4" + message);
        assertThat(read().text()).isEqualTo("4" + message);
    }

    /** How long a read may wait. */
    public RawWebSocket patience(Duration patience) throws IOException {
        http.patience(patience);
        return this;
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
