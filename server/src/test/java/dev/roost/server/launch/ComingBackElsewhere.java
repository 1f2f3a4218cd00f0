package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.client.Client;
import dev.roost.server.client.StockClients;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stock client comes back to another process than the one it was at, be that still there or not. */
@ExtendWith(NothingLeft.class)
abstract class ComingBackElsewhere {
    static final Map<String, Object> RED = Map.of("to", List.of("red"));

    @RegisterExtension
    final StockClients clients = new StockClients();

    /** Settings with which processes find each other. */
    abstract Map<String, Object> newCluster();

    @Test
    void clientGetsEverythingOnceWhereverItComesBack() throws InterruptedException {
        Map<String, Object> cluster = newCluster();
        try (RoostProcess first = start(cluster);
                RoostProcess second = start(cluster)) {
            URI atFirst = url(first);
            URI atSecond = url(second);
            Client client = clients.connected(atFirst);
            Client neighbour = clients.connected(atFirst);
            Client far = clients.connected(atSecond);
            awaitTwoNodes(client);
            awaitTwoNodes(far);
            client.request("join", "red");
            far.request("tell", RED, 1);
            neighbour.request("tell", RED, 2);
            assertThat(client.await("told").getFirst()).isEqualTo(1);
            assertThat(client.await("told").getFirst()).isEqualTo(2);

            client.moveTo(atSecond);
            client.cut();
            client.awaitDisconnected();
            far.request("tell", RED, 3);
            client.awaitConnected();
            assertThat(client.recovered()).as("from one process to the other").isTrue();
            far.request("tell", RED, 4);
            assertThat(client.await("told").getFirst()).isEqualTo(3);
            assertThat(client.await("told").getFirst()).isEqualTo(4);

            client.moveTo(atFirst);
            second.signal("TERM", second.pid());
            client.awaitDisconnected();
            neighbour.request("tell", RED, 5);
            client.awaitConnected();
            assertThat(client.recovered()).as("after its process has gone").isTrue();
            neighbour.request("tell", RED, 6);
            assertThat(client.await("told").getFirst()).isEqualTo(5);
            assertThat(client.await("told").getFirst()).isEqualTo(6);
            assertThat(client.received()).isEmpty();
            noProcessIsLeft(cluster, first, client, neighbour, atSecond);
        }
    }

    /**
     * What is to be expected when the last process ends and another starts.
     *
     * @param last the only process
     * @param client connected to it
     * @param neighbour another client of it
     * @param nowhere where no process listens
     */
    void noProcessIsLeft(Map<String, Object> cluster, RoostProcess last, Client client, Client neighbour, URI nowhere)
            throws InterruptedException {}

    static RoostProcess start(Map<String, Object> cluster) {
        RoostProcess.Command command = RoostProcess.single()
                .withTestClasses()
                .property("socketio.application", "conformance")
                .property("socketio.connection-state-recovery.enabled", true);
        cluster.forEach(command::property);
        return command.start();
    }

    static URI url(RoostProcess process) {
        return URI.create("http://127.0.0.1:" + process.awaitServing() + "/");
    }

    private static void awaitTwoNodes(Client client) {
        Awaitility.await("a cluster of two")
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.request("nodes").equals(List.of(2)));
    }
}
