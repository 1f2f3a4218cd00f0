package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("design 3: what waits for the handlers of a socket is bounded")
class InboundLimitTest {
    private static final String LARGE = "42[\"large\",\"" + "x".repeat(100_000) + "\"]";

    @RegisterExtension
    final Scene scene = new Scene();

    private final CountDownLatch go = new CountDownLatch(1);

    @Test
    void readingPausesAfterSoManyPacketsAndGoesOnWhenHalfOfThemAreDone() {
        Client client = blocked();
        for (int i = 0; i < 1_024; i++) {
            client.send("42[\"x\"]");
        }
        assertThat(client.transport().reading()).isTrue();
        client.send("42[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        go.countDown();
        scene.await("reading goes on", client.transport()::reading);
        scene.await("all are handled", () -> scene.log().size() == 1 + 1_025);
    }

    @Test
    void readingPausesAfterSoManyBytes() {
        Client client = blocked();
        for (int i = 0; i < 10; i++) {
            client.send(LARGE);
        }
        assertThat(client.transport().reading()).isTrue();
        client.send(LARGE);
        assertThat(client.transport().reading()).isFalse();
        go.countDown();
        scene.await("reading goes on", client.transport()::reading);
    }

    @Test
    @DisplayName("the pong of a client that is not read is not missed")
    void clientThatIsNotReadIsNotLost() {
        scene.with(options -> options.inboundPackets(1));
        Client client = blocked().send("42[\"x\"]", "42[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        scene.loop.advance(Duration.ofMinutes(5));
        assertThat(client.closed()).isFalse();
        go.countDown();
        scene.await("reading goes on", client.transport()::reading);
        scene.loop.advance(Duration.ofSeconds(50));
        assertThat(client.closed()).as("from then on it is").isTrue();
    }

    @Test
    @DisplayName("a handler that waits for its own client keeps it read, up to a larger limit")
    void waitingForItsClientKeepsItRead() {
        scene.with(options -> options.inboundPackets(2));
        scene.io().onConnection(socket -> {
            socket.on("start", () -> scene.log(socket.emitWithAck(String.class, "q")));
            socket.on("x", () -> scene.log("x"));
        });
        Client client = scene.connect().send("42[\"start\"]");
        client.expect("420[\"q\"]");
        for (int i = 0; i < 10; i++) {
            client.send("42[\"x\"]");
        }
        assertThat(client.transport().reading()).isTrue();
        client.send("430[\"answer\"]");
        scene.await("all are handled", () -> scene.log().size() == 11);
        assertThat(scene.log().getFirst()).isEqualTo("answer");
    }

    @Test
    @DisplayName("reading that had paused goes on when a handler begins to wait for its client")
    void waitThatBeginsWhilePausedHasTheClientReadAgain() {
        scene.with(options -> options.inboundPackets(2));
        scene.io().onConnection(socket -> {
            socket.on("start", () -> {
                scene.log("started");
                go.await();
                scene.log(socket.emitWithAck(String.class, "q"));
            });
        });
        Client client = scene.connect().send("42[\"start\"]");
        scene.awaitLog("started");
        client.send("42[\"x\"]", "42[\"x\"]", "42[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        go.countDown();
        client.expect("420[\"q\"]");
        assertThat(client.transport().reading()).isTrue();
        client.send("430[\"answer\"]");
        scene.awaitLog("started", "answer");
        scene.await("and stays so", client.transport()::reading);
    }

    @Test
    @DisplayName("beyond the larger limit the wait fails, by name")
    void waitFailsWhereTheLargerLimitIsPassed() {
        scene.io().onConnection(socket -> {
            socket.on("start", () -> {
                try {
                    socket.emitWithAck(String.class, "q");
                } catch (AckException e) {
                    scene.log(e.reason().name());
                    go.await();
                }
            });
            socket.on("large", () -> scene.log("large"));
        });
        Client client = scene.connect().send("42[\"start\"]");
        client.expect("420[\"q\"]");
        for (int i = 0; i < 19; i++) {
            client.send(LARGE);
        }
        assertThat(client.transport().reading()).isTrue();
        client.send(LARGE);
        assertThat(client.transport().reading()).isFalse();
        scene.awaitLog("INBOUND_QUEUE_FULL");
        client.send("430[\"late\"]");
        go.countDown();
        scene.await("all are handled", () -> scene.log().size() == 21);
        scene.await("reading goes on", client.transport()::reading);
    }

    @Test
    @DisplayName("so does one that asks everybody, its own client among them")
    void waitingForEverybodyKeepsItsOwnClientRead() {
        scene.with(options -> options.inboundPackets(2));
        scene.io().onConnection(socket -> {
            socket.on(
                    "start",
                    () -> scene.log(
                            scene.io().emitWithAck(String.class, "q").values().toString()));
            socket.on("x", () -> scene.log("x"));
        });
        Client client = scene.connect().send("42[\"start\"]");
        client.expect("420[\"q\"]");
        for (int i = 0; i < 10; i++) {
            client.send("42[\"x\"]");
        }
        assertThat(client.transport().reading()).isTrue();
        client.send("430[\"answer\"]");
        scene.await("all are handled", () -> scene.log().size() == 11);
        assertThat(scene.log().getFirst()).isEqualTo("[answer]");
    }

    @Test
    @DisplayName("so does one that waits by way of a stage, or of what it made of it")
    void waitingForAStageKeepsTheClientRead() {
        scene.with(options -> options.inboundPackets(2));
        scene.io().onConnection(socket -> {
            socket.on("start", () -> {
                scene.log("started");
                go.await();
                CompletionStage<String> stage = socket.emitWithAckAsync(String.class, "q");
                scene.log(stage.thenApply(answer -> "the " + answer)
                        .toCompletableFuture()
                        .join());
            });
            socket.on("x", () -> scene.log("x"));
        });
        Client client = scene.connect().send("42[\"start\"]");
        scene.awaitLog("started");
        client.send("42[\"x\"]", "42[\"x\"]", "42[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        go.countDown();
        client.expect("420[\"q\"]");
        scene.await("it is read again", client.transport()::reading);
        client.send("430[\"answer\"]");
        scene.awaitLog("started", "the answer", "x", "x", "x");
    }

    @Test
    @DisplayName("a stage that nobody waits for any more holds up no thread")
    void waitThatIsOverCountsNoMore() {
        scene.with(options -> options.inboundPackets(2));
        scene.io()
                .onConnection(socket -> socket.on("start", () -> {
                    CompletableFuture<String> stage =
                            socket.emitWithAckAsync(String.class, "q").toCompletableFuture();
                    assertThatThrownBy(() -> stage.get(1, TimeUnit.MILLISECONDS))
                            .isInstanceOf(TimeoutException.class);
                    scene.log("gave up");
                    go.await();
                }));
        Client client = scene.connect().send("42[\"start\"]");
        scene.awaitLog("gave up");
        scene.loop.run();
        client.send("42[\"x\"]", "42[\"x\"]", "42[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        go.countDown();
        scene.await("reading goes on", client.transport()::reading);
    }

    @Test
    @DisplayName("so does one that waits for another socket of its client")
    void waitingForAnotherSocketOfTheClientKeepsItRead() {
        scene.with(options -> options.inboundPackets(2));
        scene.io().of("/other");
        Client client = scene.connect().enter("/other");
        Socket other = client.socket("/other");
        client.socket().on("start", () -> scene.log(other.emitWithAck(String.class, "q")));
        client.send("42[\"start\"]").expect("42/other,0[\"q\"]");
        for (int i = 0; i < 10; i++) {
            client.send("42[\"x\"]");
        }
        assertThat(client.transport().reading()).isTrue();
        client.send("43/other,0[\"answer\"]");
        scene.awaitLog("answer");
    }

    @Test
    void pauseEndsWithTheSocketThatCausedIt() {
        scene.with(options -> options.inboundPackets(1));
        scene.io()
                .of("/a")
                .onConnection(socket -> socket.on("x", () -> {
                    scene.log("x");
                    go.await();
                }));
        Client client = scene.connect().enter("/a").send("42/a,[\"x\"]");
        scene.awaitLog("x");
        client.send("42/a,[\"x\"]", "42/a,[\"x\"]");
        assertThat(client.transport().reading()).isFalse();
        client.socket("/a").disconnect();
        scene.loop.run();
        assertThat(client.transport().reading()).isTrue();
        go.countDown();
    }

    /** A client whose handler waits, with nothing queued behind it. */
    private Client blocked() {
        scene.io().onConnection(socket -> {
            socket.on("block", () -> {
                scene.log("blocked");
                go.await();
            });
            socket.on("x", () -> scene.log("x"));
        });
        Client client = scene.connect().send("42[\"block\"]");
        scene.awaitLog("blocked");
        return client;
    }
}
