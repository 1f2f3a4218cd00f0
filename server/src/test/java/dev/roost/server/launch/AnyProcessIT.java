package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.RoundRobinProxy;
import dev.roost.server.client.Client;
import dev.roost.server.client.StockClient;
import dev.roost.server.client.StockClients;
import dev.roost.server.client.Transports;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Stock clients with their default transports on several processes, without anybody who sends them back to the right
 * one.
 */
@ExtendWith(NothingLeft.class)
class AnyProcessIT {
    private static final List<StockClient> STOCK = List.of(StockClient.NPM_4_8, StockClient.MAVEN);
    private static final int ECHOES = 100;
    private static final int MESSAGES = 10_000;
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

    @RegisterExtension
    final StockClients clients = new StockClients();

    @Test
    void clientsBehindARoundRobinConnectUpgradeAndTalkInOrder() throws Exception {
        Map<String, Object> cluster = RoostProcess.hazelcastOnItsOwn();
        try (RoostProcess first = start(cluster);
                RoostProcess second = start(cluster);
                RoostProcess third = start(cluster);
                RoundRobinProxy proxy =
                        RoundRobinProxy.before(first.awaitServing(), second.awaitServing(), third.awaitServing())) {
            List<Client> all = connected(proxy.port(), 3);
            talk(all);
            for (RoostProcess process : List.of(first, second, third)) {
                assertThat(process.errors()).noneMatch(line -> line.contains("not answered by node"));
            }
        }
    }

    @Test
    void clientsOfASharedPortConnectUpgradeAndTalkInOrder() {
        try (RoostProcess roost = conformance(RoostProcess.cluster(3)).start()) {
            int port = roost.awaitReady();
            List<Client> all = connected(port, 3);
            talk(all);
        }
    }

    @Test
    void aProcessThatIsKilledEndsHangingPollsAtOnceAndItsClientsComeBack() throws Exception {
        Map<String, Object> cluster = RoostProcess.hazelcastOnItsOwn();
        try (RoostProcess owner = start(cluster);
                RoostProcess entry = start(cluster)) {
            int ownersPort = owner.awaitServing();
            int entryPort = entry.awaitServing();
            awaitTwo(entryPort);
            // Of five connections the first opens the session at its owner, and the others reach the other process.
            try (RoundRobinProxy proxy =
                            RoundRobinProxy.before(ownersPort, entryPort, entryPort, entryPort, entryPort);
                    RawHttp poll = RawHttp.connect(entryPort)) {
                Client client = clients.connect(
                        StockClient.NPM_4_8, uri(proxy.port()), Transports.POLLING_THEN_UPGRADE, Map.of());
                client.awaitConnected();
                awaitUpgraded(client);
                PollingClient polling = PollingClient.open(ownersPort, HANDSHAKE);
                assertThat(RawHttp.once(entryPort, RawHttp.post(polling.target(), "", "40"))
                                .text())
                        .isEqualTo("ok");
                assertThat(RawHttp.once(entryPort, polling.get()).text()).startsWith("40{");
                poll.send(polling.get());

                owner.signal("KILL", owner.pid());
                long killed = System.nanoTime();

                assertThat(poll.read().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
                assertThat(client.awaitDisconnected()).isIn("transport close", "transport error");
                assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
                client.awaitConnected();
                assertThat(client.request("answer", "again")).containsExactly("again");
            }
        }
    }

    private void awaitTwo(int port) {
        Client client = clients.connected(uri(port));
        Awaitility.await("a cluster of two")
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.request("nodes").equals(List.of(2)));
        client.disconnect();
    }

    private List<Client> connected(int port, int each) {
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (StockClient stock : STOCK) {
                all.add(clients.connect(stock, uri(port), Transports.POLLING_THEN_UPGRADE, Map.of()));
            }
        }
        all.forEach(Client::awaitConnected);
        return all;
    }

    private static void awaitUpgraded(Client client) {
        Awaitility.await("the upgrade")
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.transport().equals("websocket"));
    }

    /** Talks while clients upgrade and after. */
    private static void talk(List<Client> all) {
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

    private static RoostProcess start(Map<String, Object> cluster) {
        RoostProcess.Command command = conformance(RoostProcess.single());
        cluster.forEach(command::property);
        return command.start();
    }

    private static RoostProcess.Command conformance(RoostProcess.Command command) {
        return command.withTestClasses().property("socketio.application", "conformance");
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }
}
