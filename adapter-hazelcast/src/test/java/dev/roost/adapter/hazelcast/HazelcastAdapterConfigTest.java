package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.AdapterFactory;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HazelcastAdapterConfigTest {
    @Test
    void defaultsMakeAClusterOfOneMachine() {
        HazelcastAdapterConfig config = HazelcastAdapterConfig.from(Map.of());
        assertThat(config.clusterName()).isEqualTo("roost");
        assertThat(config.mode()).isEqualTo(HazelcastAdapterConfig.Mode.MEMBER);
        assertThat(config.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(config.loopbackOnly()).isTrue();
        assertThat(config.joinTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.members())
                .containsExactlyElementsOf(IntStream.rangeClosed(5701, 5710)
                        .mapToObj(port -> "127.0.0.1:" + port)
                        .toList());
    }

    @Test
    void aHostWithoutPortStandsForAllPortsTried() {
        HazelcastAdapterConfig config = HazelcastAdapterConfig.from(Map.of(
                "bind-address", "10.0.0.1", "port", "6000", "port-count", "2", "members", "10.0.0.1, 10.0.0.2:7000 ,"));
        assertThat(config.members()).containsExactly("10.0.0.1:6000", "10.0.0.1:6001", "10.0.0.2:7000");
        assertThat(config.loopbackOnly()).isFalse();
    }

    @Test
    void aClientMayAskMembersAnywhere() {
        HazelcastAdapterConfig config =
                HazelcastAdapterConfig.from(Map.of("mode", "client", "members", "hz.example:5701"));
        assertThat(config.mode()).isEqualTo(HazelcastAdapterConfig.Mode.CLIENT);
        assertThat(config.members()).containsExactly("hz.example:5701");
    }

    @Test
    void theFactoryIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(AdapterFactory.class))
                .filteredOn(factory -> factory.name().equals("hazelcast"))
                .singleElement()
                .satisfies(factory ->
                        assertThat(factory.keys()).contains("cluster-name", "members", "port", "mode", "bind-address"));
    }

    @ParameterizedTest
    @DisplayName("sec-B18: no wild-card bind address; every wrong value is refused with key, value and what is allowed")
    @CsvSource(delimiter = '|', textBlock = """
        port         | 0         | socketio.hazelcast.port: got '0', allowed: 1 to 65535
        port         | x         | socketio.hazelcast.port: got 'x', allowed: 1 to 65535
        port-count   | 0         | socketio.hazelcast.port-count: got '0', allowed: 1 to 1000
        mode         | lite      | socketio.hazelcast.mode: got 'lite', allowed: member, client
        bind-address | 0.0.0.0   | socketio.hazelcast.bind-address: got '0.0.0.0', allowed: one address of this machine
        bind-address | 10.1.*.*  | socketio.hazelcast.members: got '', allowed: host or host:port of each machine
        members      | 10.0.0.1  | socketio.hazelcast.members: got '10.0.0.1', allowed: hosts on loopback, unless bind-address
        members      | 127.0.0.1:x | socketio.hazelcast.members: got '127.0.0.1:x', allowed: host or host:port
        members      | 127.0.0.1:70000 | socketio.hazelcast.members: got '127.0.0.1:70000', allowed: host or host:port
        members      | :5701     | socketio.hazelcast.members: got ':5701', allowed: host or host:port
        join-timeout | 30        | socketio.hazelcast.join-timeout: got '30', allowed: PT1S to PT1H, such as PT1M
        """)
    void wrongValuesAreRefused(String key, String value, String message) {
        assertThatThrownBy(() -> HazelcastAdapterConfig.from(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
