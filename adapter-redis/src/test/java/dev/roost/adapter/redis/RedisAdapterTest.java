package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.RecordingNode;
import dev.roost.adapter.tck.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole adapter over a Redis that misbehaves. */
@Timeout(60)
class RedisAdapterTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final ClockScheduler scheduler = new ClockScheduler();
    private final List<Adapter> opened = new ArrayList<>();
    private final RecordingNode atFirst = new RecordingNode();
    private final RecordingNode atSecond = new RecordingNode();
    private final NodeDescriptor second = new NodeDescriptor(new NodeId(2), 2, "", "test");
    private final Adapter first = adapter(new NodeDescriptor(new NodeId(1), 1, "", "test"), atFirst);

    @BeforeEach
    void start() {
        first.start();
        adapter(second, atSecond).start();
        await().atMost(PATIENCE).until(() -> first.nodes().contains(second));
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Adapter::close);
        scheduler.close();
        REDIS.start();
    }

    @Test
    @DisplayName("sec-B16: after a crash of Redis events flow again within 2 s, and both nodes know of the gap")
    void eventsFlowAgainAfterARestartOfRedis() {
        first.send(event("[\"before\"]"));
        atSecond.awaitCommands(1, PATIENCE);
        REDIS.kill();
        REDIS.start();
        long back = System.nanoTime();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            first.send(event("[\"after\"]"));
            return atSecond.events().contains("[\"after\"]");
        });
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(2));
        assertThat(atSecond.awaitGaps(1, PATIENCE)).contains(Optional.empty());
        assertThat(atFirst.awaitGaps(1, PATIENCE)).contains(Optional.empty());
        assertThat(first.nodes()).contains(second);
    }

    @Test
    @DisplayName("sec-B15: after CLIENT KILL of all connections events flow again, and the gap is known")
    void eventsFlowAgainAfterAllConnectionsWereKilled() {
        REDIS.command("CLIENT", "KILL", "TYPE", "normal");
        REDIS.command("CLIENT", "KILL", "TYPE", "pubsub");
        atSecond.awaitGaps(1, PATIENCE);
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            first.send(event("[\"after\"]"));
            return atSecond.events().contains("[\"after\"]");
        });
    }

    @Test
    @DisplayName("sec-B1, sec-B8: hostile bytes on our channels are dropped and the next event arrives")
    void hostileBytesDoNoHarm() {
        RedisChannels channels = new RedisChannels("roost");
        Random random = new Random(42);
        List<byte[]> hostile = new ArrayList<>(List.of(
                new byte[0],
                new byte[1],
                new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 0x73, 0x72},
                "{\"uid\":\"x\",\"type\":0}".getBytes(StandardCharsets.UTF_8),
                new byte[2 << 20]));
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && i % 2 == 0) {
                bytes[0] = 1;
            }
            hostile.add(bytes);
        }
        byte[] publish = "PUBLISH".getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : hostile) {
            REDIS.command(publish, channels.all(), bytes);
            REDIS.command(publish, channels.node(second.id()), bytes);
        }
        first.send(event("[\"good\"]"));
        atSecond.awaitCommand(command -> command instanceof Command.Broadcast, PATIENCE);
        assertThat(atSecond.events()).containsExactly("[\"good\"]");
        assertThat(first.nodes()).contains(second);
    }

    private static Command event(String json) {
        return new Command.Broadcast("/", Selection.ALL, Payload.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private Adapter adapter(NodeDescriptor node, RecordingNode local) {
        AdapterContext context =
                new AdapterContext(Map.of("uri", REDIS.uri()), node, local, scheduler, Counters.NONE, Optional.empty());
        Adapter adapter = new RedisAdapterFactory().create(context);
        opened.add(adapter);
        return adapter;
    }
}
