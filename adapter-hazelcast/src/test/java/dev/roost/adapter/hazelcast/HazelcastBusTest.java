package dev.roost.adapter.hazelcast;

import static dev.roost.adapter.tck.RecordedEvents.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.tck.RecordedEvents;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HazelcastBusTest {
    private static final Target ALL = new Target.All();
    private static final int PORTS = 4;
    private final String cluster = "test-" + UUID.randomUUID();
    private final int port = Ports.free(PORTS);
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> counted = new ConcurrentHashMap<>();
    private final RecordedEvents atFirst = new RecordedEvents();
    private final RecordedEvents atSecond = new RecordedEvents();

    @AfterEach
    void closeAllAndLeaveNoThread() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("hz.")));
    }

    @Test
    void differentClusterNamesStayApart() {
        HazelcastBus one = member(1, atFirst);
        HazelcastBus other = bus(2, Map.of("cluster-name", cluster + "-other"));
        other.start(atSecond);
        one.send(ALL, bytes("secret"));
        assertThat(one.membership().orElseThrow().current()).containsExactly(descriptor(1));
        assertThat(other.membership().orElseThrow().current()).containsExactly(descriptor(2));
        assertThat(atSecond.frames()).isEmpty();
    }

    @Test
    @DisplayName("sec-B11: servers with different keys on one cluster do not hear or count each other")
    void keysKeepServersApart() {
        HazelcastBus app = member(1, atFirst);
        HazelcastBus app2 = bus(2, Map.of("key", "roost2"));
        app2.start(atSecond);
        RecordedEvents atThird = new RecordedEvents();
        member(3, atThird);
        app2.send(ALL, bytes("of app2"));
        app.send(ALL, bytes("of app"));
        atThird.awaitText("of app");
        assertThat(atThird.texts()).containsExactly("of app");
        assertThat(app2.membership().orElseThrow().current()).containsExactly(descriptor(2));
    }

    @Test
    void membersThatStartAtOnceAreOneCluster() throws Exception {
        List<HazelcastBus> buses = new ArrayList<>();
        List<RecordedEvents> heard = new ArrayList<>();
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starting = new ArrayList<>();
            for (int i = 0; i < PORTS; i++) {
                HazelcastBus bus = bus(i, Map.of());
                RecordedEvents events = new RecordedEvents();
                buses.add(bus);
                heard.add(events);
                starting.add(starters.submit(() -> bus.start(events)));
            }
            for (Future<?> each : starting) {
                each.get();
            }
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(buses)
                        .allSatisfy(
                                bus -> assertThat(bus.membership().orElseThrow().current())
                                        .hasSize(PORTS)));
        for (int i = 0; i < PORTS; i++) {
            buses.get(i).send(ALL, bytes("from " + i));
        }
        for (int i = 0; i < PORTS; i++) {
            for (int other = 0; other < PORTS; other++) {
                if (other != i) {
                    heard.get(i).awaitText("from " + other);
                }
            }
        }
    }

    @Test
    void aMemberNobodyListsFindsTheOthersWhateverTheOrder() {
        // The one that is listed starts last and lists only itself.
        HazelcastBus one = bus(1, Map.of("port", "" + port, "port-count", "1", "members", "127.0.0.1:" + (port + 1)));
        one.start(atFirst);
        HazelcastBus two = bus(2, Map.of("port", "" + (port + 1), "port-count", "1"));
        two.start(atSecond);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(one.membership().orElseThrow().current())
                        .containsExactlyInAnyOrder(descriptor(1), descriptor(2)));
        await().atMost(PATIENCE).untilAsserted(() -> {
            two.send(ALL, bytes("hello"));
            assertThat(atFirst.texts()).contains("hello");
        });
    }

    @Test
    @DisplayName("sec-B19: a Java object or other strange content in our topic is dropped, the next frame arrives")
    void strangeContentIsDropped() {
        member(1, atFirst);
        Config config = MemberSetup.config(config(Map.of("key", "foreign")), Optional.of(descriptor(9)));
        HazelcastInstance foreign = Hazelcast.newHazelcastInstance(config);
        opened.add(foreign::shutdown);
        var topic = foreign.<Object>getTopic(new HazelcastTopics("roost").all());
        topic.publish(new java.util.Date());
        topic.publish("text");
        topic.publish(new byte[2 << 20]);
        topic.publish(bytes("good"));
        atFirst.awaitText("good");
        assertThat(atFirst.texts()).containsExactly("good");
        assertThat(counted.get("cluster.hazelcast.messages.refused").sum()).isEqualTo(3);
    }

    @Test
    void portsThatAreAllTakenFailTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            HazelcastBus bus = bus(1, Map.of("port-count", "1"));
            assertThatThrownBy(() -> bus.start(atFirst))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContaining("127.0.0.1, ports " + taken.getLocalPort() + " to " + taken.getLocalPort());
        }
    }

    @Test
    void anAddressThatIsNotOursFailsTheStart() {
        HazelcastBus bus = bus(1, Map.of("bind-address", "192.0.2.1"));
        assertThatThrownBy(() -> bus.start(atFirst))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageNotContaining("\n");
    }

    @Test
    @DisplayName("sec-B18: a member refuses the client protocol")
    void membersLetNoClientIn() {
        bus(1, Map.of("port-count", "1")).start(atFirst);
        HazelcastBus client = bus(2, Map.of("mode", "client", "join-timeout", "PT1S", "port-count", "1"));
        assertThatThrownBy(() -> client.start(atSecond))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("PT1S");
    }

    @Test
    void clientsOfAClusterReachEachOtherAndComeBackWithOneGap() {
        HazelcastInstance server = server();
        HazelcastBus one = bus(1, Map.of("mode", "client"));
        one.start(atFirst);
        HazelcastBus two = bus(2, Map.of("mode", "client"));
        two.start(atSecond);
        assertThat(one.membership()).isEmpty();
        assertThat(one.capabilities().nativeMembership()).isFalse();
        one.send(new Target.Node(new NodeId(2)), bytes("one"));
        one.send(ALL, bytes("all"));
        atSecond.awaitText("all");
        assertThat(atSecond.texts()).containsExactly("one", "all");
        one.store().orElseThrow().put("left behind", bytes("x"), Duration.ofMinutes(1));
        assertThat(two.store().orElseThrow().take("left behind").orElseThrow()).isEqualTo(bytes("x"));
        assertThat(one.store().orElseThrow().take("left behind")).isEmpty();
        server.getLifecycleService().terminate();
        atSecond.awaitState(BusState.DOWN);
        server();
        atFirst.awaitState(BusState.UP);
        atSecond.awaitState(BusState.UP);
        await().atMost(PATIENCE).untilAsserted(() -> {
            one.send(ALL, bytes("again"));
            assertThat(atSecond.texts()).contains("again");
        });
        assertThat(atSecond.gaps()).hasSize(1);
    }

    /** A member with data that lets clients in, as somebody else would run it. */
    private HazelcastInstance server() {
        Config config = MemberSetup.config(config(Map.of("port-count", "1")), Optional.of(descriptor(9)));
        config.setLiteMember(false);
        var join = config.getAdvancedNetworkConfig().getJoin();
        config.getAdvancedNetworkConfig().setEnabled(false);
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false).setJoin(join);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        HazelcastInstance server = Hazelcast.newHazelcastInstance(config);
        opened.add(server::shutdown);
        return server;
    }

    private HazelcastBus member(int node, RecordedEvents events) {
        HazelcastBus bus = bus(node, Map.of());
        bus.start(events);
        return bus;
    }

    private HazelcastBus bus(int node, Map<String, String> overrides) {
        HazelcastBus bus = new HazelcastBus(
                config(overrides),
                descriptor(node),
                (name, amount) ->
                        counted.computeIfAbsent(name, key -> new LongAdder()).add(amount));
        opened.add(bus);
        return bus;
    }

    private HazelcastAdapterConfig config(Map<String, String> overrides) {
        Map<String, String> values =
                new HashMap<>(Map.of("cluster-name", cluster, "port", "" + port, "port-count", "" + PORTS));
        values.putAll(overrides);
        return HazelcastAdapterConfig.from(values);
    }

    private static NodeDescriptor descriptor(int node) {
        return new NodeDescriptor(new NodeId(node), 1000 + node, "127.0.0.1:" + node, "1.0");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
