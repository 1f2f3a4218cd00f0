package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roost.server.client.StockClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Three processes that are members of a Hazelcast cluster, each on a host of its own if there can be some. Confined to
 * one thread at a time.
 */
final class HazelcastFaults implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StockClients clients;
    private final List<ServedNode> nodes = new ArrayList<>();
    private final List<RoostProcess> started = new ArrayList<>();
    private @Nullable SeparateHosts hosts;
    private String noHosts = "";
    private ServedNode oldest;
    private ServedNode second;
    private ServedNode third;

    HazelcastFaults(StockClients clients) {
        this.clients = clients;
    }

    FaultsIT.Faults faults() {
        FaultsIT.Faults faults = new FaultsIT.Faults();
        faults.add("processes on three hosts", this::start);
        faults.add("the oldest stops for 30 s", this::theOldestStops);
        faults.add("a partition of 20 s", this::partition);
        faults.add("a process that is killed", this::oneIsKilled);
        faults.add("logs that say it once", this::logsSayItOnce);
        return faults;
    }

    private void start() {
        try {
            hosts = SeparateHosts.open(3);
        } catch (TestAbortedException e) {
            noHosts = String.valueOf(e.getMessage());
        }
        Map<String, Object> loopback = RoostProcess.hazelcastOnItsOwn();
        for (int i = 0; i < 3; i++) {
            RoostProcess.Command command = RoostProcess.single()
                    .withTestClasses()
                    .jvm("-XX:+UseSerialGC")
                    .property("socketio.application", "conformance")
                    // Clients of a process that stops stay, however long that takes here.
                    .property("socketio.ping-timeout", "PT3M")
                    .property("socketio.cluster.secret", "the secret");
            loopback.forEach(command::property);
            if (hosts != null) {
                settleOn(hosts, i, command);
            }
            RoostProcess process = command.start();
            started.add(process);
            if (i == 0) {
                process.awaitServing(); // and so it is the oldest
            }
        }
        for (int i = 0; i < 3; i++) {
            nodes.add(new ServedNode(started.get(i), hosts == null ? "127.0.0.1" : hosts.outside(i), clients));
        }
        oldest = nodes.get(0);
        second = nodes.get(1);
        third = nodes.get(2);
        ServedNode.awaitOneCluster(oldest, second, third);
    }

    private static void settleOn(SeparateHosts hosts, int host, RoostProcess.Command command) {
        String members = String.join(
                ",",
                IntStream.range(0, 3).mapToObj(i -> hosts.address(i) + ":5701").toList());
        command.under(hosts.on(host))
                .property("server.host", "0.0.0.0")
                .property("socketio.cluster.address", hosts.address(host) + ":0")
                .property("socketio.hazelcast.bind-address", hosts.address(host))
                .property("socketio.hazelcast.members", members)
                .property("socketio.hazelcast.port", 5701)
                .property("socketio.hazelcast.port-count", 1);
    }

    private void theOldestStops() throws Throwable {
        ServedNode.whileServing(clients, List.of(second, third), () -> {
            oldest.process.signal("STOP", oldest.process.pid());
            long since = System.nanoTime();
            ServedNode.assertOnlyMissing(Set.of(oldest.id()), second, third);
            ServedNode.awaitOneCluster(second, third);
            awaitPassed(since, Duration.ofSeconds(30));
            oldest.process.signal("CONT", oldest.process.pid());
            ServedNode.awaitOneCluster(oldest, second, third);
            oldest.assertServesSessionsOf(third);
            third.assertServesSessionsOf(oldest);
        });
    }

    private void partition() throws Throwable {
        assumeTrue(hosts != null, noHosts);
        ServedNode.whileServing(clients, List.of(oldest, second, third), () -> {
            hosts.isolate(1);
            long since = System.nanoTime();
            ServedNode.assertOnlyMissing(Set.of(oldest.id(), third.id()), second);
            ServedNode.assertOnlyMissing(Set.of(second.id()), oldest, third);
            ServedNode.awaitOneCluster(second);
            ServedNode.awaitOneCluster(oldest, third);
            awaitPassed(since, Duration.ofSeconds(20));
            hosts.reconnect(1);
            ServedNode.awaitOneCluster(oldest, second, third);
            for (ServedNode each : nodes) {
                for (ServedNode other : nodes) {
                    each.assertServesSessionsOf(other);
                }
            }
        });
    }

    private void oneIsKilled() throws Throwable {
        ServedNode.whileServing(clients, List.of(second), () -> {
            third.process.signal("KILL", third.process.pid());
            ServedNode.assertOnlyMissing(Set.of(third.id()), oldest, second);
            ServedNode.awaitOneCluster(oldest, second);
        });
    }

    private void logsSayItOnce() {
        for (ServedNode node : List.of(oldest, second)) {
            node.assertNothingTwice();
            assertThat(node.warnings("cluster.nodes.lost")).isBetween(1L, 8L);
            assertThat(node.warnings("")).isLessThan(60);
        }
    }

    private static void awaitPassed(long since, Duration time) {
        Awaitility.await().atMost(time.plus(PATIENCE)).until(() -> System.nanoTime() - since > time.toNanos());
    }

    @Override
    public void close() {
        started.forEach(RoostProcess::close);
        if (hosts != null) {
            hosts.close();
        }
    }
}
