package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.ReturningClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The workers of one port are replaced while many clients are told things. With {@code -Droost.returning.clients=10000}
 * that many come, and with {@code -Droost.returning.tells} each of those who speak does so as often in a second.
 * Spec: design "Drain", "Rolling restart".
 */
@ExtendWith(NothingLeft.class)
abstract class EveryClientReturns {
    private static final int CLIENTS = Integer.getInteger("roost.returning.clients", 300);
    private static final int TELLS_PER_SECOND = Integer.getInteger("roost.returning.tells", 12);
    private static final int WORKERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90L + CLIENTS / 50);
    private static final Pattern REPLACED =
            Pattern.compile("rolling restart: all " + WORKERS + " workers are replaced");

    /** Settings with which the workers find each other. */
    abstract Map<String, Object> cluster();

    @Test
    void clientsAreBackAtTheirSocketsAfterAllWorkersWereReplacedAndHaveEverythingOnce(TestReporter reporter)
            throws Exception {
        RoostProcess.Command command = RoostProcess.cluster(WORKERS)
                .withTestClasses()
                .property("socketio.application", "conformance")
                .property("socketio.drain.timeout", "PT20S")
                .property("socketio.connection-state-recovery.enabled", true);
        cluster().forEach(command::property);
        try (RoostProcess roost = command.start()) {
            int port = roost.awaitReady();
            List<Long> before = roost.workers();
            try (ReturningClients clients = new ReturningClients(() -> port, CLIENTS, TELLS_PER_SECOND)) {
                await("everybody to come", clients, () -> clients.connected() == CLIENTS);
                clients.speak(true);
                await("the first words", clients, () -> clients.told() >= 5);
                long began = System.nanoTime();
                roost.signal("HUP", roost.pid());
                await("the replacement of all workers", clients, () -> roost.hasSaid(REPLACED));
                Duration replaced = Duration.ofNanos(System.nanoTime() - began);
                await("everybody to be back", clients, () -> clients.connected() == CLIENTS);
                Duration back = Duration.ofNanos(System.nanoTime() - began);
                int heard = clients.told();
                await("words to the new workers", clients, () -> clients.told() >= heard + 5);
                clients.speak(false);
                await("everybody to hear the last", clients, clients::haveAll);
                reporter.publishEntry(
                        "replaced after " + replaced.toMillis() + " ms, all back after " + back.toMillis() + " ms",
                        clients + "; " + said(roost));

                List<String> wrong = clients.end();
                assertThat(wrong.subList(0, Math.min(10, wrong.size()))).isEmpty();
                // All of them; on a machine that is busy with something else it may be too late to say what one missed.
                assertThat(clients.starts())
                        .as("new clients; %s; %s", clients, said(roost))
                        .isLessThanOrEqualTo(CLIENTS + CLIENTS / 20);
                assertThat(clients.recoveries()).isGreaterThanOrEqualTo(CLIENTS - CLIENTS / 20);
                assertThat(clients.closedPorts()).isZero();
            }
            for (long gone : before) {
                assertThat(roost.hasSaid(Pattern.compile("pid " + gone + " ended with exit code 0")))
                        .isTrue();
            }
            roost.signal("TERM", roost.pid());
            assertThat(roost.exitCode()).isZero();
            roost.awaitAllGone();
        }
    }

    private static String said(RoostProcess roost) {
        return String.join("\n", roost.errors());
    }

    private static void await(String what, ReturningClients clients, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + ": " + clients, e);
        }
    }
}
