package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.server.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchConfigTest {
    @Test
    void theDefaultsAreEveryAddressAndPort3000() {
        LaunchConfig config = LaunchConfig.read(Map.of());

        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.port()).isEqualTo(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "web", "", "3000.0"})
    void aPortThatIsNoneIsRefusedWithKeyValueAndWhatIsAllowed(String port) {
        assertThatThrownBy(() -> LaunchConfig.read(Map.of("server.port", port)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("server.port")
                .hasMessageContaining("'" + port + "'")
                .hasMessageContaining("0 to 65535");
    }

    @Test
    void anEnvironmentVariableStandsForTheKeyOfItsName() {
        Map<String, String> found = LaunchConfig.environment(Map.of(
                "SOCKETIO_PING_INTERVAL", "PT5S",
                "SOCKETIO_CORS_ORIGINS", "https://a.example,https://b.example",
                "SOCKETIO_HAZELCAST_CLUSTER_NAME", "mine",
                "SERVER_HOST", "127.0.0.1",
                "HOME", "/root"));

        assertThat(found)
                .containsOnly(
                        Map.entry("socketio.ping-interval", "PT5S"),
                        Map.entry("socketio.cors.origins", "https://a.example,https://b.example"),
                        Map.entry("socketio.hazelcast.cluster-name", "mine"),
                        Map.entry("server.host", "127.0.0.1"));
    }

    @Test
    void portAndRedisUrlAreHonouredUnlessTheFullNameIsSetToo() {
        assertThat(LaunchConfig.environment(Map.of("PORT", "8080", "REDIS_URL", "redis://a")))
                .containsOnly(Map.entry("server.port", "8080"), Map.entry("socketio.redis.uri", "redis://a"));
        assertThat(LaunchConfig.environment(Map.of("PORT", "8080", "SERVER_PORT", "9090")))
                .containsOnly(Map.entry("server.port", "9090"));
    }

    @Test
    void anEnvironmentVariableThatStandsForNoKeyIsRefused() {
        assertThatThrownBy(() -> LaunchConfig.environment(Map.of("SOCKETIO_PNIG", "1")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("SOCKETIO_PNIG");
    }

    @Test
    void aLaterSourceHidesAWholeListOfAnEarlierOne() {
        ConfigLayers layers = new ConfigLayers();
        layers.add(Map.of("a.0", "x", "a.1", "y", "b", "1"));
        layers.add(Map.of("a", "z"));
        layers.add(Map.of("b.0", "2"));

        assertThat(layers.values()).containsOnly(Map.entry("a", "z"), Map.entry("b.0", "2"));
    }

    @Test
    void whatIsSetReachesTheServer() {
        LaunchConfig config = LaunchConfig.read(Map.of(
                "socketio.ping-interval", "PT5S",
                "socketio.cors.origins.0", "https://a.example",
                "socketio.cors.origins.1", "https://b.example",
                "server.backlog", "17"));

        assertThat(config.socketIo().get(Settings.PING_INTERVAL)).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.socketIo().get(Settings.CORS_ORIGINS))
                .isEqualTo(List.of("https://a.example", "https://b.example"));
        assertThat(config.webServer()).containsOnly(Map.entry("backlog", "17"));
    }
}
