package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.packet.ArgumentException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("K09 to K11: acknowledgements of clients (socket-io 6)")
class AckTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("K11, design 1.5: a handler waits for its own client, acks do not queue behind it")
    void handlerMayWaitForItsOwnClient() {
        scene.io().onConnection(socket -> {
            socket.on("start", () -> scene.log("got " + socket.emitWithAck(String.class, "who?")));
            socket.on("next", () -> scene.log("next"));
        });
        Client client = scene.connect().send("42[\"start\"]", "42[\"next\"]");
        client.expect("420[\"who?\"]").send("430[\"me\",\"more\"]");
        scene.awaitLog("got me", "next");
    }

    @Test
    @DisplayName("design 4: so may the connection listener; no event comes before it is done")
    void connectionListenerMayWaitForItsClient() {
        scene.io().onConnection(socket -> {
            String name = socket.timeout(Duration.ofSeconds(5)).emitWithAck(String.class, "who?");
            socket.on("x", () -> scene.log("x of " + name));
        });
        Client client = scene.connect().send("42[\"x\"]");
        client.expect("420[\"who?\"]").send("430[\"me\"]");
        scene.awaitLog("x of me");
    }

    @Test
    @DisplayName("K09: all values, in order with the handlers")
    void callbackGetsEveryValue() {
        Client client = scene.connect();
        client.socket()
                .compress(true)
                .emitWithCallback(
                        answer -> scene.log(
                                answer.toList() + " " + Thread.currentThread().isVirtual()),
                        failure -> scene.log("failed"),
                        "q",
                        1);
        client.expect("420[\"q\",1]").send("430[1,\"two\"]", "430[2]");
        scene.awaitLog("[1, \"two\"] true");
    }

    @Test
    void binaryAnswerArrives() {
        Client client = scene.connect();
        CompletionStage<byte[]> answer = client.socket().emitWithAckAsync(byte[].class, "q");
        client.expect("420[\"q\"]")
                .send("461-0[{\"_placeholder\":true,\"num\":0}]")
                .send(new byte[] {4, 5});
        assertThat(settled(answer)).containsExactly(4, 5);
    }

    @Test
    @DisplayName("design 3: what is attached to a stage runs on a virtual thread, never on a loop")
    void stageCompletesOnAVirtualThread() {
        Client client = scene.connect();
        CompletableFuture<Boolean> virtual = client.socket()
                .emitWithAckAsync(Integer.class, "q")
                .thenApply(number -> Thread.currentThread().isVirtual() && !scene.loop.inLoop())
                .toCompletableFuture();
        client.expect("420[\"q\"]").send("430[3]");
        assertThat(settled(virtual)).isTrue();
    }

    @Test
    @DisplayName("K10: at its deadline, and late answers are ignored")
    void answerThatIsLateFailsTheWait() {
        Client client = scene.connect();
        Socket socket = client.socket();
        CompletionStage<String> stage = socket.timeout(Duration.ofMillis(100)).emitWithAckAsync(String.class, "a");
        socket.timeout(Duration.ofMillis(100))
                .emitWithCallback(answer -> scene.log("answer"), failure -> scene.log(failure.getMessage()), "b");
        client.expect("420[\"a\"]", "421[\"b\"]");
        scene.loop.advanceMillis(99);
        assertThat(stage.toCompletableFuture()).isNotDone();
        scene.loop.advanceMillis(1);
        assertThat(failure(stage)).isEqualTo(AckException.Reason.TIMEOUT);
        scene.awaitLog("operation has timed out");
        client.send("430[\"late\"]", "431[]");
        assertThat(client.closed()).isFalse();
        assertThat(scene.log()).hasSize(1);
    }

    @Test
    @DisplayName("K10, design 7: there is always a deadline")
    void waitWithoutTimeoutHasTheConfiguredOne() {
        scene.with(options -> options.ackTimeout(Duration.ofSeconds(3)));
        Client client = scene.connect();
        CompletionStage<String> stage = client.socket().emitWithAckAsync(String.class, "a");
        scene.loop.advance(Duration.ofSeconds(3));
        assertThat(failure(stage)).isEqualTo(AckException.Reason.TIMEOUT);
        assertThatThrownBy(() -> client.socket().timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("K10: a blocking wait throws where it waits")
    void blockingWaitThrows() {
        scene.io()
                .onConnection(socket -> socket.on("start", () -> {
                    try {
                        socket.timeout(Duration.ofSeconds(1)).emitWithAck(String.class, "q");
                    } catch (AckException e) {
                        scene.log(e.getMessage() + " " + (e.getStackTrace().length > 0));
                    }
                }));
        Client client = scene.connect().send("42[\"start\"]");
        client.expect("420[\"q\"]");
        scene.loop.advance(Duration.ofSeconds(1));
        scene.awaitLog("operation has timed out true");
    }

    @Test
    @DisplayName("design 7: acks of a client that vanished fail at once")
    void disconnectFailsWhatIsAwaited() {
        scene.io().onConnection(socket -> socket.onDisconnect((reason, description) -> scene.log("disconnect")));
        Client client = scene.connect();
        Socket socket = client.socket();
        CompletionStage<String> stage = socket.emitWithAckAsync(String.class, "a");
        socket.compress(true)
                .emitWithCallback(
                        answer -> scene.log("answer"), failure -> scene.log("failed " + failure.reason()), "b");
        client.expect("420[\"a\"]", "421[\"b\"]").vanish();
        assertThat(failure(stage)).isEqualTo(AckException.Reason.DISCONNECTED);
        scene.awaitLog("failed DISCONNECTED", "disconnect");
    }

    @Test
    void askingAGoneSocketFailsAtOnce() {
        Client client = scene.connect();
        Socket socket = client.socket();
        client.send("41");
        assertThat(failure(socket.emitWithAckAsync(String.class, "a"))).isEqualTo(AckException.Reason.DISCONNECTED);
        client.expectNothing();
    }

    @Test
    @DisplayName("K14")
    void volatileQuestionThatIsNotSentFailsAtOnce() {
        Client client = scene.connect();
        client.transport().writable(false);
        assertThat(failure(client.socket().asVolatile().emitWithAckAsync(String.class, "a")))
                .isEqualTo(AckException.Reason.NOT_SENT);
    }

    @Test
    @DisplayName("sec-K21: awaited answers are limited")
    void tooManyAwaitedAnswersFail() {
        scene.with(options -> options.maxPendingAcks(2));
        Client client = scene.connect();
        CompletionStage<String> first = client.socket().emitWithAckAsync(String.class, "a");
        client.socket().emitWithAckAsync(String.class, "b");
        assertThat(failure(client.socket().emitWithAckAsync(String.class, "c")))
                .isEqualTo(AckException.Reason.TOO_MANY_PENDING);
        client.expect("420[\"a\"]", "421[\"b\"]").expectNothing();
        assertThat(scene.io().emitWithAckAsync("d").toCompletableFuture())
                .as("a broadcast does not wait for it either")
                .satisfies(replies -> assertThat(settled(replies).complete()).isFalse());
        client.expectNothing().send("430[\"ok\"]");
        assertThat(settled(first)).isEqualTo("ok");
        client.socket().emitWithAckAsync(String.class, "e");
        client.expect("424[\"e\"]");
    }

    @Test
    @DisplayName("sec-K19")
    void answerOfAnotherClientDoesNotCount() {
        Client first = scene.connect();
        Client second = scene.connect();
        CompletionStage<String> stage = first.socket().emitWithAckAsync(String.class, "a");
        first.expect("420[\"a\"]");
        second.send("430[\"mine\"]");
        assertThat(stage.toCompletableFuture()).isNotDone();
        first.send("430[\"right\"]");
        assertThat(settled(stage)).isEqualTo("right");
    }

    @Test
    void answerOfTheWrongTypeFailsTheWait() {
        Client client = scene.connect();
        CompletionStage<Integer> stage = client.socket().emitWithAckAsync(Integer.class, "a");
        client.expect("420[\"a\"]").send("430[\"text\"]");
        scene.await("it is settled", stage.toCompletableFuture()::isDone);
        assertThatThrownBy(stage.toCompletableFuture()::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AckException.class)
                .hasRootCauseInstanceOf(ArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    @DisplayName("an answer that does not fit is not taken for a mistake in the event that is handled")
    void answerOfTheWrongTypeIsNoMistakeOfTheAsking() {
        Client client = scene.connect();
        client.socket().on("ask", () -> {
            client.socket().emitWithAck(Integer.class, "a");
        });
        client.send("427[\"ask\"]").expect("420[\"a\"]").send("430[\"text\"]");
        client.expect("437[{\"error\":\"Internal error\"}]");
    }

    @Test
    void middlewareMayAskTheClientBeforeItIsIn() {
        scene.io().use(socket -> scene.log(socket.timeout(Duration.ofSeconds(1)).emitWithAck(String.class, "q")));
        Client client = scene.open().send("40");
        client.expect("420[\"q\"]");
        scene.loop.advance(Duration.ofSeconds(1));
        client.expect("44{\"message\":\"Connection refused\"}");
    }

    private <T> T settled(CompletionStage<T> stage) {
        scene.await("it is settled", stage.toCompletableFuture()::isDone);
        return stage.toCompletableFuture().join();
    }

    private AckException.Reason failure(CompletionStage<?> stage) {
        scene.await("it is settled", stage.toCompletableFuture()::isDone);
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            return ((AckException) e.getCause()).reason();
        }
        throw new AssertionError("it did not fail");
    }
}
