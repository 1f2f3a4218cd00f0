package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.namespace.AckException;
import dev.roost.core.namespace.Namespace;
import dev.roost.core.namespace.Socket;
import dev.roost.core.namespace.SocketIo;
import dev.roost.server.websocket.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that are in two hundred namespaces each, which is more than they may be by default. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class ManyNamespacesTest {
    private static final int NAMESPACES = 200;
    private static final int SILENT = 10_000;

    private static SocketIoServer server;
    private static SocketIo io;
    private static PacketClient bystander;

    @BeforeAll
    static void start() throws IOException {
        server = SocketIoServer.builder()
                .config(SocketIoConfig.builder()
                        .set(Settings.DRAIN_TIMEOUT, Duration.ofMillis(300))
                        .set(LimitSettings.MAX_NAMESPACES_PER_CONNECTION, NAMESPACES + 1)
                        .set(LimitSettings.ACK_TIMEOUT, Duration.ofSeconds(1))
                        .build())
                .host("127.0.0.1")
                .port(0)
                .application(ManyNamespacesTest::configure)
                .build()
                .start();
        bystander = PacketClient.connect(server);
    }

    private static void configure(SocketIo served) {
        io = served;
        served.onConnection(socket -> socket.on(
                "echo", (arguments, ack) -> ack.send(arguments.toList().toArray())));
        for (int i = 0; i < NAMESPACES; i++) {
            served.of("/n" + i);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.stop();
    }

    private static void awaitTheBystanderAlone() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(io.socketCount()).isEqualTo(1);
            assertThat(io.namespaces())
                    .allSatisfy(namespace -> assertThat(namespace.socketCount()).isLessThan(2));
        });
    }

    @Test
    @DisplayName("sec-S17: 200 namespaces with 900 KB of auth each: none of it is kept")
    void largeAuthIsNotKept() throws Exception {
        String auth = "{\"token\":\"" + "x".repeat(900_000) + "\"}";
        try (RawWebSocket client = PacketClient.open(server)) {
            for (int i = 0; i < NAMESPACES; i++) {
                client.text("40/n" + i + "," + auth);
                assertThat(client.read().text()).startsWith("40/n" + i + ",{\"sid\":");
                if (i % 20 == 0) {
                    bystander.check();
                }
            }
            List<Socket> sockets = IntStream.range(0, NAMESPACES)
                    .mapToObj(i -> io.of("/n" + i).sockets())
                    .flatMap(List::stream)
                    .toList();
            assertThat(sockets).hasSize(NAMESPACES);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(sockets)
                            .allSatisfy(socket ->
                                    assertThat(socket.handshake().auth()).isEmpty()));
        }
        awaitTheBystanderAlone();
        bystander.check();
    }

    @Test
    @DisplayName("sec-K21: of 10,000 sockets that are asked and stay silent each fails in time, and the table is empty")
    void silenceOfManyIsATimeout() throws Exception {
        List<RawWebSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < SILENT / NAMESPACES; i++) {
                RawWebSocket client = PacketClient.open(server);
                clients.add(client);
                client.texts(IntStream.range(0, NAMESPACES).mapToObj(n -> "40/n" + n + ","));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> sockets().size() == SILENT);
            bystander.check();
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (Socket socket : sockets()) {
                answers.add(socket.emitWithAckAsync(String.class, "who").toCompletableFuture());
            }
            for (CompletableFuture<String> answer : answers) {
                assertThat(answer.handle((value, failure) -> reason(failure)).get(60, TimeUnit.SECONDS))
                        .isEqualTo(AckException.Reason.TIMEOUT);
            }
            bystander.check();
            // Ten thousand places for pending answers are the default: a socket has none left over in use.
            Socket one = sockets().getFirst();
            List<CompletableFuture<String>> more = new ArrayList<>();
            for (int i = 0; i < SILENT; i++) {
                more.add(one.emitWithAckAsync(String.class, "who").toCompletableFuture());
            }
            assertThat(more)
                    .allSatisfy(answer -> assertThat(answer.handle((value, failure) -> reason(failure))
                                    .get(60, TimeUnit.SECONDS))
                            .isEqualTo(AckException.Reason.TIMEOUT));
        } finally {
            for (RawWebSocket client : clients) {
                client.close();
            }
        }
        awaitTheBystanderAlone();
        bystander.check();
    }

    private static List<Socket> sockets() {
        return io.namespaces().stream()
                .filter(namespace -> !namespace.name().equals(Namespace.MAIN))
                .map(Namespace::sockets)
                .flatMap(List::stream)
                .toList();
    }

    private static AckException.Reason reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return ((AckException) cause).reason();
    }
}
