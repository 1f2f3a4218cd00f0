package dev.roost.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each connection to the next of several ports and knows nothing of what is said there. Thread-safe. */
public final class RoundRobinProxy implements AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final int[] ports;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean hung;

    private RoundRobinProxy(int... ports) throws IOException {
        this.ports = ports;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    /** Starts in front of ports of this machine. */
    public static RoundRobinProxy before(int... ports) throws IOException {
        return new RoundRobinProxy(ports);
    }

    /** Port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.startVirtualThread(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Goes on to take connections and bytes, and passes nothing on any more, as a process that was stopped. */
    public void hang() {
        hung = true;
    }

    private void serve(Socket client) {
        int port = ports[Math.floorMod(turn.getAndIncrement(), ports.length)];
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = Thread.startVirtualThread(() -> pump(server, client));
            pump(client, server);
            back.join();
            sockets.remove(server);
        } catch (IOException e) {
            // the client sees the end of its connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (hung) {
                    closed.await();
                }
                out.write(piece, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            closeQuietly(from);
            closeQuietly(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #close}, with a reset of each connection. */
    public void reset() throws IOException {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // it is gone
            }
        }
        close();
    }

    /** Cuts all connections, as the death of a process would, and takes no more. */
    @Override
    public void close() throws IOException {
        listener.close();
        closed.countDown();
        sockets.forEach(RoundRobinProxy::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }
}
