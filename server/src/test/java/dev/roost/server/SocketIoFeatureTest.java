package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
class SocketIoFeatureTest {
    private static final String FIRST = "/socket.io/?EIO=4&transport=polling";
    /** A client of these tests has no GET waiting and would hold the end of the server for 20 seconds. */
    private static final SocketIoConfig SETTINGS = SocketIoConfig.builder()
            .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
            .build();

    private static final String SECOND = "/second/?EIO=4&transport=polling";

    /** An application with a page. */
    private static final class WithPage implements SocketIoApplication, HttpRoutes {
        @Override
        public void configure(SocketIo io) {}

        @Override
        public void routes(HttpRules rules) {
            rules.get("/page", (request, response) -> response.send("the page"));
        }
    }

    private static WebServer start(SocketIoFeature feature) {
        return feature.mount(WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .routing(routing -> routing.get("/mine", (request, response) -> response.send("mine"))
                                .any("/rest/*", (request, response) -> response.send("rest"))))
                .build()
                .start();
    }

    private static String text(WebServer server, String target) throws IOException {
        return RawHttp.once(server.port(), RawHttp.get(target, "")).text();
    }

    @Test
    void socketIoIsServedBesideTheUsersOwnRoutes() throws Exception {
        SocketIoFeature feature = SocketIoFeature.builder()
                .config(SETTINGS)
                .application(io -> io.onConnection(socket -> {}))
                .build();
        WebServer server = start(feature);
        try {
            PollingClient client = PollingClient.open(server.port(), FIRST);
            client.post("40");

            assertThat(client.poll().text()).startsWith("40{\"sid\":");
            assertThat(text(server, "/mine")).isEqualTo("mine");
            assertThat(text(server, "/rest/of")).isEqualTo("rest");
        } finally {
            feature.drain();
            server.stop();
        }
    }

    @Test
    void serversUnderTwoPathsKnowNothingOfEachOther() throws Exception {
        SocketIoFeature feature = SocketIoFeature.builder()
                .config(SETTINGS)
                .server(
                        SocketIoConfig.builder().path("/second").build(),
                        io -> io.of("/only-here").onConnection(socket -> {}))
                .build();
        WebServer server = start(feature);
        try {
            PollingClient first = PollingClient.open(server.port(), FIRST);
            PollingClient second = PollingClient.open(server.port(), SECOND);

            first.post("40/only-here,");
            second.post("40/only-here,");

            assertThat(first.poll().text()).startsWith("44/only-here,");
            assertThat(second.poll().text()).startsWith("40/only-here,{");
            assertThat(RawHttp.once(server.port(), RawHttp.get(SECOND + "&sid=" + first.sid(), ""))
                            .status())
                    .isEqualTo(400);
        } finally {
            feature.drain();
            server.stop();
        }
    }

    @Test
    void anApplicationAddsItsOwnPage() throws Exception {
        SocketIoFeature feature =
                SocketIoFeature.builder().application(new WithPage()).build();
        WebServer server = start(feature);
        try {
            assertThat(text(server, "/page")).isEqualTo("the page");
        } finally {
            feature.drain();
            server.stop();
        }
    }

    @Test
    void twoServersUnderOnePathAreRefused() {
        SocketIoFeature.Builder builder = SocketIoFeature.builder().server(SocketIoConfig.defaults());

        assertThatThrownBy(builder::build).hasMessageContaining("/socket.io");
    }
}
