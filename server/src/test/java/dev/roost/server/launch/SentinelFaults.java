package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.tck.RedisServer;
import dev.roost.server.client.StockClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Two processes over a Redis with a replica, watched by three Sentinels, and what happens when it is killed. Confined to
 * one thread at a time.
 */
final class SentinelFaults implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SENTINELS = 3;

    private final StockClients clients;
    private final RedisServer master = new RedisServer("--repl-diskless-sync-delay", "0");
    private final List<RedisServer> servers = new ArrayList<>(List.of(master));
    private final List<RedisServer> sentinels = new ArrayList<>();
    private final List<RoostProcess> started = new ArrayList<>();
    private RedisServer replica;
    private ServedNode first;
    private ServedNode second;

    SentinelFaults(StockClients clients) {
        this.clients = clients;
    }

    FaultsIT.Faults faults() {
        FaultsIT.Faults faults = new FaultsIT.Faults();
        faults.add("X06: two processes that ask Sentinels where Redis is", this::twoStart);
        faults.add("X06: a Redis that is killed, and a replica that takes its place", this::theMasterIsKilled);
        faults.add("X06: the killed one, back as a replica", this::theKilledOneIsBack);
        faults.add("logs that say it once", this::logsSayItOnce);
        return faults;
    }

    private void twoStart() {
        startServers();
        for (int i = 0; i < 2; i++) {
            started.add(RoostProcess.single()
                    .withTestClasses()
                    .jvm("-XX:+UseSerialGC")
                    .property("socketio.application", "conformance")
                    .property("socketio.adapter", "redis")
                    .property("socketio.redis.uri", uri())
                    .property("socketio.redis.key", "failover")
                    .property("socketio.cluster.secret", "the secret")
                    .start());
        }
        first = new ServedNode(started.get(0), "127.0.0.1", clients);
        second = new ServedNode(started.get(1), "127.0.0.1", clients);
        ServedNode.awaitOneCluster(first, second);
    }

    private void startServers() {
        master.start();
        replica = new RedisServer("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        servers.add(replica);
        replica.start();
        Awaitility.await("the replica")
                .atMost(PATIENCE)
                .until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
        for (int i = 0; i < SENTINELS; i++) {
            RedisServer sentinel = RedisServer.sentinel(
                    "sentinel monitor main 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds main 1000",
                    "sentinel failover-timeout main 5000");
            sentinels.add(sentinel);
            sentinel.start();
        }
        Awaitility.await("Sentinels that know the replica and each other")
                .atMost(PATIENCE)
                .until(() -> sentinels.stream().allMatch(this::knowsAll));
    }

    private boolean knowsAll(RedisServer sentinel) {
        String others = sentinel.command("SENTINEL", "SENTINELS", "main");
        return sentinel.command("SENTINEL", "REPLICAS", "main").contains(Integer.toString(replica.port()))
                && sentinels.stream()
                        .filter(other -> other != sentinel)
                        .allMatch(other -> others.contains(Integer.toString(other.port())));
    }

    private String uri() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0?sentinelMasterId=main"));
    }

    private void theMasterIsKilled() throws Throwable {
        ServedNode.whileServing(clients, List.of(first, second), () -> {
            master.kill();
            first.say();
            second.say();
            // Nothing passes between them before another Redis is the master.
            ServedNode.awaitOneCluster(first, second);
            Awaitility.await("the replica to be the master")
                    .atMost(PATIENCE)
                    .until(() -> replica.command("ROLE").contains("master"));
        });
    }

    private void theKilledOneIsBack() throws Throwable {
        ServedNode.whileServing(clients, List.of(first, second), () -> {
            master.start();
            Awaitility.await("the Sentinels to make a replica of it")
                    .atMost(PATIENCE)
                    .until(() -> master.command("ROLE").contains("slave"));
            ServedNode.awaitOneCluster(first, second);
        });
    }

    private void logsSayItOnce() {
        for (ServedNode node : List.of(first, second)) {
            node.assertNothingTwice();
            // Once when it was killed, and again if they were at the replica before it was promoted.
            assertThat(node.warnings("lost the connection to Redis")).isBetween(1L, 6L);
            assertThat(node.warnings("")).isLessThan(40);
            assertThat(node.process.errors()).hasSizeLessThan(120);
        }
    }

    @Override
    public void close() {
        started.forEach(RoostProcess::close);
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
