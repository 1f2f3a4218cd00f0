package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Questions for sockets and server-side emits. Spec: adapter 6 and 13, utilities and server-side emit. */
abstract class RequestRules extends AckRules {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    @DisplayName("adapter-53: every socket of the other nodes is described once, as it is there")
    void everySocketOfTheOtherNodesIsDescribedOnce() {
        List<SocketSnapshot> expected = new ArrayList<>();
        expected.addAll(sockets(second(), 2));
        expected.addAll(sockets(third(), 1));
        Gathered<SocketSnapshot> answer = get(first().adapter().fetch("/", Selection.ALL, patience()));
        assertThat(answer.values())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.missing()).isEmpty();
        assertThat(first().local().fetches()).isEmpty();
    }

    @Test
    @DisplayName("adapter-53: thousands of sockets come whole")
    void thousandsOfSocketsComeWhole() {
        List<SocketSnapshot> expected = sockets(second(), 5000);
        Gathered<SocketSnapshot> answer = get(first().adapter().fetch("/", Selection.ALL, patience()));
        assertThat(answer.complete()).isTrue();
        assertThat(answer.values().stream().map(SocketSnapshot::id))
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(SocketSnapshot::id).toList());
    }

    @Test
    @DisplayName("adapter-54: the other nodes are asked for the selection that is meant")
    void theSelectionIsPassedOn() {
        Selection room = new Selection(Set.of("r1", "räume"), Set.of("x"), Flags.NONE);
        get(first().adapter().fetch("/chat", room, patience()));
        assertThat(second().local().fetches()).containsExactly(room);
        assertThat(third().local().fetches()).containsExactly(room);
    }

    @Test
    @DisplayName(
            "adapter-58: a node that does not answer is named when the time is up, and the others' sockets are there")
    void aNodeThatDoesNotAnswerIsNamed() {
        second().local().sockets(null);
        List<SocketSnapshot> expected = sockets(third(), 1);
        Gathered<SocketSnapshot> answer = get(first().adapter().fetch("/", Selection.ALL, SHORT));
        assertThat(answer.complete()).isFalse();
        assertThat(answer.missing()).containsExactly(second().id());
        assertThat(answer.values())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(expected);
    }

    @Test
    @DisplayName("adapter-32: a question follows the commands before it")
    void aQuestionFollowsTheCommandsBeforeIt() {
        assumeNot(Limit.QUESTIONS_HAVE_NO_PLACE);
        for (int i = 0; i < 50; i++) {
            first().adapter().send(new Command.Join("/", Selection.ALL, Set.of("r" + i)));
            get(first().adapter().fetch("/", Selection.ALL, patience()));
            assertThat(second().local().commands()).hasSize(i + 1);
        }
    }

    @Test
    @DisplayName("adapter-61, adapter-66: a server-side emit gathers one answer of every other node, binary too")
    void aServerSideEmitGathersOneAnswerOfEveryOtherNode() {
        Payload binary = Payloads.of("[{\"_placeholder\":true,\"num\":0}]", new byte[] {1, 2});
        second().local().onServerSideEmit((emit, reply) -> reply.accept(binary));
        third().local().onServerSideEmit((emit, reply) -> reply.accept(emit.arguments()));
        Command.ServerSideEmit emit =
                Payloads.serverSide("[\"e\",{\"_placeholder\":true,\"num\":0}]", new byte[] {0, -1, 7});
        Gathered<Payload> answers = get(first().adapter().serverSideEmitWithAck(emit, patience()));
        assertThat(answers.values())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(binary, emit.arguments());
        assertThat(answers.complete()).isTrue();
        assertThat(first().local().serverSideRequests()).isEmpty();
        assertThat(second().local().serverSideRequests())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(emit);
    }

    @Test
    @DisplayName("adapter-62: of several answers of one node the first counts")
    void theFirstAnswerOfANodeCounts() {
        second().local().onServerSideEmit((emit, reply) -> {
            reply.accept(Payloads.of("1"));
            reply.accept(Payloads.of("2"));
        });
        third().local().onServerSideEmit((emit, reply) -> reply.accept(Payloads.of("3")));
        Gathered<Payload> answers =
                get(first().adapter().serverSideEmitWithAck(Payloads.serverSide("[\"e\"]"), patience()));
        assertThat(Payloads.texts(answers.values())).containsExactlyInAnyOrder("1", "3");
    }

    @Test
    @DisplayName("adapter-63: a silent node is named when the time is up, and the other answer is there")
    void aSilentNodeIsNamed() {
        third().local().onServerSideEmit((emit, reply) -> reply.accept(Payloads.of("3")));
        Gathered<Payload> answers = get(first().adapter().serverSideEmitWithAck(Payloads.serverSide("[\"e\"]"), SHORT));
        assertThat(Payloads.texts(answers.values())).containsExactly("3");
        assertThat(answers.missing()).containsExactly(second().id());
        assertThat(answers.complete()).isFalse();
    }

    private static List<SocketSnapshot> sockets(TestNode node, int count) {
        List<SocketSnapshot> sockets = IntStream.range(0, count)
                .mapToObj(i -> new SocketSnapshot(
                        node.id(),
                        "socket-" + node.id() + "-" + i,
                        Payloads.of("{\"headers\":{\"a\":\"ä\"},\"address\":\"127.0.0.1\",\"issued\":1,\"auth\":{}}"),
                        Set.of("socket-" + node.id() + "-" + i, "r" + i % 3),
                        Payloads.of(
                                "{\"i\":" + i + ",\"b\":{\"_placeholder\":true,\"num\":0}}", new byte[] {(byte) i})))
                .toList();
        node.local().sockets(sockets);
        return sockets;
    }
}
