package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Emitter;
import dev.roost.adapter.tck.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Emitters and a Redis that is not there. */
@Timeout(120)
class RedisEmitterTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"native", "node", "node-sharded", "node-streams"})
    void withoutRedisThereIsNoEmitterAndTheMessageSaysWhere(String mode) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Map<String, String> settings = Map.of("uri", "redis://user:hush@127.0.0.1:" + port, "mode", mode);
        assertThatThrownBy(() -> Emitter.connect("redis", settings))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "node", "node-sharded", "node-streams"})
    void whenRedisGoesAwayAnEmitterSaysSoAndWhenItIsBackItWorks(String mode) {
        Emitter emitter = Emitter.connect("redis", Map.of("uri", REDIS.uri(), "mode", mode));
        try {
            emitter.emit("ev");
            REDIS.kill();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThatThrownBy(() -> emitter.emit("ev")).isInstanceOf(AdapterException.class));
            REDIS.start();
            await().atMost(PATIENCE).ignoreException(AdapterException.class).until(() -> {
                emitter.emit("ev");
                return true;
            });
        } finally {
            REDIS.start();
            closeThatMayHaveLost(emitter);
        }
    }

    /** What was on its way when Redis died is lost, which a close says. */
    private static void closeThatMayHaveLost(Emitter emitter) {
        try {
            emitter.close();
        } catch (AdapterException lost) {
            assertThat(lost).hasMessageContaining("may not have reached");
        }
    }
}
