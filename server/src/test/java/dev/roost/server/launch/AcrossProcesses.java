package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.client.Client;
import dev.roost.server.client.StockClients;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said on one process reaches the stock clients of all: those who are meant, in order, once. */
@ExtendWith(NothingLeft.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AcrossProcesses {
    static final Map<String, Object> EVERYONE = Map.of();
    private static final String END = "the end";

    @RegisterExtension
    final StockClients clients = new StockClients();

    RoostProcess first;
    RoostProcess second;

    /** Settings with which processes find each other, and none that was given others. */
    abstract Map<String, Object> newCluster();

    @BeforeAll
    void startTwoAtOnce() {
        Map<String, Object> cluster = newCluster();
        first = start(cluster);
        second = start(cluster);
        first.awaitServing();
        second.awaitServing();
    }

    @AfterAll
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void everyOperatorReachesThoseWhoAreMeantOnBothProcesses() {
        Client speaker = connected(first);
        Client red = connected(first);
        Client far = connected(second);
        Client farAndRed = connected(second);
        awaitNodes(speaker, 2);
        awaitNodes(far, 2);
        red.request("join", "red");
        farAndRed.request("join", "red");

        tell(speaker, EVERYONE, "all");
        tell(speaker, Map.of("to", List.of("red")), "red");
        tell(speaker, Map.of("except", List.of("red")), "not red");
        tell(speaker, Map.of("to", List.of("red", "blue"), "except", List.of("blue")), "red but not blue");
        tell(speaker, Map.of("others", true), "others");
        tell(red, Map.of("others", true, "to", List.of("red")), "others in red");
        tell(speaker, Map.of("local", true), "local");
        tell(red, Map.of("local", true, "others", true), "local others");
        tell(speaker, EVERYONE, END);

        assertThat(heardUntilTheEnd(speaker)).containsExactly("all", "not red", "local", "local others");
        assertThat(heardUntilTheEnd(red)).containsExactly("all", "red", "red but not blue", "others", "local");
        assertThat(heardUntilTheEnd(far)).containsExactly("all", "not red", "others");
        assertThat(heardUntilTheEnd(farAndRed))
                .containsExactly("all", "red", "red but not blue", "others", "others in red");
    }

    @Test
    void thousandMessagesOfEachProcessArriveInOrderEverywhere() {
        int count = 1000;
        List<Client> everyone = List.of(connected(first), connected(first), connected(second), connected(second));
        awaitNodes(everyone.get(0), 2);
        awaitNodes(everyone.get(2), 2);

        everyone.get(0).emit("count", "first", count);
        everyone.get(2).emit("count", "second", count);

        List<Integer> expected = IntStream.rangeClosed(1, count).boxed().toList();
        for (Client client : everyone) {
            List<Integer> ofFirst = new ArrayList<>();
            List<Integer> ofSecond = new ArrayList<>();
            for (int i = 0; i < 2 * count; i++) {
                List<Object> number = client.await("number");
                (number.get(0).equals("first") ? ofFirst : ofSecond).add((Integer) number.get(1));
            }
            assertThat(ofFirst).isEqualTo(expected);
            assertThat(ofSecond).isEqualTo(expected);
        }
        everyone.forEach(client -> assertThat(client.received()).isEmpty());
    }

    @Test
    void processesJoinAndLeaveWhileMessagesFlow() {
        Map<String, Object> cluster = newCluster();
        try (RoostProcess near = start(cluster);
                RoostProcess other = start(cluster)) {
            near.awaitServing();
            other.awaitServing();
            Client speaker = connected(near);
            Client listener = connected(other);
            awaitNodes(speaker, 2);
            awaitNodes(listener, 2);

            try (Flow flow = Flow.start(speaker)) {
                passBy(cluster, "TERM", speaker);
                passBy(cluster, "KILL", speaker);
                awaitNodes(listener, 2);
                int said = flow.end();
                tell(speaker, EVERYONE, END);

                List<Object> heard = heardUntilTheEnd(listener);
                assertThat(heard).contains("hello of TERM", "hello of KILL");
                heard.removeIf(String.class::isInstance);
                assertThat(heard)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, said).boxed().toList());
            }
        }
    }

    /** Joins, listens for a while, says hello, and goes. */
    private void passBy(Map<String, Object> cluster, String signal, Client speaker) {
        try (RoostProcess third = start(cluster)) {
            third.awaitServing();
            Client newcomer = connected(third);
            awaitNodes(newcomer, 3);

            int before = (Integer) newcomer.await("told").getFirst();
            for (int i = 1; i <= 50; i++) {
                assertThat(newcomer.await("told")).containsExactly(before + i);
            }
            awaitNodes(speaker, 3);
            tell(newcomer, EVERYONE, "hello of " + signal);

            third.signal(signal, third.pid());
            third.awaitAllGone();
            assertThat(newcomer.awaitDisconnected()).isIn("transport close", "transport error");
        }
    }

    @Test
    void whoCameFirstDoesNotMatter() {
        Map<String, Object> cluster = newCluster();
        try (RoostProcess oldest = start(cluster)) {
            oldest.awaitServing();
            try (RoostProcess middle = start(cluster)) {
                middle.awaitServing();
                Client inTheMiddle = connected(middle);
                awaitNodes(inTheMiddle, 2);
                oldest.signal("TERM", oldest.pid());
                oldest.awaitAllGone();
                try (RoostProcess youngest = start(cluster)) {
                    youngest.awaitServing();
                    Client young = connected(youngest);
                    awaitNodes(young, 2);
                    awaitNodes(inTheMiddle, 2);

                    tell(young, EVERYONE, "from the youngest");
                    assertThat(inTheMiddle.await("told")).containsExactly("from the youngest");
                    assertThat(young.await("told")).containsExactly("from the youngest");
                    tell(inTheMiddle, EVERYONE, "to the youngest");
                    assertThat(young.await("told")).containsExactly("to the youngest");
                }
            }
        }
    }

    private static RoostProcess start(Map<String, Object> cluster) {
        RoostProcess.Command command =
                RoostProcess.single().withTestClasses().property("socketio.application", "conformance");
        cluster.forEach(command::property);
        return command.start();
    }

    Client connected(RoostProcess process) {
        return clients.connected(URI.create("http://127.0.0.1:" + process.awaitServing() + "/"));
    }

    /** Waits until the process of this client knows so many processes, its own among them. */
    static void awaitNodes(Client client, int count) {
        Awaitility.await("a cluster of " + count)
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.request("nodes").equals(List.of(count)));
    }

    static void tell(Client speaker, Map<String, Object> audience, String text) {
        speaker.request("tell", audience, text);
    }

    private static List<Object> heardUntilTheEnd(Client client) {
        List<Object> heard = new ArrayList<>();
        for (Object next = client.await("told").getFirst();
                !next.equals(END);
                next = client.await("told").getFirst()) {
            heard.add(next);
        }
        return heard;
    }

    /** One client that goes on telling everyone the next number. Thread-safe: a volatile flag; joined at its end. */
    private static final class Flow implements AutoCloseable {
        private final Thread thread;
        private volatile boolean ended;
        private volatile int said;

        private Flow(Client speaker) {
            thread = Thread.ofVirtual().name("flow").unstarted(() -> run(speaker));
        }

        static Flow start(Client speaker) {
            Flow flow = new Flow(speaker);
            flow.thread.start();
            return flow;
        }

        private void run(Client speaker) {
            for (int next = 1; !ended; next++) {
                speaker.request("tell", EVERYONE, next);
                said = next;
            }
        }

        /** Returns how many numbers were told. */
        int end() {
            ended = true;
            try {
                assertThat(thread.join(Duration.ofSeconds(30)))
                        .as("the flow has ended")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return said;
        }

        @Override
        public void close() {
            end();
        }
    }
}
