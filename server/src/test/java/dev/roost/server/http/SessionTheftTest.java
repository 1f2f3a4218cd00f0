package dev.roost.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else has the session id: sec-S4, sec-S5. Addresses are those a trusted proxy tells. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class SessionTheftTest {
    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";
    private static final String OWNER = "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer owner\r\n";
    private static final String ELSEWHERE = "X-Forwarded-For: 192.0.2.2\r\nAuthorization: Bearer owner\r\n";
    private static final String OTHER = "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer thief\r\n";
    private static final String FORBIDDEN = "{\"code\":4,\"message\":\"Forbidden\"}";

    private static EngineEcho open;
    private static EngineEcho bound;
    private static EngineEcho verifying;

    @BeforeAll
    static void start() {
        EngineHooks hooks = EngineHooks.builder()
                .verifyEachRequest((request, handshake) -> {
                    String now = request.header("authorization");
                    if ("Bearer broken".equals(now)) {
                        throw new IOException("no answer from the user store");
                    }
                    if (!Objects.equals(now, handshake.header("authorization"))) {
                        throw new RequestForbidden("not yours");
                    }
                })
                .build();
        open = EngineEcho.start(proxied().build());
        bound = EngineEcho.start(
                proxied().set(Settings.BIND_SID_TO_ADDRESS, true).build());
        verifying = EngineEcho.start(proxied().build(), hooks, EngineEcho.Wire.REACTOR);
    }

    private static SocketIoConfig.Builder proxied() {
        return EngineEcho.settings().set(Settings.TRUSTED_PROXIES, List.of("127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        open.close();
        bound.close();
        verifying.close();
    }

    /** A session of the owner, polled and posted to on one connection. */
    private record Owner(EngineEcho server, RawHttp http, String target) implements AutoCloseable {
        static Owner connect(EngineEcho server) throws IOException {
            RawHttp http = server.connect();
            String body = http.exchange(RawHttp.get(TARGET, OWNER)).text();
            assertThat(body).startsWith("0{\"sid\":\"");
            return new Owner(server, http, TARGET + "&sid=" + body.substring(9, body.indexOf('"', 9)));
        }

        String sid() {
            return target.substring(target.lastIndexOf('=') + 1);
        }

        void echo(String message) throws IOException {
            assertThat(http.exchange(RawHttp.post(target, OWNER, "4" + message)).text())
                    .isEqualTo("ok");
            assertThat(http.exchange(RawHttp.get(target, OWNER)).text()).isEqualTo("4" + message);
        }

        @Override
        public void close() throws IOException {
            http.close();
        }
    }

    private static RawHttp.Response post(Owner owner, String headers) throws IOException {
        return RawHttp.once(owner.server.port(), RawHttp.post(owner.target, headers, "4stolen"));
    }

    private static RawHttp.Response poll(Owner owner, String headers) throws IOException {
        return RawHttp.once(owner.server.port(), RawHttp.get(owner.target, headers));
    }

    private static RawHttp.Response upgrade(Owner owner, String headers) throws IOException {
        return RawHttp.once(
                owner.server.port(), RawWebSocket.request(RawWebSocket.TARGET + "&sid=" + owner.sid(), headers));
    }

    @Test
    @DisplayName("sec-S4: by default a session goes on from another address, as clients that move do")
    void sessionsMayMove() throws Exception {
        try (Owner owner = Owner.connect(open)) {
            assertThat(post(owner, ELSEWHERE).text()).isEqualTo("ok");
            assertThat(poll(owner, ELSEWHERE).text()).isEqualTo("4stolen");
            owner.echo("still mine");
        }
    }

    @Test
    @DisplayName("sec-S4: bound to its address a session id is of no use elsewhere, and its owner does not notice")
    void boundSessionsStayWhereTheyAre() throws Exception {
        try (Owner owner = Owner.connect(bound);
                Bystander bystander = Bystander.connect(bound)) {
            for (RawHttp.Response refused : List.of(post(owner, ELSEWHERE), poll(owner, ELSEWHERE))) {
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.text()).isEqualTo(FORBIDDEN);
            }
            assertThat(upgrade(owner, ELSEWHERE).status()).isEqualTo(400);
            bystander.check();
            owner.echo("untouched");
        }
    }

    @Test
    @DisplayName("sec-S4: an address that the client made up itself is not believed")
    void addressIsTheProxysWord() throws Exception {
        EngineEcho direct = EngineEcho.start(
                EngineEcho.settings().set(Settings.BIND_SID_TO_ADDRESS, true).build());
        try (direct) {
            PollingClient client = PollingClient.open(direct.port());

            assertThat(RawHttp.once(direct.port(), RawHttp.post(client.target(), ELSEWHERE, "4mine"))
                            .text())
                    .isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("sec-S5: who the client is was settled at the handshake, whatever a request carries")
    void identityIsThatOfTheHandshake() throws Exception {
        try (Owner owner = Owner.connect(open)) {
            assertThat(post(owner, OTHER).text()).isEqualTo("ok");

            assertThat(Objects.requireNonNull(open.session(owner.sid()))
                            .handshake()
                            .header("authorization"))
                    .isEqualTo("Bearer owner");
            assertThat(poll(owner, OTHER).text()).isEqualTo("4stolen");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer thief\r\n", "", "Authorization: Bearer broken\r\n"})
    @DisplayName("sec-S5: a hook may refuse each request, and fails closed")
    void eachRequestMayBeVerified(String authorization) throws Exception {
        try (Owner owner = Owner.connect(verifying);
                Bystander bystander = Bystander.connect(verifying)) {
            String headers = "X-Forwarded-For: 192.0.2.1\r\n" + authorization;
            String message = authorization.contains("broken") ? "Forbidden" : "not yours";
            for (RawHttp.Response refused : List.of(post(owner, headers), poll(owner, headers))) {
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.text()).isEqualTo("{\"code\":4,\"message\":\"" + message + "\"}");
            }
            RawHttp.Response upgrade = upgrade(owner, headers);
            assertThat(upgrade.status()).isEqualTo(400);
            assertThat(upgrade.text()).isEqualTo(message);
            bystander.check();
            owner.echo("untouched");
        }
    }
}
