package dev.roost.adapter.redis;

import static org.awaitility.Awaitility.await;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Redis Cluster of three masters, which share the slots. Confined to the test's thread. */
final class RedisCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;

    private final List<RedisServer> servers = new ArrayList<>();

    /** Starts the masters and waits until they know each other. */
    void start() {
        List<Integer> busPorts = new ArrayList<>();
        for (int i = 0; i < MASTERS; i++) {
            int busPort = freePort();
            busPorts.add(busPort);
            // A link that is only slow must not be taken for a dead one: what is on its way would be lost.
            RedisServer server = new RedisServer(
                    "--cluster-enabled",
                    "yes",
                    "--cluster-port",
                    Integer.toString(busPort),
                    "--cluster-node-timeout",
                    "60000");
            servers.add(server);
            server.start();
            int from = i * SLOTS / MASTERS;
            int to = (i + 1) * SLOTS / MASTERS - 1;
            server.command("CLUSTER", "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to));
            server.command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 1; i < MASTERS; i++) {
            servers.getFirst()
                    .command(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(servers.get(i).port()),
                            Integer.toString(busPorts.get(i)));
        }
        for (RedisServer server : servers) {
            // One link to and one from each of the others.
            await().atMost(PATIENCE)
                    .until(() -> server.command("CLUSTER", "INFO").contains("cluster_state:ok")
                            && server.command("CLUSTER", "LINKS").startsWith("*" + 2 * (MASTERS - 1) + "\r\n"));
        }
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
        servers.clear();
    }

    /** Returns one of the masters. */
    RedisServer master(int index) {
        return servers.get(index);
    }

    /** Returns the address of one of the masters, another for the next node. */
    String uri(NodeId node) {
        return servers.get(Math.floorMod(node.value(), MASTERS)).uri();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
