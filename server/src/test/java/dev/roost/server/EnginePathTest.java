package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.http.EngineHooks;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spec: engine-io 2 and 12. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
class EnginePathTest {
    private static final String QUERY = "?EIO=4&transport=polling";

    private static RawHttp.Response get(EngineEcho server, String target) throws IOException {
        return RawHttp.once(server.port(), RawHttp.get(target, ""));
    }

    private static RawHttp.Response upgrade(EngineEcho server, String target) throws IOException {
        try (RawHttp http = server.connect()) {
            return http.exchange(RawWebSocket.request(target, ""));
        }
    }

    @Test
    @DisplayName("E07: the path without its last slash is served only if that is wanted")
    void lastSlashMayBeOptional() throws IOException {
        try (EngineEcho server = EngineEcho.start(
                EngineEcho.settings().set(Settings.ADD_TRAILING_SLASH, false).build())) {
            assertThat(get(server, "/engine.io" + QUERY).text()).startsWith("0{");
            assertThat(get(server, "/engine.io/" + QUERY).text()).startsWith("0{");
            assertThat(upgrade(server, "/engine.io?EIO=4&transport=websocket").status())
                    .isEqualTo(101);
        }
        try (EngineEcho server = EngineEcho.start()) {
            assertThat(get(server, "/engine.io" + QUERY).status()).isEqualTo(404);
        }
    }

    @Test
    @DisplayName("E08: other requests reach the routes of the application")
    void otherRequestsPass() throws IOException {
        try (EngineEcho server = EngineEcho.start(
                EngineEcho.settings().build(),
                EngineHooks.NONE,
                web -> web.routing(routing -> routing.get("/*", (request, response) -> response.send("mine"))))) {
            assertThat(get(server, "/mine").text()).isEqualTo("mine");
            assertThat(get(server, "/engine.io" + QUERY).text()).isEqualTo("mine");
            assertThat(get(server, "/engine.io/" + QUERY).text()).startsWith("0{");
        }
    }

    @Test
    @DisplayName("E09: an upgrade elsewhere makes no session and harms nobody")
    void foreignUpgradesAreNotTheEngines() throws IOException {
        try (EngineEcho server = EngineEcho.start();
                Bystander bystander = Bystander.connect(server)) {
            int before = server.sessionCount();

            assertThat(upgrade(server, "/elsewhere?EIO=4&transport=websocket").status())
                    .isNotEqualTo(101);
            assertThat(server.sessionCount()).isEqualTo(before);
            bystander.check();
        }
    }

    @Test
    @DisplayName("E19: only the transports that are listed")
    void onlyListedTransportsAreServed() throws IOException {
        try (EngineEcho polling = EngineEcho.start(EngineEcho.settings()
                .set(Settings.TRANSPORTS, List.of("polling"))
                .build())) {
            assertThat(get(polling, "/engine.io/" + QUERY).text()).contains("\"upgrades\":[]");
            assertThat(upgrade(polling, RawWebSocket.TARGET).text()).isEqualTo("Transport unknown");
        }
        try (EngineEcho webSocket = EngineEcho.start(EngineEcho.settings()
                .set(Settings.TRANSPORTS, List.of("websocket"))
                .build())) {
            assertThat(get(webSocket, "/engine.io/" + QUERY).text())
                    .isEqualTo("{\"code\":0,\"message\":\"Transport unknown\"}");
            assertThat(upgrade(webSocket, RawWebSocket.TARGET).status()).isEqualTo(101);
        }
    }
}
