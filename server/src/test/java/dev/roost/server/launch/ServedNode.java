package dev.roost.server.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.RawHttp;
import dev.roost.server.client.Client;
import dev.roost.server.client.Report;
import dev.roost.server.client.StockClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.function.Executable;

/** One process of a cluster, with a client that speaks and one that listens. Confined to one thread at a time. */
final class ServedNode implements AutoCloseable {
    private static final Pattern NODE = Pattern.compile("adapter \\w+, node ([0-9a-f]{8})");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final RoostProcess process;
    private final URI url;
    private final Client speaker;
    private final Client listener;
    private final List<String> heard = new ArrayList<>();
    private int said;

    ServedNode(RoostProcess process, String host, StockClients clients) {
        this.process = process;
        url = URI.create("http://" + host + ":" + process.awaitServing() + "/");
        speaker = clients.connected(url);
        listener = clients.connected(url);
        speaker.answerWithWhatCame("asked");
        listener.answerWithWhatCame("asked");
    }

    /** Id of its node, as the others name it. */
    String id() {
        return process.awaitLine(NODE).group(1);
    }

    int nodes() {
        return (Integer) speaker.request("nodes").getFirst();
    }

    /** Tells everyone in the cluster something nobody has heard yet. */
    String say() {
        String next = id() + " " + ++said;
        speaker.request("tell", Map.of(), next);
        return next;
    }

    /** What reached the listener, in order. */
    List<String> heard() {
        for (Report report : listener.received()) {
            if (report.event().equals("told")) {
                heard.add(String.valueOf(report.args().getFirst()));
            }
        }
        speaker.received();
        return heard;
    }

    /** Answers to each way to ask the whole cluster: how many, whether that is all, and which nodes are missing. */
    Map<String, List<?>> askAll() {
        Map<String, CompletableFuture<List<Object>>> asked = List.of("fetch", "ask clients", "ask servers").stream()
                .collect(Collectors.toMap(
                        way -> way,
                        way -> CompletableFuture.supplyAsync(() -> speaker.request(way), Thread::startVirtualThread)));
        Map<String, List<?>> answers = new HashMap<>();
        asked.forEach((way, answer) -> answers.put(way, (List<?>) answer.join().getFirst()));
        return answers;
    }

    /** Does something, and has each of these processes serve a client of its own all the while. */
    static void whileServing(StockClients clients, List<ServedNode> nodes, Executable something) throws Throwable {
        List<LocalService> services = new ArrayList<>();
        for (ServedNode node : nodes) {
            services.add(new LocalService(clients.connected(node.url), "room of " + node.id()));
        }
        try {
            something.execute();
            services.forEach(LocalService::assertServed);
        } finally {
            services.forEach(LocalService::end);
        }
    }

    /** Sends others much that nobody is to hear. */
    void flood(int messages) {
        String large = "x".repeat(900_000);
        for (int i = 0; i < messages; i++) {
            speaker.request("tell", Map.of("to", List.of("nobody")), large);
        }
    }

    /** Each asks all: what a lost node would have answered is left out, and its name said. */
    static void assertOnlyMissing(Set<String> lost, ServedNode... living) {
        for (ServedNode node : living) {
            node.askAll().forEach((way, answer) -> {
                List<?> missing = (List<?>) answer.get(2);
                assertThat(missing).as(way).allMatch(lost::contains);
                // What a client that has just left would have answered is lacking too, and its node is not missing.
                assertThat(missing.isEmpty() || answer.get(1).equals(false))
                        .as(way)
                        .isTrue();
            });
        }
    }

    /** Waits until the nodes know each other and nobody else. */
    static void awaitNodes(ServedNode... nodes) {
        Awaitility.await("a cluster of " + nodes.length)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes).allMatch(node -> node.nodes() == nodes.length));
    }

    /** Waits until they know each other, hear each other, and answer each other. */
    static void awaitOneCluster(ServedNode... nodes) {
        awaitNodes(nodes);
        Awaitility.await("everyone heard by everyone")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    List<String> words = new ArrayList<>();
                    for (ServedNode node : nodes) {
                        words.add(node.say());
                    }
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(3))
                            .untilAsserted(() -> assertThat(nodes)
                                    .allSatisfy(node -> assertThat(node.heard()).containsAll(words)));
                });
        int others = nodes.length - 1;
        Awaitility.await("answers of everyone")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes).allSatisfy(node -> {
                    Map<String, List<?>> answers = node.askAll();
                    assertThat(answers.get("ask servers")).isEqualTo(List.of(others, true, List.of()));
                    assertThat(answers.get("fetch").subList(1, 3)).isEqualTo(List.of(true, List.of()));
                    assertThat(answers.get("ask clients").subList(1, 3)).isEqualTo(List.of(true, List.of()));
                }));
    }

    /** Nothing came twice or out of order, whatever was lost. */
    void assertNothingTwice() {
        Map<String, Integer> last = new HashMap<>();
        for (String each : heard()) {
            String[] parts = each.split(" ");
            int number = Integer.parseInt(parts[1]);
            assertThat(number).as(each).isGreaterThan(last.getOrDefault(parts[0], 0));
            last.put(parts[0], number);
        }
    }

    /** Passes requests for sessions of another on to it. */
    void assertServesSessionsOf(ServedNode owner) throws IOException {
        String polling = "socket.io/?EIO=4&transport=polling";
        String opened = http(owner.url.resolve(polling), "");
        String sid = opened.replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
        assertThat(http(url.resolve(polling + "&sid=" + sid), "40")).isEqualTo("ok");
        assertThat(http(url.resolve(polling + "&sid=" + sid), "1")).isEqualTo("ok");
    }

    private static String http(URI target, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
        try {
            connection.setReadTimeout(20_000);
            if (!body.isEmpty()) {
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.getBytes(UTF_8));
            }
            return new String(connection.getInputStream().readAllBytes(), UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    /** Value of a counter of its cluster protocol; its metrics must be on this host. */
    long counted(String counter) {
        String line = "roost_" + counter.replaceAll("[.-]", "_");
        try {
            return RawHttp.once(process.metricsPort(), RawHttp.get("/observe/metrics", ""))
                    .text()
                    .lines()
                    .filter(each -> each.matches(line + "(_total)?\\{.*"))
                    .mapToLong(each -> (long) Double.parseDouble(each.substring(each.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often its log warns of something. */
    long warnings(String of) {
        return process.errors().stream()
                .filter(line -> line.contains(" WARNING ") || line.contains(" SEVERE "))
                .filter(line -> line.contains(of))
                .count();
    }

    @Override
    public void close() {
        process.close();
    }

    /** A client that goes on telling itself something by way of its process. Thread-safe: a volatile flag, joined. */
    private static final class LocalService {
        private static final Duration LONGEST = Duration.ofSeconds(15);
        /** What is measured is how long it takes, not how often it can be done. */
        private static final long BREATH_NANOS = 50_000_000;

        private final Thread thread;
        private volatile boolean ended;
        private volatile int served;
        private volatile long longest;

        private LocalService(Client client, String room) {
            client.answerWithWhatCame("asked");
            client.request("join", room);
            thread = Thread.ofVirtual().name("local service").start(() -> {
                Map<String, Object> here = Map.of("to", List.of(room), "local", true);
                while (!ended) {
                    long asked = System.nanoTime();
                    client.request("tell", here, served);
                    List<Object> mine = List.of(served);
                    List<Object> told = client.await("told");
                    while (!told.equals(mine)) {
                        told = client.await("told"); // what everyone is told
                    }
                    longest = Math.max(longest, System.nanoTime() - asked);
                    served++;
                    LockSupport.parkNanos(BREATH_NANOS);
                }
                client.disconnect();
            });
        }

        private void assertServed() {
            int before = served;
            Awaitility.await("local clients are served").atMost(LONGEST).until(() -> served > before);
            assertThat(Duration.ofNanos(longest))
                    .as("time to serve a local client")
                    .isLessThan(LONGEST);
        }

        private void end() {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
