package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.close;
import static dev.roost.server.websocket.Frames.frame;
import static dev.roost.server.websocket.Frames.ping;
import static dev.roost.server.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.Warnings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: engine-io 6; security W7, W13, W14, W16 to W18. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(EngineEcho.Wire.class)
final class WebSocketLifeTest {
    private static final Duration MESSAGE_TIME = Duration.ofMillis(600);
    private static final Duration WRITE_TIMEOUT = Duration.ofMillis(1500);

    private static EngineEcho server;
    private static Bystander bystander;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) throws IOException {
        server = EngineEcho.start(
                EngineEcho.settings()
                        .set(LimitSettings.MAX_MESSAGE_TIME, MESSAGE_TIME)
                        .set(LimitSettings.WRITE_TIMEOUT, WRITE_TIMEOUT)
                        .build(),
                wire);
        bystander = Bystander.connect(server);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    private static EngineSession session(RawWebSocket socket) {
        return Objects.requireNonNull(server.session(socket.sid()));
    }

    private static OutboundMessage message(String text) {
        return OutboundMessage.of(text.getBytes(UTF_8), List.of(), false, true);
    }

    @Test
    @DisplayName(
            "the server's close: what was sent before, a close frame without a status, the client's answer, the end")
    void serverClosesAfterWhatItSent() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            EngineSession session = session(socket);
            session.send(message("4last words"));
            session.close(CloseReason.FORCED_CLOSE);

            assertThat(socket.read().text()).isEqualTo("4last words");
            assertThat(socket.read().code()).isEqualTo(CloseCode.NONE);
            socket.send(frame(0x88, new byte[0]));
            socket.expectEnd();
            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
        }
    }

    @Test
    @DisplayName("E53: a discarded session is closed at once")
    void discardClosesAtOnce() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            session(socket).discard(CloseReason.FORCED_CLOSE, null);

            socket.expectClose(CloseCode.NONE);
            assertThat(server.awaitClosed(socket.sid()).reason()).isEqualTo(CloseReason.FORCED_CLOSE);
        }
    }

    @Test
    @DisplayName("what a client sends after the server's close frame is ignored until its own comes")
    void framesBetweenTheCloseFramesAreIgnored() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            session(socket).close(CloseReason.FORCED_CLOSE);
            assertThat(socket.read().code()).isEqualTo(CloseCode.NONE);

            socket.send(text("4late"), ping("late"), close(1000));

            socket.expectEnd();
        }
    }

    @Test
    @DisplayName("sec-W17: a client that does not answer the close frame is cut off after five seconds")
    void unansweredCloseEndsTheConnection() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server).patience(Duration.ofSeconds(20))) {
            long start = System.nanoTime();
            session(socket).close(CloseReason.FORCED_CLOSE);
            assertThat(socket.read().code()).isEqualTo(CloseCode.NONE);

            socket.expectEnd();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(4900), Duration.ofSeconds(10));
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W16: a client that sends its end and reads on")
    void halfCloseEndsTheSession() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.http().endOutput();

            EngineEcho.Closed closed = server.awaitClosed(socket.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_CLOSE);
            socket.expectEnd();
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W7: an unfinished message is against policy, whatever pings come")
    void unfinishedMessageIsAgainstPolicy() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            AtomicBoolean over = new AtomicBoolean();
            socket.send(frame(1, new byte[] {'4'}));
            Thread pinging = Thread.ofVirtual()
                    .start(() -> Awaitility.await()
                            .pollInterval(Duration.ofMillis(50))
                            .until(() -> {
                                socket.send(ping("x"));
                                return over.get();
                            }));

            assertThat(server.awaitClosed(socket.sid()).description()).isEqualTo("Message took too long");
            over.set(true);
            pinging.join();
            socket.expectClose(1008);
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-W7: a header that never ends")
    void unfinishedHeaderIsAgainstPolicy() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            socket.send(new byte[] {(byte) 0x81});

            socket.expectClose(1008);
        }
        bystander.check();
    }

    @Test
    @DisplayName("a message that came in time lets the next one take its time")
    void eachMessageHasItsOwnTime() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            long start = System.nanoTime();
            int i = 0;
            while (System.nanoTime() - start < 3 * MESSAGE_TIME.toNanos()) {
                socket.send(frame(1, ("4" + i).getBytes(UTF_8)), frame(0x80, new byte[] {'x'}));
                assertThat(socket.read().text()).isEqualTo("4" + i + "x");
                i++;
            }
        }
    }

    @Test
    @DisplayName("sec-W7: while the server does not read on, a message takes as long as it takes")
    void pausedMessageIsNotBlamedOnTheClient() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            EngineSession session = session(socket);
            socket.send(frame(1, "4a".getBytes(UTF_8)));
            socket.send(ping("read"));
            assertThat(socket.read().text()).isEqualTo("read");
            EngineEcho.onLoop(session.loop(), () -> pause(session, true));
            long start = System.nanoTime();
            Awaitility.await().until(() -> System.nanoTime() - start > 2 * MESSAGE_TIME.toNanos());
            EngineEcho.onLoop(session.loop(), () -> pause(session, false));

            socket.send(frame(0x80, new byte[] {'b'}));
            assertThat(socket.read().text()).isEqualTo("4ab");
        }
    }

    private static boolean pause(EngineSession session, boolean on) {
        session.pauseReading(on);
        return on;
    }

    @Test
    @DisplayName("reading that is paused and resumed at any moment loses and doubles nothing")
    void pausesLoseNothing() throws Exception {
        int count = 20_000;
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            EngineSession session = session(socket);
            AtomicBoolean over = new AtomicBoolean();
            Thread sender = Thread.ofVirtual().start(() -> sendNumbers(socket, count));
            Thread pausing = Thread.ofVirtual().start(() -> {
                Random random = new Random(3);
                while (!over.get()) {
                    EngineEcho.onLoop(session.loop(), () -> pause(session, random.nextBoolean()));
                }
                EngineEcho.onLoop(session.loop(), () -> pause(session, false));
            });
            for (int i = 0; i < count; i++) {
                assertThat(socket.read().text()).isEqualTo("4" + i);
                if (i == count / 2) {
                    over.set(true);
                }
            }
            sender.join();
            pausing.join();
        }
    }

    private static void sendNumbers(RawWebSocket socket, int count) {
        try {
            for (int i = 0; i < count; i += 100) {
                List<byte[]> frames = new ArrayList<>();
                for (int j = i; j < i + 100; j++) {
                    frames.add(text("4" + j));
                }
                socket.send(frames.toArray(byte[][]::new));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName(
            "sec-W13: a client that does not read: the queue grows to its bound, then the session is closed by name")
    void slowReaderIsClosedAtTheBound() throws Exception {
        byte[] kilobyte = new byte[1024];
        try (RawWebSocket slow = RawWebSocket.open(server);
                RawWebSocket good = RawWebSocket.open(server)) {
            EngineSession session = session(slow);
            OutboundMessage message = OutboundMessage.of(null, List.of(kilobyte), false, true);
            for (int i = 0; i < 30_000; i++) {
                session.send(message);
                if (i % 3000 == 0) {
                    good.echo("still quick");
                }
            }

            EngineEcho.Closed closed = server.awaitClosed(slow.sid());
            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).startsWith("outbox.max-bytes is 4194304, ");
            bystander.check();
            good.echo("still here");
        }
        bystander.check();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("sec-W14: a client that takes no byte for the write timeout, or reads one a second")
    void stalledWriteEndsTheSession(boolean drips) throws Exception {
        OutboundMessage message = OutboundMessage.of(null, List.of(new byte[64 << 10]), false, true);
        try (RawWebSocket slow = RawWebSocket.openNarrow(server)) {
            EngineSession session = session(slow);
            // an unfinished message, so that a longer wait is under way already
            slow.send(frame(1, new byte[] {'4'}), frame(0x80, new byte[0]));
            long start = System.nanoTime();
            AtomicLong read = new AtomicLong(start);
            // until the system takes no more, something has to wait
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        if (drips && System.nanoTime() - read.get() > 1_000_000_000L) {
                            read.set(System.nanoTime());
                            slow.http().readExactly(1);
                        }
                        while (session.open() && session.bufferedBytes() < 2 << 20) {
                            session.send(message);
                            EngineEcho.onLoop(session.loop(), () -> true);
                        }
                        return !session.open();
                    });

            EngineEcho.Closed closed = server.awaitClosed(slow.sid());

            assertThat(closed.reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertThat(closed.description()).isEqualTo("write timeout");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(WRITE_TIMEOUT);
        }
        bystander.check();
    }

    @Test
    @DisplayName("what does not fit into one write follows by itself, whatever the sizes")
    void everythingQueuedInOneTurnLeaves() throws Exception {
        int[] sizes = {1, 300_000, 0, 100_000, 100_000, 100_000, 700_000, 0, 1};
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            EngineSession session = session(socket);
            EngineEcho.onLoop(session.loop(), () -> {
                for (int size : sizes) {
                    session.append(OutboundMessage.of(null, List.of(new byte[size]), false, true));
                }
                return true;
            });
            for (int size : sizes) {
                assertThat(socket.read().payload()).hasSize(size);
            }
        }
    }

    @Test
    @DisplayName("what leaves in several writes does not wait for the client's acknowledgement of the first")
    void largeAnswersDoNotWaitForAcknowledgements() throws Exception {
        byte[] data = new byte[20_000];
        try (RawWebSocket socket = RawWebSocket.open(server)) {
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                socket.send(Frames.binary(data));
                assertThat(socket.read().payload()).hasSize(data.length);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        }
    }

    @Test
    @DisplayName("E43: one message for many clients is framed once and arrives whole at each")
    void oneMessageServesManyClients() throws Exception {
        OutboundMessage message =
                OutboundMessage.of("451-[\"x\"]".getBytes(UTF_8), List.of(new byte[] {1, 2}), false, true);
        List<RawWebSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                sockets.add(RawWebSocket.open(server));
            }
            sockets.forEach(socket -> session(socket).send(message));
            for (RawWebSocket socket : sockets) {
                assertThat(socket.read().text()).isEqualTo("451-[\"x\"]");
                assertThat(socket.read().payload()).containsExactly(1, 2);
            }
            byte[] frames = FrameWriter.frames(message, OutboundMessage.Form.WEBSOCKET);
            assertThat(FrameWriter.frames(message, OutboundMessage.Form.WEBSOCKET))
                    .isSameAs(frames);
        } finally {
            for (RawWebSocket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("sec-W18: a storm of resets leaves nothing and is no error")
    void stormOfResetsLeavesNothing() throws Exception {
        try (Warnings warnings = Warnings.listen()) {
            int sessions = server.sessionCount();
            int resets = wire == EngineEcho.Wire.REACTOR ? 10_000 : 200;
            for (int i = 0; i < resets; i++) {
                RawWebSocket socket = RawWebSocket.open(server);
                socket.text("40");
                socket.http().reset();
                if (i % 50 == 0) {
                    bystander.check();
                }
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(server.sessionCount()).isEqualTo(sessions));
            assertThat(warnings.messages()).isEmpty();
        }
        bystander.check();
    }
}
