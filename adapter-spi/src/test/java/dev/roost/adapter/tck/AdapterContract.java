package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeIdTakenException;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Adapter} owes, as tests: a backend extends this class and says how its adapters are made.
 *
 * <p>The nodes have no sockets: they write down what is asked of them. So the rules about rooms, sockets and recovery
 * are not here; those are core's, and the server's tests hold them. Names carry the numbers of spec adapter 13.
 *
 * <p>Three nodes of the cluster {@code main} are started once for all tests; a test that ends a node brings its own.
 * What needs a hook the backend leaves out is skipped with the reason.
 */
public abstract class AdapterContract extends EmitterRules {
    /** For subclasses. */
    protected AdapterContract() {}

    @Test
    @DisplayName("A02: an adapter is found by its name and has keys of its own")
    void theFactoryHasANameAndKnowsTheKeysOfItsSettings() {
        assertThat(factory().name()).matches("[a-z][a-z0-9-]*");
        assertThat(factory().keys()).containsAll(settings("main", first().id()).keySet());
        assertThat(factory().keys()).allMatch(key -> key.matches("[a-z][a-z0-9-]*"));
    }

    @Test
    @DisplayName("A04, A07, adapter-59: all nodes know all nodes")
    void allNodesKnowAllNodes() {
        for (TestNode node : cluster.nodes()) {
            assertThat(node.adapter().nodes()).isEqualTo(cluster.members()).hasSize(3);
        }
    }

    @Test
    @DisplayName(
            "adapter-64, adapter-40: alone, every request is complete and empty at once, and a command is no failure")
    void aloneEveryRequestIsCompleteAtOnce() {
        try (TestCluster alone = cluster("alone")) {
            alone.settleDown(1);
            Adapter adapter = alone.node(0).adapter();
            Duration never = Duration.ofHours(1);
            adapter.send(Payloads.event("[]"));
            assertThat(adapter.nodes()).containsExactly(alone.node(0).self());
            assertThat(get(adapter.serverSideEmitWithAck(Payloads.serverSide("[]"), never)))
                    .isEqualTo(Gathered.nothingAsked());
            assertThat(get(adapter.broadcastWithAck(Payloads.event("[]"), never, ack -> {})))
                    .isEqualTo(Gathered.nothingAsked());
            assertThat(get(adapter.fetch("/", Selection.ALL, never))).isEqualTo(Gathered.nothingAsked());
            assertThat(alone.node(0).local().commands()).isEmpty();
            assertThat(first().local().commands()).isEmpty();
        }
    }

    @Test
    @DisplayName("adapter-59, adapter-69, adapter-65: a node that says good-bye is no longer counted or waited for")
    void aNodeThatSaysGoodByeIsNoLongerWaitedFor() {
        TestNode guest = cluster.guest();
        assertThat(first().adapter().nodes()).hasSize(4);
        CompletionStage<Gathered<Payload>> answers = ask(first(), guest);
        cluster.leave(guest);
        expectEnded(answers, guest);
        cluster.awaitMembers();
        guest.adapter().close();
        assertThat(get(first().adapter().fetch("/", Selection.ALL, patience())).complete())
                .isTrue();
    }

    @Test
    @DisplayName("A05, adapter-46, adapter-59, adapter-70: a node that crashes is no longer counted or waited for; the"
            + " others lose nothing")
    void aNodeThatCrashesIsNoLongerWaitedFor() {
        TestNode guest = cluster.guest();
        CompletionStage<Gathered<Payload>> answers = ask(first(), guest);
        kill(guest.id());
        cluster.killed(guest);
        List<String> sent = IntStream.range(0, 100).mapToObj(i -> "[" + i + "]").toList();
        sent.forEach(json -> first().adapter().send(Payloads.event(json)));
        expectEnded(answers, guest);
        cluster.awaitMembers();
        second().local().awaitCommands(sent.size(), patience());
        assertThat(second().local().events()).containsExactlyElementsOf(sent);
        assertThat(second().local().gaps()).isEmpty();
    }

    @Test
    @DisplayName("adapter-71: a node that starts again is a new node, and no ghost remains")
    void aNodeThatStartsAgainIsANewNode() {
        TestNode before = cluster.guest();
        cluster.leave(before);
        cluster.awaitMembers(); // a process takes longer to start than others take to hear the good-bye
        TestNode again = cluster.guest();
        assertThat(first().adapter().nodes()).isEqualTo(cluster.members()).hasSize(4);
        first().adapter().send(Payloads.event("[\"again\"]"));
        again.local().awaitCommands(1, patience());
        assertThat(again.local().events()).containsExactly("[\"again\"]");
        assertThat(before.local().commands()).isEmpty();
    }

    @Test
    @DisplayName("adapter-73: a node that starts under load gets whole events from its start on, none lost in between")
    void aNodeThatStartsUnderLoadMissesNothingAfterItsStart() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Thread load = Thread.ofVirtual().start(() -> {
            for (int i = 0; !enough.get(); i++) {
                first().adapter().send(Payloads.event("[" + i + "]"));
                if (i % 20 == 0) {
                    get(first().adapter().fetch("/", Selection.ALL, patience()));
                }
            }
        });
        TestNode late = cluster.guest();
        late.local().awaitCommands(late.local().events().size() + 1000, patience());
        enough.set(true);
        load.join();
        List<String> events = late.local().events();
        int from = Integer.parseInt(events.getFirst(), 1, events.getFirst().length() - 1, 10);
        assertThat(events)
                .containsExactlyElementsOf(IntStream.range(from, from + events.size())
                        .mapToObj(i -> "[" + i + "]")
                        .toList());
        assertThat(late.local().gaps()).isEmpty();
    }

    @Test
    void aNodeIsReachedAndReachesTheOthersWhenItsStartReturns() {
        TestNode late = cluster.guest();
        first().adapter().send(Payloads.event("[\"welcome\"]"));
        late.adapter().send(Payloads.event("[\"hello\"]"));
        late.local().awaitCommands(1, patience());
        assertThat(late.local().events()).containsExactly("[\"welcome\"]");
        first().local().awaitCommands(1, patience());
        assertThat(first().local().events()).containsExactly("[\"hello\"]");
    }

    @Test
    void ofTwoNodesWithOneIdTheYoungerMayNotStart() {
        TestNode twin = cluster.stranger(second().id());
        try {
            assertThatThrownBy(twin.adapter()::start).isInstanceOf(NodeIdTakenException.class);
        } finally {
            twin.adapter().close();
        }
        first().adapter().send(Payloads.event("[\"still here\"]"));
        second().local().awaitCommands(1, patience());
        assertThat(second().local().events()).containsExactly("[\"still here\"]");
    }

    @Test
    void aClosedAdapterEndsItsRequestsAndTakesCommandsInVain() {
        TestNode guest = cluster.guest();
        second().local().sockets(null);
        CompletionStage<Gathered<SocketSnapshot>> open = guest.adapter().fetch("/", Selection.ALL, Duration.ofHours(1));
        cluster.leave(guest);
        assertThat(get(open).complete()).isFalse();
        guest.adapter().send(Payloads.event("[\"late\"]"));
        assertThat(get(guest.adapter().fetch("/", Selection.ALL, Duration.ofHours(1)))
                        .values())
                .isEmpty();
    }

    @Test
    void anAdapterThatWasNeverStartedCanBeClosed() {
        cluster.stranger(first().id()).adapter().close();
        assertThat(second().adapter().nodes()).isEqualTo(cluster.members());
    }

    @Test
    @DisplayName(
            "A06, adapter-33, adapter-72: without its medium no command fails; when it is back, events flow again and"
                    + " every node knows of the gap")
    void eventsFlowAgainAfterAnOutage() {
        takeMediumAway();
        try {
            for (int i = 0; i < 100; i++) {
                first().adapter().send(Payloads.event("[\"away\"," + i + "]"));
            }
            assertThat(get(first().adapter().fetch("/", Selection.ALL, Duration.ofMillis(100)))
                            .complete())
                    .isFalse();
        } finally {
            bringMediumBack();
        }
        cluster.awaitFlow();
        for (TestNode node : cluster.nodes()) {
            assertThat(node.local().awaitGaps(1, patience())).contains(Optional.empty());
        }
        assertThat(second().local().events())
                .filteredOn(json -> json.contains("away"))
                .doesNotHaveDuplicates();
        cluster.awaitMembers();
    }

    /** Asks all for an answer, which all but one give. */
    private CompletionStage<Gathered<Payload>> ask(TestNode from, TestNode silent) {
        for (TestNode node : cluster.nodes()) {
            node.local().onServerSideEmit((emit, reply) -> reply.accept(Payloads.of("1")));
        }
        Command.ServerSideEmit emit = Payloads.serverSide("[\"who\"]");
        CompletionStage<Gathered<Payload>> answers = from.adapter().serverSideEmitWithAck(emit, Duration.ofHours(1));
        silent.local().awaitServerSideRequests(1, patience());
        return answers;
    }

    private void expectEnded(CompletionStage<Gathered<Payload>> answers, TestNode silent) {
        Gathered<Payload> ended = get(answers);
        assertThat(Payloads.texts(ended.values())).containsExactly("1", "1");
        assertThat(ended.missing()).containsExactly(silent.id());
        assertThat(ended.complete()).isFalse();
    }
}
