package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.cluster.ClusterOptions;
import dev.roost.adapter.tck.InMemoryBusFactory;
import dev.roost.server.client.Conformance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Both servers of a cluster are replaced while everybody is told something all the time. With {@code
 * -Droost.returning.clients=10000} that many come.
 */
@DisplayName("C07, R03, R04: rolling restart under load")
@ExtendWith(NothingLeft.class)
@Timeout(600)
class RollingRestartUnderLoadTest {
    private static final int CLIENTS = Integer.getInteger("roost.returning.clients", 500);
    private static final int TELLS_PER_SECOND = CLIENTS > 2_000 ? 2 : 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60L + CLIENTS / 50);

    private final InMemoryBusFactory bus = new InMemoryBusFactory(ClusterOptions.DEFAULT);
    private final List<Integer> ports = new CopyOnWriteArrayList<>();

    private SocketIoServer start() {
        SocketIoServer server = SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(RecoverySettings.RECOVERY_ENABLED, true)
                        .set(Settings.ADAPTER, bus.name())
                        .build())
                .adapterFactory(bus)
                .host("127.0.0.1")
                .port(0)
                .application(new Conformance())
                .build()
                .start();
        ports.add(server.port());
        return server;
    }

    private void stop(SocketIoServer server) {
        ports.remove((Integer) server.port());
        server.stop();
    }

    private int anyPort() {
        return ports.get(ThreadLocalRandom.current().nextInt(ports.size()));
    }

    @Test
    void everybodyIsBackAndNobodyWhoReturnedLacksAnythingOrHasItTwice(TestReporter reporter) throws Exception {
        SocketIoServer first = start();
        SocketIoServer second = start();
        SocketIoServer third = null;
        SocketIoServer fourth = null;
        try (ReturningClients clients = new ReturningClients(this::anyPort, CLIENTS, TELLS_PER_SECOND)) {
            await("everybody to come", () -> clients.connected() == CLIENTS);
            assertThat(clients.starts()).isEqualTo(CLIENTS);
            clients.speak(true);
            await("the first words", () -> clients.told() >= 5);
            long began = System.nanoTime();

            third = start();
            stop(first);
            await("everybody to be back", () -> clients.connected() == CLIENTS);
            fourth = start();
            stop(second);
            await("everybody to be back again", () -> clients.connected() == CLIENTS);

            int before = clients.told();
            await("words to the new ones", () -> clients.told() >= before + 5);
            clients.speak(false);
            await("everybody to hear the last", clients::haveAll);
            reporter.publishEntry(
                    "after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms", clients.toString());
            List<String> wrong = clients.end();
            assertThat(wrong.subList(0, Math.min(10, wrong.size()))).isEmpty();
            // On a machine that is busy with something else it may be too late to say what somebody missed.
            assertThat(clients.starts()).as("new clients").isLessThan(CLIENTS + CLIENTS / 2);
            assertThat(clients.recoveries()).isGreaterThan(CLIENTS / 2);
        } finally {
            first.stop();
            second.stop();
            if (third != null) {
                third.stop();
            }
            if (fourth != null) {
                fourth.stop();
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }
}
