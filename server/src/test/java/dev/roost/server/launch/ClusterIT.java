package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.SessionIds;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spec: design "Supervisor"; features C07. */
@ExtendWith(NothingLeft.class)
class ClusterIT {
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

    private static int nodes(int metricsPort) throws IOException {
        return RawHttp.once(metricsPort, RawHttp.get("/observe/metrics", ""))
                .text()
                .lines()
                .filter(line -> line.startsWith("roost_nodes"))
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void workersShareThePortAndKnowEachOtherAndSigtermEndsThemAll() throws Exception {
        try (RoostProcess roost = RoostProcess.cluster(2).start()) {
            int port = roost.awaitReady();

            Set<NodeId> nodes = new HashSet<>();
            for (int connection = 0; connection < 200 && nodes.size() < 2; connection++) {
                nodes.add(SessionIds.nodeOf(PollingClient.open(port, HANDSHAKE).sid())
                        .orElseThrow());
            }

            assertThat(nodes).hasSize(2);
            for (int metrics : roost.metricsPorts()) {
                Awaitility.await()
                        .untilAsserted(() -> assertThat(nodes(metrics)).isEqualTo(2));
            }
            assertThat(roost.workers()).hasSize(2);
            for (long worker : roost.workers()) {
                assertThat(Files.readString(Path.of("/proc/" + worker + "/cmdline")))
                        .doesNotContain("secret", "cluster-name");
                assertThat(Files.readString(Path.of("/proc/" + worker + "/environ")))
                        .doesNotContain("secret", "cluster-name");
            }

            roost.signal("TERM", roost.pid());

            assertThat(roost.exitCode()).isZero();
            roost.awaitAllGone();
        }
    }

    @Test
    void aWorkerThatDiesIsReplacedAndOneThatHangsIsKilledFirst() {
        try (RoostProcess roost = RoostProcess.cluster(1).start()) {
            roost.awaitReady();
            long first = roost.workers().get(0);

            roost.signal("KILL", first);

            roost.awaitLine("worker 1 (pid " + first + ") ended with exit code 137; the next one starts in 100 ms");
            Awaitility.await()
                    .atMost(RoostProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(roost.workers()).hasSize(2));
            long second = roost.workers().get(1);

            roost.signal("STOP", second);

            roost.awaitLine("worker 1 (pid " + second + ") has not answered");
            Awaitility.await()
                    .atMost(RoostProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(roost.workers()).hasSize(3));
        }
    }

    @Test
    void noWorkerOutlivesASupervisorThatIsKilled() {
        try (RoostProcess roost = RoostProcess.cluster(2).start()) {
            roost.awaitReady();
            List<Long> workers = roost.workers();
            assertThat(workers).hasSize(2);

            roost.signal("KILL", roost.pid());

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(workers)
                            .noneMatch(pid -> ProcessHandle.of(pid)
                                    .map(ProcessHandle::isAlive)
                                    .orElse(false)));
        }
    }

    @Test
    void twoSupervisorsOnOneMachineDoNotMergeAndDoNotShareAPort() throws Exception {
        try (RoostProcess first = RoostProcess.cluster(1).start();
                RoostProcess second = RoostProcess.cluster(1).start()) {
            int port = first.awaitReady();
            second.awaitReady();

            assertThat(nodes(first.metricsPorts().get(0))).isEqualTo(1);
            assertThat(nodes(second.metricsPorts().get(0))).isEqualTo(1);
            try (RoostProcess third =
                    RoostProcess.cluster(1).property("server.port", port).start()) {
                assertThat(third.exitCode()).isEqualTo(2);
                assertThat(third.lastErrors()).singleElement().asString().contains("127.0.0.1:" + port);
            }
        }
    }

    @Test
    void aWorkerThatCannotJoinAtAllEndsTheSupervisorWithItsLineAndCode() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        try (RoostProcess roost = RoostProcess.cluster(2)
                .property("socketio.adapter", "redis")
                .property("socketio.redis.uri", "redis://127.0.0.1:" + nobody)
                .start()) {
            assertThat(roost.exitCode()).isEqualTo(2);

            assertThat(roost.lastErrors()).singleElement().asString().contains("127.0.0.1:" + nobody);
            roost.awaitAllGone();
        }
    }

    @Test
    void aSettingThatIsNotAllowedIsFoundBeforeAnyWorkerStarts() throws Exception {
        try (RoostProcess roost = RoostProcess.cluster(2)
                .property("socketio.hazelcast.colour", "red")
                .start()) {
            assertThat(roost.exitCode()).isEqualTo(1);

            assertThat(roost.errors())
                    .singleElement()
                    .asString()
                    .containsPattern(Pattern.compile("socketio\\.hazelcast\\.colour .*cluster-name"));
        }
    }
}
