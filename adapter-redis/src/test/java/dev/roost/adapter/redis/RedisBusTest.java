package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.ConnectionSource;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.tck.RecordedEvents;
import dev.roost.adapter.tck.RedisServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RedisBusTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Target ALL = new Target.All();
    private final List<ClusterBus> opened = new ArrayList<>();
    private final Map<String, LongAdder> counted = new ConcurrentHashMap<>();
    private final NodeId first = new NodeId(1);
    private final NodeId second = new NodeId(2);
    private final RecordedEvents atFirst = new RecordedEvents();
    private final RecordedEvents atSecond = new RecordedEvents();

    @AfterEach
    void closeAll() {
        opened.forEach(ClusterBus::close);
        REDIS.start();
    }

    /** Netty's global executor goes after a second of its own. */
    @AfterAll
    static void noThreadIsLeft() {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("lettuce") || name.startsWith("globalEventExecutor")));
    }

    @Test
    @DisplayName("sec-B11: servers with different keys do not hear each other")
    void keysKeepServersApart() {
        ClusterBus app = bus("app", first, atFirst);
        ClusterBus app2 = bus("app2", first, atSecond);
        RecordedEvents atApp = new RecordedEvents();
        bus("app", second, atApp);
        app2.send(ALL, bytes("of app2"));
        app2.send(new Target.Node(second), bytes("of app2"));
        app.send(ALL, bytes("of app"));
        atApp.awaitText("of app");
        assertThat(atApp.texts()).containsExactly("of app");
    }

    @Test
    @DisplayName("sec-B15: a subscriber dropped by Redis is one gap, and is back")
    void aKilledSubscriberIsOneGap() {
        ClusterBus bus = bus("roost", first, atFirst);
        bus("roost", second, atSecond);
        assertThat(REDIS.command("CLIENT", "KILL", "TYPE", "pubsub")).startsWith(":2");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> atSecond.gaps().size() == 1 && atFirst.gaps().size() == 1);
        bus.send(ALL, bytes("after"));
        atSecond.awaitText("after");
        assertThat(atSecond.gaps()).hasSize(1);
        assertThat(atSecond.states()).endsWith(BusState.DEGRADED, BusState.UP);
    }

    @Test
    void aKilledCommandConnectionComesBackWithoutAGap() {
        ClusterBus bus = bus("roost", first, atFirst);
        bus("roost", second, atSecond);
        REDIS.command("CLIENT", "KILL", "TYPE", "normal");
        await().atMost(Duration.ofSeconds(5)).until(() -> atFirst.states().contains(BusState.DOWN));
        atFirst.awaitState(BusState.UP);
        bus.send(ALL, bytes("after"));
        atSecond.awaitText("after");
        assertThat(atFirst.gaps()).isEmpty();
    }

    @Test
    @DisplayName("sec-B1: what is too large is dropped, other strange bytes are passed on, and the next frame arrives")
    void strangeBytesOnOurChannelDoNoHarm() {
        ClusterBus bus = bus("roost", first, atFirst);
        bus("roost", second, atSecond);
        RedisChannels channels = new RedisChannels("roost");
        REDIS.command(bytes("PUBLISH"), channels.all(), new byte[0]);
        REDIS.command(bytes("PUBLISH"), channels.all(), new byte[4 << 20]);
        REDIS.command(bytes("PUBLISH"), channels.node(second), bytes("{"));
        bus.send(ALL, bytes("good"));
        atSecond.awaitText("good");
        assertThat(atSecond.texts()).containsExactly("", "{", "good");
        // Both nodes refuse it, each in its own time.
        await().untilAsserted(() ->
                assertThat(counted.get("cluster.redis.messages.refused").sum()).isEqualTo(2));
        assertThat(atSecond.gaps()).isEmpty();
    }

    @Test
    void itKnowsWhoIsConnected() {
        ClusterBus bus = bus("roost", first, atFirst);
        ClusterBus other = bus("roost", second, atSecond);
        ConnectionSource connections = bus.connections().orElseThrow();
        NodeId nobody = new NodeId(3);
        assertThat(connections.unconnected(Set.of(first, second, nobody))).containsExactly(nobody);
        other.close();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(connections.unconnected(Set.of(first, second)))
                        .containsExactly(second));
    }

    @Test
    void aSlowRedisMakesTheSenderWaitAndKeepsTheOrder() {
        ClusterBus bus = bus("roost", first, atFirst);
        bus("roost", second, atSecond);
        REDIS.command("CLIENT", "PAUSE", "1000", "ALL");
        long before = System.nanoTime();
        int count = 200;
        for (int i = 0; i < count; i++) {
            bus.send(ALL, bytes(Integer.toString(i)));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(500));
        atSecond.awaitText(Integer.toString(count - 1));
        assertThat(atSecond.texts())
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(Integer::toString).toList());
    }

    @Test
    void anUnreachableRedisFailsTheStartWithAddressAndCause() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ClusterBus bus = bus(Map.of("uri", "redis://user:s3cret@127.0.0.1:" + port), first);
        assertThatThrownBy(() -> bus.start(atFirst))
                .isInstanceOf(AdapterException.class)
                .hasMessageStartingWith("cannot use Redis at redis://***@127.0.0.1:" + port + " as the user 'user': ")
                .hasMessageContaining("Connection refused")
                .hasMessageNotContainingAny("\n", "s3cret");
    }

    @Test
    @DisplayName("sec-B14: a refused login does not show the password")
    void aWrongPasswordFailsTheStart() {
        ClusterBus bus = bus(Map.of("uri", "redis://user:s3cret@127.0.0.1:" + REDIS.port()), first);
        assertThatThrownBy(() -> bus.start(atFirst))
                .isInstanceOf(AdapterException.class)
                // Redis's answer, or that it hung up, whichever Lettuce looks at first.
                .hasMessageMatching(".*(WRONGPASS|closed prematurely).*")
                .hasMessageNotContainingAny("\n", "s3cret");
    }

    @Test
    void aServerThatForbidsPublishingFailsTheStart() {
        assertThat(REDIS.command("ACL", "SETUSER", "mute", "on", ">pw", "+@all", "-publish", "~*", "&*"))
                .startsWith("+OK");
        ClusterBus bus = bus(Map.of("uri", "redis://mute:pw@127.0.0.1:" + REDIS.port()), first);
        assertThatThrownBy(() -> bus.start(atFirst))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("NOPERM");
    }

    @Test
    void aServerThatForbidsSubscribingFailsTheStart() {
        assertThat(REDIS.command("ACL", "SETUSER", "deaf", "on", ">pw", "+@all", "-subscribe", "~*", "&*"))
                .startsWith("+OK");
        ClusterBus bus = bus(Map.of("uri", "redis://deaf:pw@127.0.0.1:" + REDIS.port()), first);
        assertThatThrownBy(() -> bus.start(atFirst))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("NOPERM");
    }

    private ClusterBus bus(String key, NodeId node, RecordedEvents events) {
        ClusterBus bus = bus(Map.of("uri", REDIS.uri(), "key", key), node);
        bus.start(events);
        return bus;
    }

    private ClusterBus bus(Map<String, String> values, NodeId node) {
        ClusterBus bus = new RedisBus(
                RedisAdapterConfig.from(values),
                node,
                (name, amount) ->
                        counted.computeIfAbsent(name, key -> new LongAdder()).add(amount));
        opened.add(bus);
        return bus;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
