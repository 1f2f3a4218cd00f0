package dev.roost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.SocketFactory;

/** One TCP connection that speaks HTTP/1.1 byte by byte. Confined to one thread at a time. */
public final class RawHttp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to a port on loopback; reads give up after ten seconds. */
    public static RawHttp connect(int port) throws IOException {
        return connect(port, SocketFactory.getDefault(), 0);
    }

    /**
     * Connects.
     *
     * @param sockets plain ones or ones with TLS
     * @param receiveBuffer bytes the system may hold for the client; 0 is its own choice
     */
    static RawHttp connect(int port, SocketFactory sockets, int receiveBuffer) throws IOException {
        Socket socket = sockets.createSocket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new RawHttp(socket);
    }

    /** Connects from an address of loopback to a port. */
    public static RawHttp connectFrom(String localAddress, int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(localAddress), 0);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new RawHttp(socket);
    }

    /** A response, header names in lower case. */
    public record Response(int status, String statusLine, Map<String, String> headers, byte[] body) {
        /** The body as UTF-8. */
        public String text() {
            return new String(body, UTF_8);
        }

        /** A header, or the empty text. */
        public String header(String lowerCaseName) {
            return headers.getOrDefault(lowerCaseName, "");
        }
    }

    /** Connects, sends one request, reads one response, closes. */
    public static Response once(int port, String request) throws IOException {
        try (RawHttp http = connect(port)) {
            return http.exchange(request);
        }
    }

    /** A GET with the given extra header lines, each ended by CR LF. */
    public static String get(String target, String headers) {
        return request("GET", target, headers);
    }

    /** A request without a body. */
    public static String request(String method, String target, String headers) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    /** A POST of text. */
    public static String post(String target, String headers, String body) {
        int length = body.getBytes(UTF_8).length;
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n" + headers
                + "\r\n" + body;
    }

    /** Sends bytes as they are. */
    public RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends text as UTF-8. */
    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(UTF_8));
    }

    /** Sends a request and reads its response. */
    public Response exchange(String request) throws IOException {
        return send(request).read();
    }

    /** Reads one response. */
    public Response read() throws IOException {
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        return new Response(status, statusLine, headers, readBody(status, headers));
    }

    private byte[] readBody(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304 || status == 101) {
            return new byte[0];
        }
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(readLine(), 16); size > 0; size = Integer.parseInt(readLine(), 16)) {
                body.write(readExactly(size));
                readLine();
            }
            readLine();
            return body.toByteArray();
        }
        return readExactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    /** Reads that many bytes. */
    public byte[] readExactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("expected " + size + " bytes, got " + bytes.length);
        }
        return bytes;
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("expected a line, got the end after '" + line.toString(ISO_8859_1) + "'");
            }
            if (b == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
    }

    /** Reads and returns true if the other side has closed, or reset, the connection. */
    public boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sends the end of this side's stream; reading goes on. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** How long a read may wait. */
    public void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
    }

    /** Closes with a reset instead of a proper end. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
