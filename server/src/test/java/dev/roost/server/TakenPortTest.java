package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Apart from other tests of the server: Helidon leaves the socket it could not bind to the garbage collector. */
class TakenPortTest {
    @Test
    void aPortThatIsTakenFailsTheStartAndLeavesTheCluster() throws Exception {
        FakeAdapters adapters = new FakeAdapters(self -> {});
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketIoServer server = SocketIoServer.builder()
                    .config(SocketIoConfig.builder().adapter(FakeAdapters.NAME).build())
                    .adapterFactory(adapters)
                    .host("127.0.0.1")
                    .port(taken.getLocalPort())
                    .build();

            assertThatThrownBy(server::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }

        assertThat(adapters.closed).isEqualTo(adapters.joined);
    }
}
