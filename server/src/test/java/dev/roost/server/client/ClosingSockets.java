package dev.roost.server.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.SocketFactory;

/** Makes sockets and can close them all, whatever their user thinks of them. Thread-safe: a concurrent queue. */
final class ClosingSockets extends SocketFactory implements AutoCloseable {
    private final Queue<Socket> made = new ConcurrentLinkedQueue<>();

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return made(new Socket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return made(new Socket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return made(new Socket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return made(new Socket(host, port, localHost, localPort));
    }

    private Socket made(Socket socket) {
        made.add(socket);
        return socket;
    }

    @Override
    public void close() {
        for (Socket socket : made) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
