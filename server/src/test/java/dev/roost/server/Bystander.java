package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * A well-behaved client connected before an attack; it must get its echo within a second at any time.
 *
 * <p>Spec: security, "bystander check". Confined to one thread.
 */
public final class Bystander implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final PollingClient client;
    private final RawHttp http;
    private int turn;

    private Bystander(PollingClient client, RawHttp http) {
        this.client = client;
        this.http = http;
    }

    /** Connects to an echo under {@code /engine.io/}. */
    public static Bystander connect(int port) throws IOException {
        return connect(RawHttp.connect(port), port);
    }

    /** Connects in the way of that server. */
    public static Bystander connect(EngineEcho server) throws IOException {
        return connect(server.connect(), server.port());
    }

    private static Bystander connect(RawHttp http, int port) throws IOException {
        Bystander bystander = new Bystander(PollingClient.open(http, port, PollingClient.TARGET), http);
        bystander.check();
        return bystander;
    }

    /** Sends a message and expects it back in time; heartbeats are answered on the way. */
    public void check() throws IOException {
        String message = "4bystander " + turn++;
        long start = System.nanoTime();
        assertThat(http.exchange(RawHttp.post(client.target(), "", message)).text())
                .isEqualTo("ok");
        String received = "";
        while (!received.contains(message)) {
            received = http.exchange(client.get()).text();
            if (received.startsWith("2") || received.contains("\u001e2")) {
                assertThat(http.exchange(RawHttp.post(client.target(), "", "3")).text())
                        .isEqualTo("ok");
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit());
    }

    /** A second; on a machine with more to do than this test as many times that as there are tasks for a core. */
    static Duration limit() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()
                / Runtime.getRuntime().availableProcessors();
        return LIMIT.multipliedBy(Math.max(1, Math.round(load)));
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
