package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.packet.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("B06, B07, B09: broadcasts that are acknowledged (socket-io 8, adapter 13 rows 38 to 45)")
class BroadcastAckTest {
    @RegisterExtension
    final Scene scene = new Scene();

    private final List<Client> clients = new ArrayList<>();

    @BeforeEach
    void threeClients() {
        for (int i = 0; i < 3; i++) {
            clients.add(scene.connect());
        }
    }

    @Test
    @DisplayName("row 38: the first value of each, in the order of arrival")
    void everyAnswerIsReturned() {
        CompletableFuture<Replies<JsonValue>> replies = ask(scene.io().timeout(Duration.ofMillis(500)));
        clients.get(2).send("430[\"c\",\"more\"]");
        clients.get(0).send("430[\"a\"]").send("430[\"again\"]");
        assertThat(replies).isNotDone();
        clients.get(1).send("430[]");
        assertThat(values(replies)).containsExactly("\"c\"", "\"a\"", "null");
        assertThat(replies.join().complete()).isTrue();
        assertThat(scene.loop.timers()).as("no deadline is left").isEqualTo(3);
    }

    @Test
    @DisplayName("row 39")
    void answersMayBeBinary() {
        CompletableFuture<Replies<JsonValue>> replies =
                ask(scene.io().to(clients.get(0).id("/")));
        clients.get(0).send("461-0[{\"_placeholder\":true,\"num\":0}]").send(new byte[] {7, 8});
        scene.await("it is complete", replies::isDone);
        assertThat(replies.join().values().getFirst().as(byte[].class)).containsExactly(7, 8);
    }

    @Test
    @DisplayName("row 40")
    void nobodyIsACompleteAnswerAtOnce() {
        assertThat(scene.io().to("none").emitWithAck(String.class, "q"))
                .isEqualTo(new Replies<>(List.of(), java.util.Set.of(), true));
        assertThat(scene.io().except(ids()).emitWithAck(String.class, "q").complete())
                .isTrue();
    }

    @Test
    @DisplayName("row 41: what arrived until the timeout, late answers ignored")
    void silentClientLimitsTheWait() {
        CompletableFuture<Replies<JsonValue>> replies = ask(scene.io().timeout(Duration.ofMillis(500)));
        clients.get(0).send("430[\"a\"]");
        clients.get(1).send("430[\"b\"]");
        scene.loop.advanceMillis(499);
        assertThat(replies).isNotDone();
        scene.loop.advanceMillis(1);
        assertThat(values(replies)).containsExactly("\"a\"", "\"b\"");
        assertThat(replies.join().complete()).isFalse();
        clients.get(2).send("430[\"late\"]");
        assertThat(clients.get(2).closed()).isFalse();
        assertThat(replies.join().size()).isEqualTo(2);
    }

    @Test
    @DisplayName("design 7: a default timeout")
    void waitWithoutTimeoutHasTheConfiguredOne() {
        CompletableFuture<Replies<JsonValue>> replies = ask(scene.io());
        scene.loop.advance(Duration.ofSeconds(20));
        clients.forEach(client -> client.send("3"));
        scene.loop.advance(Duration.ofSeconds(9));
        assertThat(replies).isNotDone();
        scene.loop.advance(Duration.ofSeconds(1));
        assertThat(values(replies)).isEmpty();
    }

    @Test
    @DisplayName("design 7, row 45: clients that left are not waited for")
    void clientThatLeavesIsNotWaitedFor() {
        CompletableFuture<Replies<JsonValue>> replies = ask(scene.io());
        clients.get(0).send("430[\"a\"]");
        clients.get(1).send("41");
        assertThat(replies).isNotDone();
        clients.get(2).vanish();
        assertThat(values(replies)).containsExactly("\"a\"");
        assertThat(replies.join().complete()).isFalse();
    }

    @Test
    @DisplayName("B04: nor are those a volatile event does not reach")
    void clientThatIsNotWritableIsNotWaitedFor() {
        clients.get(1).transport().writable(false);
        CompletableFuture<Replies<JsonValue>> replies =
                scene.io().asVolatile().emitWithAckAsync("q").toCompletableFuture();
        scene.loop.run();
        clients.get(1).transport().writable(true);
        clients.get(0).expect("420[\"q\"]").send("430[1]");
        clients.get(2).expect("420[\"q\"]").send("430[3]");
        assertThat(values(replies)).containsExactly("1", "3");
        assertThat(replies.join().complete()).isFalse();
        clients.get(1).expectNothing();
    }

    @Test
    void clientWhoseConnectionIsBeingClosedIsNotWaitedFor() {
        clients.get(2).transport().writable(false);
        clients.get(2).session.close(dev.roost.core.engine.CloseReason.FORCED_CLOSE);
        CompletableFuture<Replies<JsonValue>> replies =
                scene.io().emitWithAckAsync("q").toCompletableFuture();
        clients.get(0).expect("420[\"q\"]").send("430[1]");
        clients.get(1).expect("420[\"q\"]").send("430[2]");
        assertThat(values(replies)).containsExactly("1", "2");
    }

    @Test
    @DisplayName("row 44")
    void manyAtOnceDoNotMix() {
        List<CompletableFuture<Replies<JsonValue>>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(scene.io().emitWithAckAsync("q", i).toCompletableFuture());
        }
        scene.loop.run();
        for (Client client : clients) {
            for (int i = 49; i >= 0; i--) {
                client.send("43" + i + "[" + i + "]");
            }
        }
        for (int i = 0; i < 50; i++) {
            String value = Integer.toString(i);
            assertThat(values(all.get(i))).containsExactly(value, value, value);
        }
    }

    @Test
    @DisplayName("B07: a handler may wait, its own client being among those asked")
    void handlerMayWaitForEverybody() {
        Socket socket = clients.get(0).socket();
        socket.on("start", () -> {
            Replies<String> replies = scene.io().emitWithAck(String.class, "q");
            scene.log(replies.values() + " " + replies.complete());
        });
        clients.get(0).send("42[\"start\"]");
        for (Client client : clients) {
            client.expect("420[\"q\"]");
        }
        for (Client client : clients) {
            client.send("430[\"x\"]");
        }
        scene.awaitLog("[x, x, x] true");
    }

    @Test
    @DisplayName("an answer of the wrong type is left out, the others stay")
    void answerOfTheWrongTypeIsLeftOut() {
        Socket socket = clients.get(0).socket();
        socket.on("start", () -> {
            Replies<Integer> replies = scene.io().emitWithAck(Integer.class, "q");
            scene.log(replies.values() + " " + replies.complete());
        });
        clients.get(0).send("42[\"start\"]");
        for (Client client : clients) {
            client.expect("420[\"q\"]");
        }
        clients.get(0).send("430[1]");
        clients.get(1).send("430[\"text\"]");
        clients.get(2).send("430[1]");
        scene.awaitLog("[1, 1] false");
    }

    @Test
    @DisplayName("B09, row 43: one value, not a list")
    void remoteSocketIsAskedAlone() {
        Client client = clients.get(1);
        RemoteSocket remote =
                scene.io().to(client.id("/")).fetchSockets().values().getFirst();
        client.socket().on("start", () -> {
            scene.log(remote.emitWithAck(String.class, "q"));
            try {
                remote.timeout(Duration.ofMillis(100)).emitWithAck(String.class, "q");
            } catch (AckException e) {
                scene.log(e.reason() + " " + (e.getStackTrace().length > 0));
            }
        });
        client.send("42[\"start\"]").expect("420[\"q\"]").send("430[\"x\"]");
        client.expect("421[\"q\"]");
        scene.loop.advanceMillis(100);
        scene.awaitLog("x", "TIMEOUT true");
        client.vanish();
        assertThatThrownBy(() -> remote.emitWithAck(String.class, "q"))
                .isInstanceOfSatisfying(
                        AckException.class, e -> assertThat(e.reason()).isEqualTo(AckException.Reason.DISCONNECTED));
        clients.get(0).expectNothing();
    }

    private CompletableFuture<Replies<JsonValue>> ask(BroadcastOperations whom) {
        CompletableFuture<Replies<JsonValue>> replies =
                whom.emitWithAckAsync("q").toCompletableFuture();
        scene.loop.run();
        return replies;
    }

    private List<String> values(CompletableFuture<Replies<JsonValue>> replies) {
        scene.await("it is complete", replies::isDone);
        return replies.join().stream().map(JsonValue::toString).toList();
    }

    private String[] ids() {
        return clients.stream().map(client -> client.id("/")).toArray(String[]::new);
    }
}
