package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.tck.RedisServer;
import dev.roost.server.client.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AcrossProcessesOnRedisIT extends AcrossProcesses {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Duration AWAY = Duration.ofSeconds(2);

    private final AtomicInteger clusters = new AtomicInteger();

    @Test
    void aRedisThatIsKilledAndComesBackHarmsNobody() {
        Client speaker = connected(first);
        Client near = connected(first);
        Client far = connected(second);
        awaitNodes(speaker, 2);
        awaitNodes(far, 2);

        REDIS.kill();

        // Each process goes on to serve its own clients.
        Awaitility.await().during(AWAY).until(() -> {
            tell(speaker, Map.of("local", true), "hello");
            return near.await("told").equals(List.of("hello"));
        });
        tell(speaker, EVERYONE, "while it is away");
        assertThat(near.await("told")).containsExactly("while it is away");
        REDIS.start();
        Awaitility.await("a bus that works again")
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    tell(speaker, EVERYONE, "again");
                    return ((List<?>) speaker.request("fetch").get(0)).get(1).equals(true);
                });
        tell(speaker, EVERYONE, "at last");

        List<Object> heard = new ArrayList<>();
        while (!heard.contains("at last")) {
            heard.add(far.await("told").get(0));
        }
        heard.removeIf("again"::equals);
        assertThat(heard).isSubsetOf("while it is away", "at last").doesNotHaveDuplicates();
        assertThat(first.errors().stream().filter(line -> line.contains(" WARNING ")))
                .as("said once each, not once for each message")
                .hasSizeLessThan(20);
    }

    @Override
    Map<String, Object> newCluster() {
        return Map.of(
                "socketio.adapter",
                "redis",
                "socketio.redis.uri",
                REDIS.uri(),
                "socketio.redis.key",
                "across-" + clusters.incrementAndGet());
    }
}
