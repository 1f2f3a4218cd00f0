package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode.AckSink;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events that want acks. Spec: adapter 5 and 13, broadcast with ack. */
abstract class AckRules extends BroadcastRules {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    @DisplayName("adapter-38: every client's answer arrives, as it comes and in the result")
    void everyClientsAnswerArrives() {
        second().local().onBroadcastWithAck((event, sink) -> answer(sink, "\"a\"", "2"));
        third().local().onBroadcastWithAck((event, sink) -> answer(sink, "null"));
        List<Payload> seen = new CopyOnWriteArrayList<>();
        Command.Broadcast event = new Command.Broadcast(
                "/chat",
                new Selection(Set.of("r"), Set.of("x"), Flags.NONE),
                Payloads.of("[\"e\",{\"_placeholder\":true,\"num\":0}]", new byte[] {9}));
        Gathered<Payload> acks = get(first().adapter().broadcastWithAck(event, patience(), seen::add));
        assertThat(Payloads.texts(acks.values())).containsExactlyInAnyOrder("\"a\"", "2", "null");
        assertThat(acks.complete()).isTrue();
        assertThat(acks.missing()).isEmpty();
        assertThat(seen).containsExactlyElementsOf(acks.values());
        assertThat(second().local().ackBroadcasts())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(event);
        assertThat(first().local().ackBroadcasts()).isEmpty();
    }

    @Test
    @DisplayName("adapter-27, adapter-38: the flags of an event that wants acks are forwarded")
    void flagsOfAQuestionAreForwarded() {
        assumeNot(Limit.QUESTIONS_HAVE_NO_FLAGS);
        Command.Broadcast event = new Command.Broadcast(
                "/", new Selection(Set.of(), Set.of(), new Flags(false, false, false)), Payloads.of("[\"e\"]"));
        get(first().adapter().broadcastWithAck(event, patience(), ack -> {}));
        assertThat(second().local().ackBroadcasts())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(event);
    }

    @Test
    @DisplayName("adapter-39: answers may be binary")
    void answersMayBeBinary() {
        Payload binary = Payloads.of("{\"_placeholder\":true,\"num\":0}", new byte[] {0, -1, 127});
        second().local().onBroadcastWithAck((event, sink) -> {
            sink.clients(1);
            sink.ack(binary);
        });
        assertThat(ask(first(), patience()).values())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(binary);
    }

    @Test
    @DisplayName("adapter-40: without a client the result is empty, complete, and there before the time is up")
    void withoutAClientTheResultIsEmptyAtOnce() {
        assertThat(ask(first(), Duration.ofHours(1))).isEqualTo(Gathered.nothingAsked());
    }

    @Test
    @DisplayName("adapter-41: with a silent client the result comes when the time is up, with the other answers; later"
            + " answers are ignored")
    void aSilentClientIsWaitedForUntilTheTimeIsUp() {
        CompletableFuture<AckSink> silent = new CompletableFuture<>();
        second().local().onBroadcastWithAck((event, sink) -> {
            sink.clients(2);
            sink.ack(Payloads.of("1"));
            silent.complete(sink);
        });
        third().local().onBroadcastWithAck((event, sink) -> answer(sink, "2"));
        long before = System.nanoTime();
        Gathered<Payload> acks = ask(first(), SHORT);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SHORT);
        assertThat(Payloads.texts(acks.values())).containsExactlyInAnyOrder("1", "2");
        assertThat(acks.complete()).isFalse();
        assertThat(acks.missing()).isEmpty();
        get(silent).ack(Payloads.of("\"late\""));
        second().local().onBroadcastWithAck((event, sink) -> answer(sink, "3"));
        assertThat(Payloads.texts(ask(first(), patience()).values())).containsExactlyInAnyOrder("3", "2");
    }

    @Test
    @DisplayName("adapter-44: the answers of many events at once never mix")
    void answersOfManyEventsNeverMix() {
        int count = 200;
        for (TestNode node : List.of(second(), third())) {
            node.local().onBroadcastWithAck((event, sink) -> answer(sink, Payloads.text(event.arguments())));
        }
        Map<Integer, CompletableFuture<Gathered<Payload>>> asked = new ConcurrentHashMap<>();
        for (int i = 0; i < count; i++) {
            asked.put(
                    i,
                    first().adapter()
                            .broadcastWithAck(Payloads.event("[" + i + "]"), patience(), ack -> {})
                            .toCompletableFuture());
        }
        asked.forEach((i, acks) ->
                assertThat(Payloads.texts(get(acks).values())).containsExactly("[" + i + "]", "[" + i + "]"));
    }

    @Test
    @DisplayName("adapter-45: a client that goes away is not waited for")
    void aClientThatGoesAwayIsNotWaitedFor() {
        second().local().onBroadcastWithAck((event, sink) -> {
            sink.clients(2);
            sink.ack(Payloads.of("1"));
            sink.gone();
        });
        Gathered<Payload> acks = ask(first(), Duration.ofHours(1));
        assertThat(Payloads.texts(acks.values())).containsExactly("1");
        assertThat(acks.complete()).isFalse();
    }

    @Test
    @DisplayName("adapter-47: answers before their number complete the result just once")
    void answersMayComeBeforeTheirNumber() {
        second().local().onBroadcastWithAck((event, sink) -> {
            sink.ack(Payloads.of("1"));
            sink.clients(2);
            sink.ack(Payloads.of("2"));
        });
        Gathered<Payload> acks = ask(first(), patience());
        assertThat(Payloads.texts(acks.values())).containsExactly("1", "2");
        assertThat(acks.complete()).isTrue();
    }

    @Test
    @DisplayName("adapter-30: an event that wants acks keeps its place among the others")
    void anEventThatWantsAcksKeepsItsPlace() {
        assumeNot(Limit.QUESTIONS_HAVE_NO_PLACE);
        List<String> order = new CopyOnWriteArrayList<>();
        second().local().onApply(command -> order.add(Payloads.text(((Command.Broadcast) command).arguments())));
        second().local().onBroadcastWithAck((event, sink) -> {
            order.add(Payloads.text(event.arguments()));
            sink.clients(0);
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            expected.add("[" + 2 * i + "]");
            expected.add("[" + (2 * i + 1) + "]");
            first().adapter().send(Payloads.event("[" + 2 * i + "]"));
            get(first().adapter().broadcastWithAck(Payloads.event("[" + (2 * i + 1) + "]"), patience(), ack -> {}));
        }
        assertThat(order).containsExactlyElementsOf(expected);
    }

    private Gathered<Payload> ask(TestNode node, Duration timeout) {
        return get(node.adapter().broadcastWithAck(Payloads.event("[\"e\"]"), timeout, ack -> {}));
    }

    private static void answer(AckSink sink, String... values) {
        sink.clients(values.length);
        for (String value : values) {
            sink.ack(Payloads.of(value));
        }
    }
}
