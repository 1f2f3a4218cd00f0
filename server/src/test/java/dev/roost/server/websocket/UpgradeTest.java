package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static dev.roost.server.websocket.Frames.close;
import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.Transport;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: engine-io 7 (E44 to E48); security S6 to S9. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(names = {"REACTOR", "STREAM"})
final class UpgradeTest {
    private static final Duration UPGRADE_TIMEOUT = Duration.ofMillis(700);

    private static EngineEcho server;
    private static Bystander bystander;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        server = EngineEcho.start(
                EngineEcho.settings()
                        .set(Settings.UPGRADE_TIMEOUT, UPGRADE_TIMEOUT)
                        .build(),
                wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static EngineSession session(PollingClient client) {
        return Objects.requireNonNull(server.session(client.sid()));
    }

    private static OutboundMessage message(String text) {
        return OutboundMessage.of(text.getBytes(UTF_8), List.of(), false, true);
    }

    private static RawWebSocket probed(PollingClient client) throws IOException {
        RawWebSocket probe = RawWebSocket.probe(server, client.sid());
        probe.text("2probe");
        assertThat(probe.read().text()).isEqualTo("3probe");
        return probe;
    }

    private static RawWebSocket upgraded(PollingClient client) throws IOException {
        RawWebSocket socket = probed(client);
        socket.text("5");
        socket.echo("moved");
        return socket;
    }

    /** The session polls and answers as if nothing had been. */
    private static void assertPolls(PollingClient client) throws IOException {
        assertThat(client.post("4polling").text()).isEqualTo("ok");
        String received = "";
        while (!received.contains("4polling")) {
            received = client.poll().text();
        }
        assertThat(session(client).transport()).isEqualTo(Transport.Name.POLLING);
        bystander.check();
    }

    private static void expectRefusedProbe(RawWebSocket probe) throws IOException {
        assertThat(probe.read().code()).isEqualTo(CloseCode.NONE);
        probe.send(frame(0x88, new byte[0]));
        probe.expectEnd();
    }

    @Test
    @DisplayName("E44: the probe is answered, polls are released every 100 ms, then the session moves")
    void sessionMovesToTheWebSocket() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll();
                RawHttp again = RawHttp.connect(server.port());
                RawWebSocket socket = RawWebSocket.probe(server, client.sid())) {
            long start = System.nanoTime();
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            assertThat(poll.read().text()).isEqualTo("6");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(95));
            assertThat(again.exchange(client.get()).text()).isEqualTo("6");

            socket.text("5");
            socket.echo("on the other transport");

            assertThat(session(client).transport()).isEqualTo(Transport.Name.WEBSOCKET);
        }
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
    }

    @Test
    @DisplayName("engine-io 7.4: what is queued during the probe leaves after the 5, not before, on the new transport")
    void messagesWaitForTheMove() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket socket = probed(client)) {
            EngineSession session = session(client);
            session.send(message("4one"));
            session.send(OutboundMessage.of(null, List.of(new byte[] {1, 2, 3}), false, true));
            session.send(message("4three"));
            EngineEcho.onLoop(session.loop(), session::hasBuffered);

            socket.text("5").text("4echo");

            assertThat(socket.read().text()).isEqualTo("4one");
            assertThat(socket.read().payload()).containsExactly(1, 2, 3);
            assertThat(socket.read().text()).isEqualTo("4three");
            assertThat(socket.read().text()).isEqualTo("4echo");
        }
    }

    @Test
    @DisplayName("a poll that still waits when the session moves is answered, with nothing in it")
    void waitingPollIsReleasedByTheMove() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawHttp poll = client.startPoll();
                RawWebSocket socket = RawWebSocket.probe(server, client.sid())) {
            Awaitility.await().until(() -> session(client).writable());
            socket.text("2probe").text("5");
            assertThat(socket.read().text()).isEqualTo("3probe");
            socket.echo("moved");

            assertThat(poll.read().text()).isEqualTo("6");
        }
    }

    @Test
    @DisplayName("E48: requests with the sid after the move")
    void requestsAfterTheMoveAreBad() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket socket = upgraded(client)) {
            for (RawHttp.Response response : List.of(client.poll(), client.post("4late"))) {
                assertThat(response.status()).isEqualTo(400);
                assertThat(response.text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
            }
            socket.echo("untouched");
        }
        bystander.check();
    }

    @Test
    @DisplayName("E47, sec-S6: another WebSocket after the move is closed")
    void secondUpgradeAfterTheMoveIsClosed() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket socket = upgraded(client);
                RawWebSocket second = RawWebSocket.probe(server, client.sid())) {
            second.text("2probe").text("5");
            expectRefusedProbe(second);
            socket.echo("untouched");
        }
        bystander.check();
    }

    @Test
    @DisplayName("E47, sec-S6: of two probes at once the second is closed and the first works")
    void secondProbeIsClosed() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket first = probed(client);
                RawWebSocket second = RawWebSocket.probe(server, client.sid())) {
            expectRefusedProbe(second);

            first.text("5");
            first.echo("moved");
            assertThat(session(client).transport()).isEqualTo(Transport.Name.WEBSOCKET);
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2probe"})
    @DisplayName("E45, sec-S7: a probe that is not finished is closed in time, and the session polls on")
    void unfinishedProbeIsClosed(String sent) throws Exception {
        PollingClient client = PollingClient.open(server.port());
        long start = System.nanoTime();
        try (RawWebSocket probe = RawWebSocket.probe(server, client.sid())) {
            if (!sent.isEmpty()) {
                probe.text(sent);
                assertThat(probe.read().text()).isEqualTo("3probe");
            }
            assertPolls(client);
            expectRefusedProbe(probe);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(UPGRADE_TIMEOUT);
        }
        assertPolls(client);
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                arguments("a message", text("4hello")),
                arguments("a ping", text("2")),
                arguments("half a probe", text("2prob")),
                arguments("more than a probe", text("2probex")),
                arguments("an upgrade without probe", text("5")),
                arguments("nothing", text("")),
                arguments("binary", binary((byte) 1)),
                arguments("binary probe", frame(0x82, "2probe".getBytes(UTF_8))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    @DisplayName("sec-S8: a probe that begins with anything else")
    void garbageInsteadOfAProbeIsClosed(String name, byte[] frame) throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket probe = RawWebSocket.probe(server, client.sid())) {
            probe.send(frame);
            expectRefusedProbe(probe);
        }
        assertPolls(client);
        try (RawWebSocket second = upgraded(client)) {
            second.echo("a later attempt works");
        }
    }

    @Test
    @DisplayName("sec-S8: data between the probe and the 5")
    void messageBeforeTheMoveEndsTheProbe() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket probe = probed(client)) {
            probe.text("4too early").text("5");
            expectRefusedProbe(probe);
        }
        assertPolls(client);
    }

    @Test
    @DisplayName("sec-S8: a probe that breaks the rules of WebSockets")
    void violationOnTheProbeLeavesTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket probe = probed(client)) {
            probe.send(frame(0x83, new byte[0]));
            probe.expectClose(1002);
        }
        assertPolls(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"at once", "at once, reset", "after 2probe", "after 3probe", "after 3probe, reset", "properly"})
    @DisplayName("engine-io 7.6: a client that gives up its probe polls on")
    void clientMayGiveUpItsProbe(String when) throws Exception {
        PollingClient client = PollingClient.open(server.port());
        RawWebSocket probe = RawWebSocket.probe(server, client.sid());
        if (!when.startsWith("at once")) {
            probe.text("2probe");
        }
        if (when.startsWith("after 3probe") || when.equals("properly")) {
            assertThat(probe.read().text()).isEqualTo("3probe");
        }
        if (when.equals("properly")) {
            probe.send(close(1000));
            assertThat(probe.read().code()).isEqualTo(1000);
        }
        if (when.endsWith("reset")) {
            probe.http().reset();
        }
        probe.close();
        assertPolls(client);
        Awaitility.await().untilAsserted(() -> {
            try (RawWebSocket second = RawWebSocket.probe(server, client.sid())) {
                second.text("2probe");
                assertThat(second.read().text()).isEqualTo("3probe");
                second.text("5");
                second.echo("a later attempt works");
            }
        });
    }

    @Test
    void clientThatLeavesRightAfterTheMoveEndsTheSession() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket socket = probed(client)) {
            socket.text("5");
        }
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
        assertThat(client.poll().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    @Test
    @DisplayName("engine-io 7.7: the end of the session ends the probe")
    void endOfTheSessionEndsTheProbe() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket probe = probed(client)) {
            session(client).discard(CloseReason.FORCED_CLOSE, null);

            expectRefusedProbe(probe);
        }
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
    }

    @Test
    @DisplayName("engine-io 7.7: a session that is closing when the 5 comes is closed on the new transport")
    void closingSessionMayMoveToSayGoodbye() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        try (RawWebSocket probe = probed(client)) {
            EngineSession session = session(client);
            EngineEcho.onLoop(session.loop(), () -> {
                session.append(message("4last words"));
                session.close(CloseReason.FORCED_CLOSE);
                return true;
            });
            probe.text("5");

            RawWebSocket.Frame frame = probe.read();
            if (frame.opcode() == Opcode.TEXT) {
                assertThat(frame.text()).isEqualTo("4last words");
                frame = probe.read();
            }
            assertThat(frame.code()).isEqualTo(CloseCode.NONE);
        }
        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
    }

    @Test
    @DisplayName("sec-S9: a thousand probes, each left after 2probe, leave no timer")
    void stormOfProbesLeavesNothing() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        long timers = server.holdings().get("timers");
        for (int i = 0; i < 1000; i++) {
            try (RawWebSocket probe = RawWebSocket.probe(server, client.sid())) {
                probe.text("2probe");
            }
            if (i % 100 == 0) {
                bystander.check();
            }
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.holdings().get("timers")).isLessThanOrEqualTo(timers));
        assertPolls(client);
    }

    @Test
    @DisplayName("E20: upgrades that are not allowed are not offered, and refused")
    void upgradesMayBeForbidden() throws Exception {
        try (EngineEcho strict = EngineEcho.start(
                EngineEcho.settings().set(Settings.ALLOW_UPGRADES, false).build(), wire)) {
            PollingClient client = PollingClient.open(strict.port());
            assertThat(Objects.requireNonNull(strict.session(client.sid())).transport())
                    .isEqualTo(Transport.Name.POLLING);
            RawHttp.Response response =
                    RawHttp.once(strict.port(), RawWebSocket.request(RawWebSocket.TARGET + "&sid=" + client.sid(), ""));

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isEqualTo("Bad request");
        }
    }
}
