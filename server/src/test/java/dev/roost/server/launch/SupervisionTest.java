package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SupervisionTest {
    @Test
    void theWaitForAReplacementDoublesUpToHalfAMinute() {
        BackOff backOff = new BackOff();

        List<Long> waits =
                Stream.generate(() -> backOff.next().toMillis()).limit(11).toList();

        assertThat(waits)
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 30_000L, 30_000L);
        backOff.reset();
        assertThat(backOff.next().toMillis()).isEqualTo(100);
    }

    @Test
    void workersThatKnowNothingOfEachOtherAreWarnedOf() {
        Map<String, String> memory = Map.of("socketio.adapter", "memory");

        assertThat(ClusterDefaults.warning(memory, 3))
                .hasValueSatisfying(
                        warning -> assertThat(warning).startsWith("socketio.adapter is memory: the 3 workers "));
        assertThat(ClusterDefaults.warning(memory, 1)).isEmpty();
        assertThat(ClusterDefaults.warning(Map.of(), 3)).isEmpty();
        assertThat(ClusterDefaults.warning(Map.of("socketio.adapter", "redis"), 3))
                .isEmpty();
    }

    @Test
    void workersFormAClusterOfTheirOwnUnlessTheUserHasOne() {
        Map<String, String> first = ClusterDefaults.of(Map.of(), 2);
        Map<String, String> second = ClusterDefaults.of(Map.of(), 2);

        assertThat(first)
                .containsEntry("socketio.adapter", "hazelcast")
                .containsEntry("socketio.hazelcast.port-count", "4")
                .containsKeys("socketio.hazelcast.cluster-name", "socketio.hazelcast.port", "socketio.cluster.secret");
        assertThat(second.get("socketio.hazelcast.cluster-name"))
                .isNotEqualTo(first.get("socketio.hazelcast.cluster-name"));
        assertThat(second.get("socketio.cluster.secret")).isNotEqualTo(first.get("socketio.cluster.secret"));
        assertThat(ClusterDefaults.of(Map.of("socketio.adapter", "redis"), 2)).isEmpty();
        assertThat(ClusterDefaults.of(Map.of("socketio.hazelcast.cluster-name", "mine"), 2))
                .containsOnlyKeys("socketio.adapter");
    }

    @Test
    void theHeapOfAWorkerIsItsShareOfAQuarterOfTheMemory() {
        assertThat(WorkerCommand.heap(16_384, 4)).isEqualTo(1024);
        assertThat(WorkerCommand.heap(1024, 4)).isEqualTo(128);
    }

    @Test
    void noSettingIsOnTheCommandLineOfAWorkerButPropertiesOfTheSupervisor() {
        List<String> command =
                new WorkerCommand(25, 512, List.of("-Dserver.port=1")).command(List.of("-XX:AOTCache=x"), "3");

        assertThat(command)
                .contains("-Xmx512m", "-Xmn64m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Dserver.port=1")
                .endsWith(Worker.class.getName(), "3");
        assertThat(command.get(1)).isEqualTo("-XX:AOTCache=x");
        assertThat(new WorkerCommand(21, 512, List.of()).command(List.of(), "1"))
                .doesNotContain("-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void aPortSomebodyListensOnCannotBeHeld() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> SharedPort.hold("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aPortThatIsHeldCannotBeHeldAgain() {
        try (SharedPort held = SharedPort.hold("127.0.0.1", 0)) {
            assertThat(held.port()).isPositive();
            assertThatThrownBy(() -> SharedPort.hold("127.0.0.1", held.port())).isInstanceOf(LaunchException.class);
        }
    }

    @Test
    void onlyWhereThePortCanBeSharedAreThereWorkers() {
        assertThat(SharedPort.obstacle("Linux")).isEmpty();
        assertThat(SharedPort.obstacle("Mac OS X")).isPresent();
        assertThat(SharedPort.obstacle("Windows 11")).isPresent();
    }
}
