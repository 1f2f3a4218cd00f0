package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.tck.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class RedisConnectionsTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final int CLIENTS = 20;

    @Test
    void aClosedClientHoldsNoSocket() throws IOException {
        assumeThat(OPEN_FILES).as("where Linux tells of open files").isDirectory();
        openAndClose();
        long before = sockets();
        for (int i = 0; i < CLIENTS; i++) {
            openAndClose();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(sockets()).isLessThanOrEqualTo(before));
    }

    private static void openAndClose() {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("uri", REDIS.uri()));
        try (RedisConnections connections = new RedisConnections(config, "test")) {
            assertThat(connections.commands().sync().ping()).isEqualTo("PONG");
            connections.subscriber();
        }
    }

    private static long sockets() throws IOException {
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            return files.filter(RedisConnectionsTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException closedSinceItWasListed) {
            return false;
        }
    }
}
