package dev.roost.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client over a WebSocket that speaks Socket.IO packet by packet, in the main namespace.
 *
 * <p>Confined to one thread.
 */
final class PacketClient implements AutoCloseable {
    /** Where sessions are made. */
    static final String TARGET = "/socket.io/?EIO=4&transport=websocket";

    private static final Pattern ID = Pattern.compile("40\\{\"sid\":\"([\\w-]{20})\".*");

    private final RawWebSocket socket;
    private final String reply;
    private final String id;
    private int asked;

    private PacketClient(RawWebSocket socket, String reply) {
        this.socket = socket;
        this.reply = reply;
        Matcher matcher = ID.matcher(reply);
        assertThat(matcher.matches()).as(reply).isTrue();
        this.id = matcher.group(1);
    }

    /** A connection that is in no namespace. */
    static RawWebSocket open(SocketIoServer server) throws IOException {
        return RawWebSocket.open(RawHttp.connect(server.port()), TARGET).patience(Duration.ofSeconds(30));
    }

    static PacketClient connect(SocketIoServer server) throws IOException {
        return connect(server, "");
    }

    /** Connects with that JSON as what the client says of itself. */
    static PacketClient connect(SocketIoServer server, String auth) throws IOException {
        RawWebSocket socket = open(server);
        socket.text("40" + auth);
        return new PacketClient(socket, socket.read().text());
    }

    /** The connection. */
    RawWebSocket socket() {
        return socket;
    }

    /** The public id. */
    String id() {
        return id;
    }

    /** The packet that let it in. */
    String reply() {
        return reply;
    }

    /** Sends a text frame. */
    PacketClient send(String text) throws IOException {
        socket.text(text);
        return this;
    }

    /** Sends a binary frame. */
    PacketClient send(byte[] data) throws IOException {
        socket.binary(data);
        return this;
    }

    /** Reads a text frame; a heartbeat is answered on the way. */
    String read() throws IOException {
        String text = socket.read().text();
        while (text.equals("2")) {
            socket.text("3");
            text = socket.read().text();
        }
        return text;
    }

    /** Sends an event and returns its answer. */
    String ask(String event) throws IOException {
        int ackId = asked++;
        socket.text("42" + ackId + event);
        String answer = read();
        assertThat(answer).startsWith("43" + ackId + "[");
        return answer.substring(answer.indexOf('['));
    }

    /** Ids of later questions begin there. */
    void askFrom(int ackId) {
        asked = ackId;
    }

    /** The server has an {@code echo} that answers what it is asked, as promptly as for a {@link Bystander}. */
    void check() throws IOException {
        long start = System.nanoTime();
        assertThat(ask("[\"echo\",\"bystander\"]")).isEqualTo("[\"bystander\"]");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Bystander.limit());
    }

    /** The server ends the connection, as it does after a packet that is not allowed. */
    void expectRefusal() throws IOException {
        socket.answerClose(1005);
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
