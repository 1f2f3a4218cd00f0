package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.SessionIds;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.RoundRobinProxy;
import dev.roost.server.client.Client;
import dev.roost.server.client.StockClient;
import dev.roost.server.client.StockClients;
import dev.roost.server.client.Transports;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Stock clients with their default transports on several processes, without anybody who sends them back to the right
 * one. The tests share three processes, and lose one each from the second on.
 *
 * <p>Spec: design "No sticky sessions", features C03.
 */
@ExtendWith(NothingLeft.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnyProcessIT {
    private static final int ECHOES = 100;
    private static final int MESSAGES = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";
    private static final String UNKNOWN = "{\"code\":1,\"message\":\"Session ID unknown\"}";
    private static RoostProcess first;
    private static RoostProcess second;
    private static RoostProcess third;

    @RegisterExtension
    final StockClients clients = new StockClients();

    @BeforeAll
    static void start() {
        Map<String, Object> cluster = RoostProcess.hazelcastOnItsOwn();
        first = start(cluster);
        second = start(cluster);
        third = start(cluster);
    }

    private static RoostProcess start(Map<String, Object> cluster) {
        RoostProcess.Command command =
                RoostProcess.single().withTestClasses().property("socketio.application", "conformance");
        cluster.forEach(command::property);
        return command.start();
    }

    @AfterAll
    static void stop() {
        for (RoostProcess process : List.of(first, second, third)) {
            process.close();
        }
    }

    @Test
    @Order(1)
    void clientsBehindARoundRobinConnectUpgradeAndTalkInOrder() throws Exception {
        try (RoundRobinProxy proxy =
                RoundRobinProxy.before(first.awaitServing(), second.awaitServing(), third.awaitServing())) {
            awaitNodes(3);
            talk(connected(clients, proxy.port(), 3));
        }
        for (RoostProcess process : List.of(first, second, third)) {
            assertThat(process.errors()).noneMatch(line -> line.contains("not answered by node"));
        }
    }

    @Test
    @Order(2)
    void aProcessThatHangsEndsWhatWaitsForItOnceItIsNoLongerSeen() throws Exception {
        clientsOfAnotherProcessAreFreedWhen(third, "STOP");
        third.signal("KILL", third.pid());
        awaitNodes(2);
    }

    @Test
    @Order(3)
    void aProcessThatIsKilledEndsHangingPollsAtOnceAndItsClientsComeBack() throws Exception {
        clientsOfAnotherProcessAreFreedWhen(second, "KILL");
    }

    private void clientsOfAnotherProcessAreFreedWhen(RoostProcess owner, String signal) throws Exception {
        int entryPort = first.awaitServing();
        int ownersPort = owner.awaitServing();
        // The first connection opens the session at its owner, and the others reach another process.
        int[] ports = new int[100];
        Arrays.fill(ports, entryPort);
        ports[0] = ownersPort;
        try (RoundRobinProxy proxy = RoundRobinProxy.before(ports);
                RawHttp poll = RawHttp.connect(entryPort)) {
            poll.patience(PATIENCE);
            Client client =
                    clients.connect(StockClient.NPM_4_8, uri(proxy.port()), Transports.POLLING_THEN_UPGRADE, Map.of());
            client.awaitConnected();
            awaitUpgraded(client);
            PollingClient polling = PollingClient.open(ownersPort, HANDSHAKE);
            assertThat(RawHttp.once(entryPort, RawHttp.post(polling.target(), "", "40"))
                            .text())
                    .isEqualTo("ok");
            assertThat(RawHttp.once(entryPort, polling.get()).text()).startsWith("40{");
            poll.send(polling.get());

            Client bystander = clients.connected(uri(entryPort));
            Awaitility.await("those of former tests to be gone")
                    .atMost(PATIENCE)
                    .until(() -> bystander.request("fetch").equals(List.of(List.of(3, true, List.of()))));

            owner.signal(signal, owner.pid());

            // Ends with what the others said once the process is known to be gone, and a killed one is at once.
            List<?> fetched = (List<?>) bystander.request("fetch").get(0);
            List<?> missing = (List<?>) fetched.get(2);
            assertThat(fetched.get(1)).isEqualTo(missing.isEmpty());
            if (signal.equals("STOP") || !missing.isEmpty()) {
                assertThat(missing).isEqualTo(nodeOf(polling));
            }
            assertThat(poll.read().text()).isEqualTo(UNKNOWN);
            assertThat(client.awaitDisconnected()).isIn("transport close", "transport error");
            client.awaitConnected();
            assertThat(client.request("answer", "again")).containsExactly("again");
        }
    }

    /** The one process whose session that is. */
    private static List<String> nodeOf(PollingClient client) {
        return List.of(SessionIds.nodeOf(client.sid()).orElseThrow().toString());
    }

    private void awaitNodes(int count) throws IOException {
        Client client = clients.connected(uri(first.awaitServing()));
        Awaitility.await("a cluster of " + count)
                .atMost(PATIENCE)
                .until(() -> client.request("nodes").equals(List.of(count)));
        client.disconnect();
    }

    /** Connects clients with their default transports. */
    static List<Client> connected(StockClients clients, int port, int each) {
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (StockClient stock : List.of(StockClient.NPM_4_8, StockClient.MAVEN)) {
                all.add(clients.connect(stock, uri(port), Transports.POLLING_THEN_UPGRADE, Map.of()));
            }
        }
        all.forEach(Client::awaitConnected);
        return all;
    }

    private static void awaitUpgraded(Client client) {
        Awaitility.await("the upgrade")
                .atMost(PATIENCE)
                .until(() -> client.transport().equals("websocket"));
    }

    /** Talks while clients upgrade and after. */
    static void talk(List<Client> all) {
        for (int i = 0; i < ECHOES; i++) {
            byte[] data = {(byte) i, 0, -1};
            for (Client client : all) {
                client.emit("echo", i, data);
            }
        }
        for (Client client : all) {
            for (int i = 0; i < ECHOES; i++) {
                List<Object> echo = client.await("echo");
                assertThat(echo.get(0)).isEqualTo(i);
                assertThat((byte[]) echo.get(1)).containsExactly(i, 0, -1);
            }
            awaitUpgraded(client);
        }
        all.get(0).emit("count", "last", MESSAGES);
        for (Client client : all) {
            for (int i = 1; i <= MESSAGES; i++) {
                assertThat(client.await("number")).containsExactly("last", i);
            }
            assertThat(client.received()).isEmpty();
        }
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }
}
