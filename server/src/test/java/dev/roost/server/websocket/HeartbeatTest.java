package dev.roost.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Heartbeats with short intervals. What is too late on a busy machine is still right here: lower bounds are exact.
 *
 * <p>Spec: engine-io 8 and 13 (E49, E50, E70, E77).
 */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(names = {"REACTOR", "STREAM"})
final class HeartbeatTest {
    private static final Duration INTERVAL = Duration.ofMillis(400);
    private static final Duration TIMEOUT = Duration.ofMillis(600);
    private static final String WEBSOCKET3 = "/engine.io/?EIO=3&transport=websocket";
    private static final String POLLING3 = "/engine.io/?EIO=3&transport=polling";

    private static EngineEcho server;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) {
        server = EngineEcho.start(
                EngineEcho.settings()
                        .heartbeat(INTERVAL, TIMEOUT)
                        .set(Settings.ALLOW_EIO3, true)
                        .build(),
                wire);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    @DisplayName("E49: a ping an interval after the open packet, and after each pong")
    void pingFollowsEachPongByAnInterval() throws Exception {
        long last = System.nanoTime();
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            for (int i = 0; i < 4; i++) {
                assertThat(socket.read().text()).isEqualTo("2");
                assertThat(since(last)).isGreaterThanOrEqualTo(INTERVAL);
                last = System.nanoTime();
                socket.text("3");
            }
        }
    }

    @Test
    @DisplayName("E49: without a pong the session ends by ping timeout")
    void missingPongEndsTheSession() throws Exception {
        long start = System.nanoTime();
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            assertThat(socket.read().text()).isEqualTo("2");

            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
            assertThat(since(start)).isGreaterThanOrEqualTo(INTERVAL.plus(TIMEOUT));
            socket.expectClose(CloseCode.NONE);
        }
    }

    @Test
    @DisplayName("E77: the first other packet extends the wait once")
    void otherPacketExtendsTheWaitOnce() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            assertThat(socket.read().text()).isEqualTo("2");
            long pinged = System.nanoTime();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> since(pinged).compareTo(TIMEOUT.dividedBy(2)) > 0);
            socket.echo("alive");
            long alive = System.nanoTime();
            socket.echo("alive again");

            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
            assertThat(since(alive)).isGreaterThanOrEqualTo(TIMEOUT.minusMillis(100));
        }
    }

    @Test
    @DisplayName("E49: polling: the ping is the answer to the poll, the pong a POST")
    void pollingHasTheSameHeartbeat() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        for (int i = 0; i < 3; i++) {
            assertThat(client.poll().text()).isEqualTo("2");
            assertThat(client.post("3").text()).isEqualTo("ok");
        }
        assertThat(client.poll().text()).isEqualTo("2");

        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
        assertThat(client.poll().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    @Test
    @DisplayName("sec-S12: a handshake that is never followed ends by ping timeout")
    void abandonedHandshakeEnds() throws Exception {
        PollingClient client = PollingClient.open(server.port());

        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
    }

    @Test
    @DisplayName("sec-S10: a client that is silent without a word ends by ping timeout, though its connection is open")
    void silentClientEnds() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
        }
    }

    @Test
    @DisplayName("sec-S10: nor does it matter that the client takes nothing any more, as behind a cable that was cut")
    void clientThatTakesNothingEnds() throws Exception {
        OutboundMessage message = OutboundMessage.of(null, List.of(new byte[64 << 10]), false, true);
        try (RawWebSocket socket = RawWebSocket.openNarrow(server)) {
            EngineSession session = Objects.requireNonNull(server.session(socket.sid()));
            // more than the system takes on the way to a client that does not read
            while (session.open() && session.bufferedBytes() < 1 << 20) {
                session.send(message);
                EngineEcho.onLoop(session.loop(), () -> true);
            }
            try (Bystander bystander = Bystander.connect(server)) {
                bystander.check();
            }
            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
        }
    }

    @Test
    @DisplayName("engine-io 7: a ping whose poll was lost in the move is sent again, and missed at last")
    void heartbeatGoesOnAfterTheMove() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket socket = RawWebSocket.probe(server, client.sid())) {
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            // until the ping is queued for a poll that never comes
            Awaitility.await().until(() -> {
                var session = server.session(client.sid());
                return session != null && session.hasBuffered();
            });
            socket.text("5");

            assertThat(socket.read().text()).isEqualTo("2");
            assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource({"/engine.io/?EIO=4&transport=websocket, 2", WEBSOCKET3 + ", 3"})
    @DisplayName("E50: a heartbeat in the wrong direction ends the session")
    void heartbeatInTheWrongDirectionEndsTheSession(String target, String packet) throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server, target, "")) {
            socket.text(packet);

            EngineEcho.Closed closed = server.awaitClosed(socket.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).isEqualTo("invalid heartbeat direction");
        }
    }

    @Test
    @DisplayName("E70: revision 3: the client pings, the server answers, and waits an interval and a timeout")
    void oldClientsPing() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server, WEBSOCKET3, "")) {
            long last = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                long start = last;
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> since(start).compareTo(INTERVAL) > 0);
                socket.text("2");
                assertThat(socket.read().text()).isEqualTo("3");
                last = System.nanoTime();
            }
            long pinged = last;

            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
            assertThat(since(pinged))
                    .isGreaterThanOrEqualTo(INTERVAL.plus(TIMEOUT).minusMillis(100));
        }
    }

    @Test
    @DisplayName("E70: revision 3 on polling")
    void oldClientsPingByPolling() throws Exception {
        PollingClient client = PollingClient.open(server.port(), POLLING3);
        assertThat(client.post("1:2").text()).isEqualTo("ok");
        assertThat(client.poll().text()).isEqualTo("1:3");

        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PING_TIMEOUT);
    }

    @Test
    @DisplayName("sec-P17: revision 3: a client's pong on polling")
    void pongOfAnOldClientEndsTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port(), POLLING3);

        assertThat(client.post("1:3").text()).isEqualTo("ok");

        assertThat(server.awaitClosed(client.sid()).description()).isEqualTo("invalid heartbeat direction");
    }

    @Test
    void bystandersHeartbeatIsKept() throws IOException {
        try (Bystander bystander = Bystander.connect(server)) {
            long start = System.nanoTime();
            while (since(start).compareTo(INTERVAL.plus(TIMEOUT).multipliedBy(2)) < 0) {
                bystander.check();
            }
        }
    }
}
