package dev.roost.core.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("R04, adapter-79 and 82: what a log gives out, and what it does not")
class RecoveryLogTest {
    private static final NodeId SELF = new NodeId(7);
    private static final Payload EVENT = Payload.of("[\"e\"]".getBytes(UTF_8));

    private final AtomicLong total = new AtomicLong();
    private final RecoveryLog log = new RecoveryLog(100, 8, 1_000, total);
    private long now = Long.MAX_VALUE - 500;

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            log.add(Selection.ALL, EVENT, now);
        }
    }

    private RecoveryState connected() {
        RecoveryState state = new RecoveryState("pid", "/", "id");
        state.connected(log.position());
        return state;
    }

    private static Optional<Offset> offset(long position) {
        return Optional.of(new Offset(SELF, position));
    }

    private List<Long> missed(RecoveryState state, Optional<Offset> said) {
        Missed missed = log.missed(state, said, SELF);
        assertThat(missed).isNotNull();
        do {
            assertThat(log.read(missed, 3)).isTrue();
        } while (!log.isRead(missed));
        return missed.entries().stream().map(LogEntry::position).toList();
    }

    @Test
    void positionsGoOnFromWhereTheyWere() {
        add(1);
        assertThat(log.position()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({"100, true", "101, true", "108, true", "109, false", "99, true"})
    void offsetMustBeThereOrOlderThanTheConnect(long position, boolean known) {
        RecoveryState state = connected();
        add(8);
        assertThat(log.missed(state, offset(position), SELF) != null).isEqualTo(known);
    }

    @Test
    void eventsOfOneSocketStandBetweenThoseForAllAndOthersOfItsKindDoNot() {
        RecoveryState state = connected();
        for (int i = 0; i < 2; i++) {
            log.add("another", EVENT, now);
            log.add("id", EVENT, now);
            log.add(Selection.ALL, EVENT, now);
            log.add("another", EVENT, now);
        }
        assertThat(missed(state, Optional.empty())).containsExactly(102L, 103L, 106L, 107L);
        assertThat(missed(state, offset(103))).containsExactly(106L, 107L);
        log.add("id", EVENT, now);
        log.add("another", EVENT, now);
        assertThat(missed(state, offset(102))).containsExactly(103L, 106L, 107L, 109L);
    }

    @Test
    void eventsAfterTheOffsetAreMissed() {
        RecoveryState state = connected();
        add(4);
        state.sent(104);
        state.sealed(104);
        add(2);
        assertThat(missed(state, offset(102))).containsExactly(103L, 104L, 105L, 106L);
        assertThat(missed(state, offset(104))).containsExactly(105L, 106L);
        assertThat(missed(state, Optional.empty())).containsExactly(101L, 102L, 103L, 104L, 105L, 106L);
        assertThat(missed(state, Optional.of(new Offset(new NodeId(8), 104)))).hasSize(6);
    }

    @Test
    void numberAgeAndBytesBoundIt() {
        RecoveryState state = connected();
        add(8);
        assertThat(log.missed(state, offset(100), SELF)).isNotNull();
        add(1);
        assertThat(log.missed(state, offset(100), SELF)).isNull();
        assertThat(log.missed(state, offset(101), SELF)).isNotNull();
        log.free(1);
        assertThat(log.missed(state, offset(101), SELF)).isNull();
        now += 1_001;
        add(1);
        assertThat(log.missed(state, offset(108), SELF)).isNull();
        assertThat(missed(state, offset(109))).containsExactly(110L);
        now += 1_001;
        log.expire(now);
        assertThat(log.bytes()).isZero();
        assertThat(total).hasValue(0);
        assertThat(missed(state, offset(110))).isEmpty();
    }

    @Test
    void whatWasForOthersNeedNotBeThere() {
        RecoveryState state = connected();
        log.add("id", EVENT, now);
        state.sent(101);
        for (int i = 0; i < 20; i++) {
            log.add("another", EVENT, now);
        }
        state.sealed(log.position());
        assertThat(missed(state, offset(101))).isEmpty();
        assertThat(log.missed(state, offset(100), SELF))
                .as("it did not get 101")
                .isNull();
    }

    @Test
    void eventThatCouldNotBeSentIsMissed() {
        RecoveryState state = connected();
        add(2);
        state.sent(101);
        state.unsent(102);
        state.sealed(102);
        assertThat(missed(state, offset(101))).containsExactly(102L);
    }

    @Test
    void gapHidesEverythingBeforeIt() {
        RecoveryState before = connected();
        add(2);
        Missed begun = log.missed(before, offset(102), SELF);
        assertThat(log.read(begun, 10)).isTrue();
        log.gap();
        assertThat(log.read(begun, 10)).isFalse();
        assertThat(log.missed(before, offset(102), SELF)).isNull();
        RecoveryState after = connected();
        add(1);
        assertThat(missed(after, Optional.empty())).containsExactly(104L);
        assertThat(missed(before, offset(103))).containsExactly(104L);
        assertThat(total.get()).isEqualTo(log.bytes()).isPositive();
    }

    @Test
    void readingFailsWhenTheLogForgetsWhatIsNext() {
        RecoveryState state = connected();
        add(8);
        Missed missed = log.missed(state, offset(100), SELF);
        assertThat(log.read(missed, 2)).isTrue();
        add(2);
        assertThat(log.read(missed, 2)).isTrue();
        add(3);
        assertThat(log.read(missed, 2)).isFalse();
    }

    @Test
    void roomsThatWereLeftAreRememberedSoFar() {
        RecoveryLog large = new RecoveryLog(0, 1_000, 1_000, total);
        RecoveryState state = new RecoveryState("pid", "/", "id");
        state.connected(0);
        for (int i = 0; i < 65; i++) {
            state.joined("room " + i, large.position());
            large.add(new Selection(Set.of("room " + i), Set.of(), Selection.Flags.NONE), EVENT, now);
            state.left("room " + i, large.position());
        }
        assertThat(large.missed(state, offset(0), SELF)).isNull();
        Missed missed = large.missed(state, offset(1), SELF);
        assertThat(missed).isNotNull();
        assertThat(large.read(missed, 1_000)).isTrue();
        assertThat(missed.entries()).hasSize(64);
    }

    @RepeatedTest(50)
    @DisplayName("a random life of a socket: what is missed is what a list of all events says")
    void randomLifeAgreesWithTheModel(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        RecoveryLog large = new RecoveryLog(0, 10_000, Long.MAX_VALUE / 2, total);
        RecoveryState state = new RecoveryState("pid", "/", "id");
        state.connected(0);
        Set<String> rooms = new HashSet<>();
        Map<Long, Boolean> expected = new HashMap<>();
        int left = 0;
        while (left < 60) {
            String room = "r" + random.nextInt(3);
            switch (random.nextInt(3)) {
                case 0 -> {
                    rooms.add(room);
                    state.joined(room, large.position());
                }
                case 1 -> {
                    left += rooms.remove(room) ? 1 : 0;
                    state.left(room, large.position());
                }
                default -> {
                    String other = "r" + random.nextInt(3);
                    Set<String> to = random.nextInt(4) == 0 ? Set.of() : Set.of(room);
                    Set<String> except = random.nextInt(3) == 0 ? Set.of(other) : Set.of();
                    long position = large.add(new Selection(to, except, Selection.Flags.NONE), EVENT, now);
                    boolean meant = (to.isEmpty() || rooms.contains(room))
                            && !(except.contains(other) && rooms.contains(other));
                    expected.put(position, meant);
                }
            }
        }
        long from = random.nextInt((int) large.position() + 1);
        Missed missed = large.missed(state, offset(from), SELF);
        assertThat(missed).isNotNull();
        assertThat(large.read(missed, Integer.MAX_VALUE)).isTrue();
        List<Long> model = new ArrayList<>();
        for (long position = from + 1; position <= large.position(); position++) {
            if (expected.getOrDefault(position, false)) {
                model.add(position);
            }
        }
        assertThat(missed.entries().stream().map(LogEntry::position)).containsExactlyElementsOf(model);
    }

    @ParameterizedTest
    @CsvSource({"000000071, 1", "ffffffff0, 0", "000000071y2p0ij32e8e7, 9223372036854775807"})
    void offsetIsReadAsItIsWritten(String text, long position) {
        assertThat(Offset.parse(text)).map(Offset::position).contains(position);
        assertThat(Offset.parse(text)).map(Offset::toString).contains(text);
    }

    @Test
    void offsetIsTheLastArgument() {
        Payload event =
                Offset.appended(Payload.of("[\"e\",{\"a\":[1]}]".getBytes(UTF_8)), new Offset(SELF, 35).toString());
        assertThat(new String(event.json(), UTF_8)).isEqualTo("[\"e\",{\"a\":[1]},\"00000007z\"]");
        assertThat(Offset.fits(Payload.of("[]".getBytes(UTF_8)))).isFalse();
        assertThat(Offset.fits(Payload.of("[\"e\"] ".getBytes(UTF_8)))).isFalse();
    }
}
