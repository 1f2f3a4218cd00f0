package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("G1, G2, K30: order and counts under many threads")
class ConcurrencyTest {
    private static final Pattern NUMBERED = Pattern.compile("42\\[\"e\",(\\d+),(\\d+)]");
    private static final int THREADS = 8;
    private static final int EACH = 150;

    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("G1: what one thread sends arrives in its order, be it emitted to one or to all")
    void everySenderKeepsItsOrder() {
        List<Client> clients = List.of(scene.connect(), scene.connect());
        Socket first = clients.getFirst().socket();
        inParallel(THREADS, thread -> {
            for (int i = 0; i < EACH; i++) {
                if (i % 2 == 0) {
                    scene.io().emit("e", thread, i);
                } else {
                    first.emit("e", thread, i);
                }
            }
        });
        assertThat(numbers(clients.get(0), THREADS))
                .allSatisfy(list -> assertThat(list)
                        .isEqualTo(IntStream.range(0, EACH).boxed().toList()));
        assertThat(numbers(clients.get(1), THREADS))
                .allSatisfy(list -> assertThat(list)
                        .isEqualTo(IntStream.range(0, EACH)
                                .filter(i -> i % 2 == 0)
                                .boxed()
                                .toList()));
    }

    @Test
    @DisplayName("G2: members that come and go get each broadcast once at the most, in order; who stays gets all")
    void broadcastsRacingWithMembersKeepOrderAndCount() {
        Client stays = scene.connect();
        stays.socket().join("r");
        List<Client> others = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            others.add(scene.connect());
        }
        List<Socket> sockets = others.stream().map(Client::socket).toList();
        ConcurrentLinkedQueue<Socket> leaving = new ConcurrentLinkedQueue<>(sockets.subList(0, 3));
        inParallel(4, thread -> {
            for (int i = 0; i < EACH; i++) {
                if (thread < 2) {
                    scene.io().to("r").to(sockets.get(i % 6).id()).emit("e", thread, i);
                } else {
                    Socket socket = sockets.get((i * 7 + thread) % 6);
                    if (i % 3 == 2) {
                        socket.leave("r");
                    } else {
                        socket.join("r");
                    }
                    Socket gone = i % 40 == 39 ? leaving.poll() : null;
                    if (gone != null) {
                        gone.disconnect(thread == 2);
                    }
                }
            }
        });
        assertThat(numbers(stays, 2))
                .allSatisfy(list -> assertThat(list)
                        .isEqualTo(IntStream.range(0, EACH).boxed().toList()));
        for (Client client : others) {
            assertThat(numbers(client, 2))
                    .allSatisfy(list -> assertThat(list).isSorted().doesNotHaveDuplicates());
        }
        assertThat(scene.io().socketCount()).isEqualTo(7 - (3 - leaving.size()));
    }

    @Test
    @DisplayName("K30: each client's events reach its handlers in order, whatever the others do")
    void eventsOfEachClientAreHandledInOrder() {
        scene.io().onConnection(socket -> {
            List<Integer> seen = new ArrayList<>();
            socket.on("e", Integer.class, (number, ack) -> {
                seen.add(number);
                if (number % 10 == 0) {
                    Thread.yield();
                }
                if (number == 99) {
                    ack.send(seen);
                }
            });
        });
        List<Client> clients =
                IntStream.range(0, 8).mapToObj(i -> scene.connect()).toList();
        for (int i = 0; i < 99; i++) {
            for (Client client : clients) {
                client.send("42[\"e\"," + i + "]");
            }
        }
        String all = IntStream.range(0, 100).boxed().toList().toString().replace(" ", "");
        for (Client client : clients) {
            client.send("420[\"e\",99]").expect("430[" + all + "]");
        }
    }

    @Test
    @DisplayName("G4: every wait ends once, be the client gone or not")
    void waitsThatRaceWithTheEndAreAllSettled() {
        Client client = scene.connect();
        Socket socket = client.socket();
        ConcurrentLinkedQueue<CompletionStage<?>> stages = new ConcurrentLinkedQueue<>();
        inParallel(THREADS, thread -> {
            for (int i = 0; i < 50; i++) {
                stages.add(socket.emitWithAckAsync(Integer.class, "e", thread, i));
                stages.add(scene.io().to(socket.id()).emitWithAckAsync("e", thread, i));
                if (thread == 0 && i == 25) {
                    socket.disconnect();
                }
            }
        });
        scene.await(
                "all are settled",
                () -> stages.stream()
                        .allMatch(stage -> stage.toCompletableFuture().isDone()));
        assertThat(stages).hasSize(THREADS * 100);
        scene.await("no deadline is left but the heartbeat's", () -> scene.loop.timers() == 1);
    }

    /** Runs work on threads of its own while the loop runs, until all of it is done and delivered. */
    private void inParallel(int threads, IntConsumer work) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                done.add(executor.submit(() -> work.accept(thread)));
            }
            scene.await("the threads are done", () -> done.stream().allMatch(Future::isDone));
            done.forEach(Future::resultNow);
        }
        scene.loop.run();
    }

    /** The numbers a client got, by sender. */
    private static List<List<Integer>> numbers(Client client, int senders) {
        List<List<Integer>> numbers = IntStream.range(0, senders)
                .mapToObj(i -> (List<Integer>) new ArrayList<Integer>())
                .toList();
        for (String packet : client.unread()) {
            Matcher matcher = NUMBERED.matcher(packet);
            if (matcher.matches()) {
                numbers.get(Integer.parseInt(matcher.group(1))).add(Integer.parseInt(matcher.group(2)));
            } else {
                assertThat(packet).isEqualTo("41");
            }
        }
        return numbers;
    }
}
