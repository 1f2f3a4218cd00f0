package dev.roost.server.websocket;

import static dev.roost.server.websocket.Frames.binary;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.EngineEcho;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that moves while messages flow both ways, as a stock client does it: it goes on polling and posting during
 * the probe, waits for both to end, sends the {@code 5} and goes on.
 *
 * <p>Spec: engine-io 7 (E46).
 */
@Tag("integration")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(names = {"REACTOR", "STREAM"})
final class UpgradeLoadTest {
    private static final int BATCH = 50;

    private static EngineEcho server;

    @Parameter
    EngineEcho.Wire wire;

    @BeforeParameterizedClassInvocation
    static void start(EngineEcho.Wire wire) {
        server = EngineEcho.start(EngineEcho.settings().build(), wire);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    @RepeatedTest(5)
    @DisplayName("E46: a move under load")
    void nothingIsLostDoubledOrReordered() throws Exception {
        move(600, 600);
    }

    @Test
    @DisplayName("E46: a move with thousands of messages")
    void nothingOfThousandsIsLostDoubledOrReordered() throws Exception {
        move(9000, 9000);
    }

    /** Moves when a third of what the client sends has been sent by polling. */
    private static void move(int fromClient, int fromServer) throws Exception {
        PollingClient client = PollingClient.open(server.port());
        EngineSession session = Objects.requireNonNull(server.session(client.sid()));
        List<String> received = new ArrayList<>();
        AtomicBoolean moving = new AtomicBoolean();
        Thread serverSide = Thread.ofVirtual().start(() -> stream(session, fromServer));
        try (RawHttp post = RawHttp.connect(server.port());
                RawWebSocket socket = RawWebSocket.probe(server, client.sid())) {
            Thread polls = Thread.ofVirtual().start(() -> poll(client, received, moving));
            int sent = 0;
            while (sent < fromClient / 3) {
                sent = post(client, post, sent);
            }
            socket.text("2probe");
            assertThat(socket.read().text()).isEqualTo("3probe");
            sent = post(client, post, sent);
            moving.set(true);
            polls.join();
            socket.text("5");
            for (int i = sent; i < fromClient; i++) {
                socket.send(isBinary(i) ? binary(("c" + i).getBytes(UTF_8)) : Frames.text("4c" + i));
                if (i % BATCH == 0) {
                    // what comes back meanwhile must not wait for what is sent
                    received.add(packet(socket.read()));
                }
            }
            while (received.size() < fromClient + fromServer) {
                received.add(packet(socket.read()));
            }
            serverSide.join();
            socket.echo("no more");
        }
        assertThat(received.stream().filter(packet -> packet.startsWith("c")))
                .containsExactlyElementsOf(numbers("c", fromClient));
        assertThat(received.stream().filter(packet -> packet.startsWith("s")))
                .containsExactlyElementsOf(numbers("s", fromServer));
    }

    private static List<String> numbers(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static boolean isBinary(int number) {
        return number % 3 == 0;
    }

    private static void stream(EngineSession session, int count) {
        for (int i = 0; i < count; i++) {
            byte[] data = ("s" + i).getBytes(UTF_8);
            session.send(
                    isBinary(i)
                            ? OutboundMessage.of(null, List.of(data), false, true)
                            : OutboundMessage.of(("4s" + i).getBytes(UTF_8), List.of(), false, true));
            if (i % 20 == 0) {
                Thread.yield();
            }
        }
    }

    private static int post(PollingClient client, RawHttp post, int from) throws IOException {
        StringBuilder body = new StringBuilder();
        for (int i = from; i < from + BATCH; i++) {
            body.append(body.isEmpty() ? "" : "\u001e")
                    .append(
                            isBinary(i)
                                    ? "b" + Base64.getEncoder().encodeToString(("c" + i).getBytes(UTF_8))
                                    : "4c" + i);
        }
        assertThat(post.exchange(RawHttp.post(client.target(), "", body.toString()))
                        .text())
                .isEqualTo("ok");
        return from + BATCH;
    }

    private static void poll(PollingClient client, List<String> received, AtomicBoolean moving) {
        try (RawHttp http = RawHttp.connect(server.port())) {
            while (!moving.get()) {
                for (String packet : http.exchange(client.get()).text().split("\u001e", -1)) {
                    if (packet.startsWith("b")) {
                        received.add(new String(Base64.getDecoder().decode(packet.substring(1)), UTF_8));
                    } else if (packet.startsWith("4")) {
                        received.add(packet.substring(1));
                    } else {
                        assertThat(packet).isEqualTo("6");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packet(RawWebSocket.Frame frame) {
        String text = frame.text();
        return frame.opcode() == Opcode.TEXT ? text.substring(1) : text;
    }
}
