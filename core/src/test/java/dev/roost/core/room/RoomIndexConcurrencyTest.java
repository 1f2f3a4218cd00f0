package dev.roost.core.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Selection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("adapter 1 and 13, row 76: the index under many threads")
class RoomIndexConcurrencyTest {
    private static final int THREADS = 32;
    private static final int ROOMS = 6;

    private final Ledger ledger = new Ledger();
    private final RoomIndex<String, String> index = new RoomIndex<>(ledger, 100, 100);

    @Test
    void bothDirectionsAgreeWhateverThreadsDo() throws Exception {
        List<Recipient<String, String>> recipients = recipients(48);
        inParallel(THREADS, thread -> {
            RandomGenerator random = RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom")
                    .create(thread);
            for (int i = 0; i < 2_000; i++) {
                act(random, recipients.get(random.nextInt(recipients.size())));
            }
        });
        assertAgreement(recipients);
        recipients.forEach(index::leaveAll);
        assertThat(index.roomNames()).isEmpty();
        assertThat(index.size()).isZero();
        assertThat(index.all()).isEmpty();
        assertThat(ledger.members).as("what listeners were told").isEmpty();
        assertThat(ledger.mistakes).isEmpty();
    }

    @Test
    @DisplayName("K19, sec-K24")
    void joinThatRacesWithTheEndLeavesNoEntry() throws Exception {
        for (int round = 0; round < 300; round++) {
            Recipient<String, String> recipient = new Recipient<>("s" + round, "home", "s" + round);
            index.enter(recipient);
            inParallel(3, thread -> {
                if (thread == 0) {
                    index.leaveAll(recipient);
                } else {
                    for (int i = 0; i < 20; i++) {
                        index.join(recipient, "r" + i % 3);
                    }
                }
            });
            assertThat(index.roomNames()).isEmpty();
            assertThat(index.rooms(recipient)).isEmpty();
            assertThat(index.find(recipient.id())).isNull();
        }
        assertThat(ledger.members).isEmpty();
        assertThat(ledger.mistakes).isEmpty();
    }

    private void act(RandomGenerator random, Recipient<String, String> recipient) {
        // Some rooms have the names of recipients.
        int number = random.nextInt(ROOMS);
        String room = number < 2 ? "s" + number : "r" + number;
        switch (random.nextInt(12)) {
            case 0 -> index.enter(recipient);
            case 1, 2, 3, 4 -> index.join(recipient, room);
            case 5, 6, 7 -> index.leave(recipient, room);
            case 8, 9 -> assertOnce(new Selection(new HashSet<>(List.of(room, "r4")), Set.of(), Selection.Flags.NONE));
            case 10 -> assertOnce(new Selection(Set.of(), Set.of(room), Selection.Flags.NONE));
            default -> {
                if (random.nextInt(20) == 0) {
                    index.leaveAll(recipient);
                }
            }
        }
    }

    private void assertOnce(Selection selection) {
        List<String> audience = index.resolve(selection).list();
        assertThat(audience).doesNotHaveDuplicates();
    }

    private void assertAgreement(List<Recipient<String, String>> recipients) {
        Set<String> names = new HashSet<>();
        for (Recipient<String, String> recipient : recipients) {
            boolean entered = index.find(recipient.id()) != null;
            Set<String> rooms = index.rooms(recipient);
            assertThat(rooms.contains(recipient.id())).isEqualTo(entered);
            assertThat(index.all().contains(recipient.owner())).isEqualTo(entered);
            for (String room : rooms) {
                assertThat(index.resolve(new Selection(Set.of(room), Set.of(), Selection.Flags.NONE))
                                .list())
                        .contains(recipient.owner());
                assertThat(ledger.members).containsKey(room);
                names.add(room);
            }
        }
        assertThat(names).containsAll(index.roomNames());
        assertThat(ledger.members.keySet()).isEqualTo(names);
    }

    private static List<Recipient<String, String>> recipients(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Recipient<>("s" + i, "home" + i % 3, "s" + i))
                .toList();
    }

    private static void inParallel(int threads, Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                done.add(executor.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws Exception;
    }

    /** Keeps the books by what it is told, and notes what cannot be. Thread-safe. */
    private static final class Ledger implements RoomListener {
        final Map<String, Set<String>> members = new ConcurrentHashMap<>();
        final Set<String> mistakes = ConcurrentHashMap.newKeySet();

        @Override
        public void roomCreated(String room) {
            check(members.put(room, ConcurrentHashMap.newKeySet()) == null, "created twice: " + room);
        }

        @Override
        public void roomDeleted(String room) {
            Set<String> left = members.remove(room);
            check(left != null && left.isEmpty(), "deleted with members: " + room);
        }

        @Override
        public void roomJoined(String room, String id) {
            Set<String> present = members.get(room);
            check(present != null && present.add(id), "joined before created, or twice: " + room);
        }

        @Override
        public void roomLeft(String room, String id) {
            Set<String> present = members.get(room);
            check(present != null && present.remove(id), "left without having joined: " + room);
        }

        private void check(boolean holds, String mistake) {
            if (!holds) {
                mistakes.add(mistake);
            }
        }
    }
}
