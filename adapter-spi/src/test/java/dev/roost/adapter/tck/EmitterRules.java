package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.Emitter;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Processes that are no nodes but have something to say. Spec: adapter 13, 74. */
abstract class EmitterRules extends RequestRules {
    @Test
    @DisplayName("X10, adapter-74: everything an emitter says reaches every node, once and in order")
    void everythingAnEmitterSaysReachesEveryNode() {
        try (Emitter emitter = emitter()) {
            emitter.to("r1", "r2").except("r3").emit("ev", 1, "ü", null, Map.of("b", new byte[] {2, -1}));
            emitter.of("chat").asVolatile().compress(false).emit("all");
            emitter.of("/chat").in("r1").socketsJoin("r5", "r6");
            emitter.to("r1").socketsLeave("r5");
            emitter.except("r7").disconnectSockets(true);
        }
        for (TestNode node : cluster.nodes()) {
            assertThat(node.local().awaitCommands(5, patience()))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(
                            new Command.Broadcast(
                                    "/",
                                    new Selection(Set.of("r1", "r2"), Set.of("r3"), Flags.NONE),
                                    Payloads.of(
                                            "[\"ev\",1,\"ü\",null,{\"b\":{\"_placeholder\":true,\"num\":0}}]",
                                            new byte[] {2, -1})),
                            new Command.Broadcast(
                                    "/chat",
                                    new Selection(Set.of(), Set.of(), new Flags(true, false, false)),
                                    Payloads.of("[\"all\"]")),
                            new Command.Join("/chat", in("r1"), Set.of("r5", "r6")),
                            new Command.Leave("/", in("r1"), Set.of("r5")),
                            new Command.Disconnect("/", new Selection(Set.of(), Set.of("r7"), Flags.NONE), true));
        }
    }

    @Test
    @DisplayName("X10, adapter-60: a server-side emit of an emitter reaches every node")
    void aServerSideEmitOfAnEmitterReachesEveryNode() {
        try (Emitter emitter = emitter()) {
            emitter.serverSideEmit("hello", List.of(true, 1.5));
        }
        for (TestNode node : cluster.nodes()) {
            assertThat(node.local().awaitCommands(1, patience()))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(new Command.ServerSideEmit("/", Payloads.of("[\"hello\",[true,1.5]]")));
        }
    }

    @Test
    @DisplayName("X10, adapter-74: an emitter is counted by no node, and nobody waits for it")
    void anEmitterIsNoNodeAndNobodyWaitsForIt() {
        Duration never = Duration.ofHours(1);
        second().local().sockets(List.of(socket(second())));
        try (Emitter emitter = emitter()) {
            emitter.emit("before");
            cluster.nodes().forEach(node -> node.local().awaitCommands(1, patience()));
            Gathered<SocketSnapshot> sockets = get(first().adapter().fetch("/", Selection.ALL, never));
            assertThat(sockets.complete()).isTrue();
            assertThat(sockets.values()).hasSize(1);
            Gathered<Payload> acks =
                    get(first().adapter().broadcastWithAck(Payloads.event("[\"q\"]"), never, ack -> {}));
            assertThat(acks.complete()).isTrue();
            for (TestNode node : cluster.nodes()) {
                assertThat(node.adapter().nodes()).isEqualTo(cluster.members());
            }
        }
        cluster.awaitMembers();
        assertThat(get(first().adapter().fetch("/", Selection.ALL, never)).complete())
                .isTrue();
        cluster.nodes().forEach(node -> assertThat(node.local().gaps()).isEmpty());
    }

    @Test
    @DisplayName("emitters come and go while others send, and no node takes that for a loss")
    void emittersComeAndGoWithoutAnAlarm() {
        int emitters = 2;
        int each = 200;
        for (int i = 0; i < emitters; i++) {
            try (Emitter emitter = emitter()) {
                for (int n = 0; n < each; n++) {
                    emitter.emit("of " + i, n);
                    first().adapter().send(Payloads.event("[\"node\"]"));
                }
            }
        }
        for (TestNode node : List.of(second(), third())) {
            node.local().awaitCommands(2 * emitters * each, patience());
            for (int i = 0; i < emitters; i++) {
                String sender = "[\"of " + i + "\",";
                List<String> expected = new ArrayList<>();
                IntStream.range(0, each).forEach(n -> expected.add(sender + n + "]"));
                assertThat(node.local().events().stream().filter(event -> event.startsWith(sender)))
                        .containsExactlyElementsOf(expected);
            }
            assertThat(node.local().gaps()).isEmpty();
        }
    }

    @Test
    @DisplayName("while the nodes are out of reach an emitter says so, and afterwards it is heard again")
    void anEmitterOutOfReachFailsAndIsHeardAgain() {
        Emitter emitter = emitter();
        try {
            takeMediumAway();
            try {
                await().atMost(patience())
                        .untilAsserted(() ->
                                assertThatThrownBy(() -> emitter.emit("lost")).isInstanceOf(AdapterException.class));
            } finally {
                bringMediumBack();
            }
            await().atMost(patience()).ignoreException(AdapterException.class).until(() -> {
                emitter.emit("back");
                return cluster.nodes().stream()
                        .allMatch(node -> node.local().events().contains("[\"back\"]"));
            });
        } finally {
            closeThatMayHaveLost(emitter);
        }
    }

    /** Connects to the cluster {@code main}. */
    private Emitter emitter() {
        Map<String, String> settings = settings("main", NodeId.random());
        NodeDescriptor origin = new NodeDescriptor(NodeId.random(), 1, "", "test");
        try {
            factory().createSender(new SenderContext(settings, origin, Counters.NONE, Optional.empty()));
        } catch (AdapterException none) {
            abort(none.getMessage());
        }
        return Emitter.connect(factory(), settings, null);
    }

    /** What was taken in the moment of the outage may be lost, which a close says. */
    private static void closeThatMayHaveLost(Emitter emitter) {
        try {
            emitter.close();
        } catch (AdapterException lost) {
            assertThat(lost).hasMessageContaining("may not have reached");
        }
    }

    private static SocketSnapshot socket(TestNode node) {
        return new SocketSnapshot(node.id(), "s", Payloads.of("{}"), Set.of("s"), Payloads.of("{}"));
    }

    private static Selection in(String room) {
        return new Selection(Set.of(room), Set.of(), Flags.NONE);
    }
}
