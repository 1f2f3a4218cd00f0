package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.client.Client;
import dev.roost.server.client.Report;
import dev.roost.server.client.StockClient;
import dev.roost.server.client.StockClients;
import dev.roost.server.client.Transports;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Workers on one port, replaced while clients talk. Spec: design "Supervisor", "Drain"; features C03, C07. */
@ExtendWith(NothingLeft.class)
class RollingRestartIT {
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";
    private static final int WORKERS = 2;
    private static final int BURST = 10;
    private static final Pattern REPLACED =
            Pattern.compile("rolling restart: all " + WORKERS + " workers are replaced");
    private static final Pattern STOPPED = Pattern.compile("rolling restart stopped at worker 1: .* exit code 1 ");

    @RegisterExtension
    final StockClients clients = new StockClients();

    private int bursts;
    private int resets;

    @Test
    void clientsOfASharedPortTalkInOrderAndAreNotRefusedWhileWorkersAreReplaced(@TempDir Path folder) throws Exception {
        try (RoostProcess roost = RoostProcess.cluster(WORKERS)
                .withTestClasses()
                .in(folder)
                .property("socketio.application", "conformance")
                .start()) {
            int port = roost.awaitReady();
            // First without a restart: any worker serves any request.
            List<Client> steady = AnyProcessIT.connected(clients, port, 2);
            AnyProcessIT.talk(steady);
            steady.forEach(Client::disconnect);
            List<Long> before = roost.workers();
            List<Client> all = connected(port);
            Client speaker = clients.connected(uri(port));

            roost.signal("HUP", roost.pid());
            Awaitility.await("the replacement of all workers")
                    .atMost(RoostProcess.PATIENCE.multipliedBy(2))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        speaker.emit("count", "burst " + bursts++, BURST);
                        knock(port);
                        return roost.hasSaid(REPLACED);
                    });

            // The kernel resets what waits in the queue of a listener that closes: once for each at most.
            assertThat(resets).isLessThanOrEqualTo(WORKERS);
            assertThat(roost.workers()).hasSize(2 * WORKERS).doesNotHaveDuplicates();
            for (long gone : before) {
                assertThat(roost.hasSaid(Pattern.compile("pid " + gone + " ended with exit code 0")))
                        .isTrue();
            }
            for (Client client : all) {
                awaitBack(client);
            }
            awaitBack(speaker);
            assertThat(speaker.request("tell", Map.of(), "last")).isEmpty();
            for (Client client : all) {
                assertThat(client.await("told")).containsExactly("last");
                checkOrder(client.history());
            }

            noneIsReplacedByOneThatDoesNotStart(roost, folder, all);
            roost.signal("TERM", roost.pid());
            assertThat(roost.exitCode()).isZero();
            roost.awaitAllGone();
        }
    }

    /**
     * Asks until there is an answer: what a client says before it has noticed that its connection is over is lost, and
     * one whose upgrade broke off in the middle notices by its ping timeout only.
     */
    private static void awaitBack(Client client) {
        Awaitility.await("an answer").atMost(Duration.ofSeconds(120)).until(() -> {
            try {
                return client.request("answer", "back").equals(List.of("back"));
            } catch (AssertionError | CompletionException e) {
                return false;
            }
        });
    }

    private static void noneIsReplacedByOneThatDoesNotStart(RoostProcess roost, Path folder, List<Client> all)
            throws IOException {
        List<Long> workers = roost.workers();
        Files.writeString(folder.resolve("application.yaml"), "socketio:\n  ping-interval: soon\n");

        roost.signal("HUP", roost.pid());

        roost.awaitLine(STOPPED);
        assertThat(roost.workers()).isEqualTo(workers);
        for (Client client : all) {
            assertThat(client.request("answer", 1)).containsExactly(1);
            assertThat(client.history()).isEmpty();
        }
    }

    private List<Client> connected(int port) {
        List<Client> all = new ArrayList<>();
        for (Transports transports : Transports.values()) {
            all.add(clients.connect(StockClient.NPM_4_8, uri(port), transports, Map.of()));
            all.add(clients.connect(StockClient.NPM_4_8, uri(port), transports, Map.of()));
            all.add(clients.connect(StockClient.MAVEN, uri(port), transports, Map.of()));
        }
        all.forEach(Client::awaitConnected);
        return all;
    }

    /** Comes as a new client and goes again, over connections that reach any of the workers. */
    private void knock(int port) throws IOException {
        for (int i = 0; i < 3; i++) {
            try {
                PollingClient client = PollingClient.open(port, HANDSHAKE);
                RawHttp.once(port, RawHttp.post(client.target(), "", "1"));
            } catch (ConnectException e) {
                throw new AssertionError("a connection was refused", e);
            } catch (SocketException | EOFException e) {
                resets++;
            }
        }
    }

    /** Within a connection no number comes twice, none too early, and none is left out. */
    private static void checkOrder(List<Report> history) {
        Map<Object, Integer> last = new HashMap<>();
        for (Report report : history) {
            if (report.event().equals("$connect")) {
                last.clear();
            } else if (report.event().equals("number")) {
                int number = (Integer) report.args().get(1);
                Integer before = last.put(report.args().get(0), number);
                assertThat(before == null ? number : before + 1)
                        .as("%s of %s", report, history)
                        .isEqualTo(number);
            }
        }
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }
}
