package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Counters;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.ManualScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is waited for. The clock stands still. */
class NodeQuestionTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    private final CompletableFuture<Long> listeners = new CompletableFuture<>();
    private final NodeQuestions questions =
            new NodeQuestions(new ManualScheduler(), Counters.NONE, () -> Set.of(ONE, TWO));
    private final NodeQuestion<String> question =
            questions.ask("/chat", String.class, Duration.ofHours(1), value -> {}, id -> listeners);

    @Test
    @DisplayName("adapter-73: a node that is starting has not heard the question, and is not waited for")
    void aNodeThatDidNotHearTheQuestionIsNotWaitedFor() {
        listeners.complete(2L);
        question.answer(ONE, List.of("1"));
        assertThat(answers().values()).containsExactly("1");
        assertThat(answers().missing()).containsExactly(TWO);
        assertThat(answers().complete()).isFalse();
    }

    @Test
    void whenNobodyHeardTheQuestionNobodyIsWaitedFor() {
        listeners.complete(1L);
        assertThat(answers().missing()).containsExactlyInAnyOrder(ONE, TWO);
    }

    @Test
    void anAnswerBeforeTheCountOfListenersCounts() {
        question.answer(TWO, List.of("2"));
        listeners.complete(2L);
        assertThat(answers().values()).containsExactly("2");
        assertThat(answers().missing()).containsExactly(ONE);
    }

    @Test
    void aNodeThatHeardTheQuestionIsWaitedForThoughItSeemsAway() {
        listeners.complete(3L);
        question.answer(ONE, List.of("1"));
        question.look(Set.of(ONE), 0, 2);
        question.look(Set.of(ONE, TWO), 0, 3);
        question.look(Set.of(ONE), 0, 2);
        question.answer(TWO, List.of("2"));
        assertThat(answers().values()).containsExactly("1", "2");
        assertThat(answers().complete()).isTrue();
    }

    @Test
    void oneOfTwoThatLeavesLeavesTheOneThatDidNotHear() {
        listeners.complete(2L);
        question.look(Set.of(TWO), 0, 2);
        question.look(Set.of(TWO), 0, 2);
        assertThat(answers().missing()).containsExactlyInAnyOrder(ONE, TWO);
    }

    @Test
    void aNodeThatIsAwayTwiceInARowIsMissing() {
        listeners.complete(3L);
        question.answer(ONE, List.of("1"));
        question.look(Set.of(ONE), 0, 2);
        question.look(Set.of(ONE), 0, 2);
        assertThat(answers().missing()).containsExactly(TWO);
    }

    private Gathered<String> answers() {
        return question.result()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
