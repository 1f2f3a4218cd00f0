package dev.roost.server.client;

import static dev.roost.server.client.StockClient.NPM_4_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.RecoverySettings;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.SocketIoServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("R02, R03, R04, R05 with the stock client")
@ExtendWith(NothingLeft.class)
class ComingBackIT {
    private static SocketIoServer server;

    @RegisterExtension
    final StockClients clients = new StockClients();

    @BeforeAll
    static void start() {
        server = SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(RecoverySettings.RECOVERY_ENABLED, true)
                        // Whoever polled when it was cut does not come to hear of the end.
                        .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                        .build())
                .host("127.0.0.1")
                .port(0)
                .application(new Conformance())
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @ParameterizedTest
    @EnumSource
    void clientWhoseConnectionBreaksGetsEverythingOnce(Transports transports) {
        URI url = URI.create("http://127.0.0.1:" + server.port() + "/");
        Client client = clients.connect(NPM_4_8, url, transports, Map.of());
        Client other = clients.connected(url);
        String id = client.awaitConnected();
        client.request("join", "red");
        assertThat(client.recovered()).isFalse();
        Map<String, Object> red = Map.of("to", List.of("red"));
        other.request("tell", red, "before");
        assertThat(client.await("told").getFirst()).isEqualTo("before");
        for (int round = 0; round < 3; round++) {
            client.cut();
            client.awaitDisconnected();
            other.request("tell", red, "missed " + round);
            assertThat(client.awaitConnected()).isEqualTo(id);
            assertThat(client.recovered()).isTrue();
            other.request("tell", red, "live " + round);
            assertThat(client.await("told").getFirst()).isEqualTo("missed " + round);
            assertThat(client.await("told").getFirst()).isEqualTo("live " + round);
        }
        assertThat(client.received()).isEmpty();
    }
}
