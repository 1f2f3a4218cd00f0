package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.tck.ClockScheduler;
import dev.roost.adapter.tck.InMemoryBus;
import dev.roost.adapter.tck.RecordingNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterSenderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InMemoryBus.Network network = new InMemoryBus.Network();
    private final Map<String, LongAdder> counted = new ConcurrentHashMap<>();
    private final Counters counters = (name, amount) ->
            counted.computeIfAbsent(name, key -> new LongAdder()).add(amount);
    private final NodeDescriptor self = new NodeDescriptor(new NodeId(7), 1000, "", "test");
    private final RecordingNode local = new RecordingNode();
    private final ClockScheduler clock = new ClockScheduler();
    private final ClusterAdapter node = new ClusterAdapter(
            new AdapterContext(Map.of(), self, local, clock, counters, Optional.of("secret")), network.bus(self.id()));

    @BeforeEach
    void start() {
        node.start();
    }

    @AfterEach
    void closeAll() {
        node.close();
        clock.close();
    }

    @Test
    void aSenderWithTheSecretIsHeardAndOneWithoutIsNot() {
        try (ClusterSender stranger = sender(new NodeId(8), Optional.empty());
                ClusterSender liar = sender(new NodeId(9), Optional.of("guess"));
                ClusterSender friend = sender(new NodeId(10), Optional.of("secret"))) {
            stranger.send(event("[\"stranger\"]"));
            liar.send(event("[\"liar\"]"));
            await().atMost(PATIENCE).until(() -> count("cluster.frames.unauthenticated") == 2);
            friend.send(event("[\"friend\"]"));
            local.awaitCommands(1, PATIENCE);
            assertThat(local.events()).containsExactly("[\"friend\"]");
            assertThat(node.nodes()).containsExactly(self);
        }
    }

    @Test
    @DisplayName("the id of an outsider means nothing beside those of nodes")
    void aSenderWithTheIdOfANodeIsHeard() {
        try (ClusterSender sender = sender(self.id(), Optional.of("secret"))) {
            sender.send(event("[\"ev\"]"));
            local.awaitCommands(1, PATIENCE);
            assertThat(count("cluster.nodes.collisions")).isZero();
            assertThat(node.nodes()).containsExactly(self);
        }
    }

    @Test
    void aMessageLargerThanAFrameArrivesWhole() {
        String text = "[\"" + "x".repeat(3 << 20) + "\"]";
        try (ClusterSender sender = sender(new NodeId(8), Optional.of("secret"))) {
            sender.send(event(text));
        }
        local.awaitCommands(1, PATIENCE);
        assertThat(local.events()).containsExactly(text);
    }

    @Test
    void whatIsSentRightBeforeTheCloseArrives() {
        try (ClusterSender sender = sender(new NodeId(8), Optional.of("secret"))) {
            for (int i = 0; i < 10_000; i++) {
                sender.send(event("[" + i + "]"));
            }
        }
        local.awaitCommands(10_000, PATIENCE);
        assertThat(local.events()).endsWith("[9999]");
        assertThat(count("cluster.sent.lost")).isZero();
    }

    @Test
    @DisplayName("an outsider that asks is not answered: only nodes may ask")
    void questionsOfAnOutsiderAreRefused() {
        InMemoryBus bus = network.bus(new NodeId(8));
        bus.start(new Nothing());
        ByteWriter out = new ByteWriter(64);
        FrameSeal seal = new FrameSeal("secret");
        NodeDescriptor outsider = new NodeDescriptor(new NodeId(8), 1, "", "");
        int countAt = Frame.begin(out, outsider, true, null, 0, seal);
        int at = out.size();
        out.u32(0);
        ClusterMessageCodec.encode(new ClusterMessage.FetchRequest(1, "/", Selection.ALL), out);
        out.patchU32(at, out.size() - at - 4);
        bus.send(new Target.All(), Frame.end(out, countAt, 1, seal));
        await().atMost(PATIENCE).until(() -> count("cluster.messages.malformed") == 1);
        assertThat(local.fetches()).isEmpty();
        bus.close();
    }

    @Test
    @DisplayName("what was dropped while the bus was away is counted as lost, and no loss of the nodes")
    void aLossIsTheSendersOwn() {
        try (ClusterSender sender = sender(new NodeId(8), Optional.of("secret"))) {
            sender.send(event("[1]"));
            local.awaitCommands(1, PATIENCE);
            network.kill(new NodeId(8));
            sender.send(event("[2]"));
            await().atMost(PATIENCE).until(() -> count("cluster.sent.lost") > 0);
        }
        assertThat(local.gaps()).isEmpty();
        assertThat(local.events()).containsExactly("[1]");
    }

    @Test
    void whileTheBusIsDownNothingIsTakenAndAfterACloseNeither() {
        ClusterSender sender = sender(new NodeId(8), Optional.of("secret"));
        network.takeAway();
        assertThatThrownBy(() -> sender.send(event("[1]")))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("at the moment");
        network.bringBack();
        sender.send(event("[2]"));
        local.awaitCommands(1, PATIENCE);
        assertThat(local.events()).containsExactly("[2]");
        sender.close();
        sender.close();
        assertThatThrownBy(() -> sender.send(event("[3]")))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("closed");
    }

    private ClusterSender sender(NodeId id, Optional<String> secret) {
        ClusterSender sender = new ClusterSender(
                new SenderContext(Map.of(), new NodeDescriptor(id, 2000, "", "test"), counters, secret),
                network.bus(id));
        sender.start();
        return sender;
    }

    private long count(String counter) {
        LongAdder adder = counted.get(counter);
        return adder == null ? 0 : adder.sum();
    }

    private static Command event(String json) {
        return new Command.Broadcast("/", Selection.ALL, Payload.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private record Nothing() implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {}

        @Override
        public void onGap(String reason) {}

        @Override
        public void onState(BusState state) {}
    }
}
