package dev.roost.server.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Finds free ports in a row on loopback, below those the system gives out itself. */
final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1000;

    private FreePorts() {}

    /**
     * Returns the first of so many free ports.
     *
     * @throws LaunchException if there are none
     */
    static int inARow(int count) {
        SecureRandom random = new SecureRandom();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int first = LOWEST + random.nextInt(HIGHEST - LOWEST - count);
            if (free(first, count)) {
                return first;
            }
        }
        throw new LaunchException(
                LaunchException.UNREACHABLE,
                "no " + count + " free ports in a row on loopback between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean free(int first, int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int port = first; port < first + count; port++) {
                sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            for (ServerSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // It is free, or it is not ours.
                }
            }
        }
    }
}
