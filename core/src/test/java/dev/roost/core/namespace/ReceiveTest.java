package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.packet.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.type.TypeReference;

@DisplayName("K12, K26, K27, K29, K30, S17: events of clients (socket-io 7)")
class ReceiveTest {
    @RegisterExtension
    final Scene scene = new Scene();

    record Message(String room, String text) {}

    @Test
    @DisplayName("K30")
    void handlersRunInTheOrderOfEvents() {
        scene.io().onConnection(socket -> {
            socket.on("a", Integer.class, number -> scene.log("a" + number));
            socket.on("b", Integer.class, number -> scene.log("b" + number));
        });
        Client client = scene.connect();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            client.send("42[\"" + (i % 2 == 0 ? "a" : "b") + "\"," + i + "]");
            expected.add((i % 2 == 0 ? "a" : "b") + i);
        }
        scene.awaitLog(expected.toArray(new String[0]));
    }

    @Test
    @DisplayName("K30: a handler that blocks delays its own socket only")
    void socketsDoNotWaitForEachOther() {
        CountDownLatch go = new CountDownLatch(1);
        scene.io().onConnection(socket -> {
            socket.on("slow", () -> {
                go.await();
                scene.log("slow");
            });
            socket.on("x", () -> scene.log("x " + socket.id()));
        });
        Client first = scene.connect().send("42[\"slow\"]", "42[\"x\"]");
        Client second = scene.connect().send("42[\"x\"]");
        scene.awaitLog("x " + second.id("/"));
        go.countDown();
        scene.awaitLog("x " + second.id("/"), "slow", "x " + first.id("/"));
    }

    @Test
    @DisplayName("S17: several handlers, once, off")
    void handlersOfOneEventRunInTheOrderOfRegistration() {
        Client client = scene.connect();
        Socket socket = client.socket();
        Registration first = socket.on("e", () -> scene.log("first"));
        socket.once("e", (arguments, ack) -> scene.log("once"));
        socket.on("e", () -> scene.log("last"));
        assertThat(socket.listenerCount("e")).isEqualTo(3);
        client.send("42[\"e\"]", "42[\"e\"]");
        scene.awaitLog("first", "once", "last", "first", "last");
        first.off();
        first.off();
        client.send("42[\"e\"]");
        scene.awaitLog("first", "once", "last", "first", "last", "last");
        socket.on("f", () -> {});
        assertThat(socket.eventNames()).containsExactlyInAnyOrder("e", "f");
        socket.off("e");
        assertThat(socket.listenerCount("e")).isZero();
        assertThat(socket.eventNames()).containsExactly("f");
    }

    @Test
    @DisplayName("K27, K26: catch-all, then middlewares, then the event's own handlers")
    void eventPassesCatchAllThenMiddlewaresThenHandlers() {
        scene.io().onConnection(socket -> {
            socket.on("e", () -> scene.log("handler"));
            socket.use((event, arguments) -> scene.log("use " + event + arguments.count()));
            socket.onAny((event, arguments) -> scene.log("any " + event + arguments.count()));
            socket.prependAny((event, arguments) -> scene.log("first " + event + arguments.count()));
        });
        Client client = scene.connect().send("42[\"e\",1,2]");
        scene.awaitLog("first e2", "any e2", "use e2", "handler");
        client.send("42[\"nobody\"]");
        scene.await("unknown events too", () -> scene.log().contains("use nobody0"));
    }

    @Test
    @DisplayName("K26: the event is dropped, the error told, the connection kept")
    void middlewareThatThrowsDropsTheEvent() {
        scene.io().onConnection(socket -> {
            socket.use((event, arguments) -> {
                if (event.equals("bad")) {
                    throw new EventRefused("not you");
                }
            });
            socket.use((event, arguments) -> scene.log("second " + event));
            socket.on("bad", () -> scene.log("bad"));
            socket.on("good", () -> scene.log("good"));
            socket.onError(error -> scene.log("error " + error.getMessage()));
        });
        Client client = scene.connect().send("42[\"bad\"]", "427[\"bad\"]", "42[\"good\"]");
        client.expect("437[{\"error\":\"not you\"}]").expectNothing();
        scene.awaitLog("error not you", "error not you", "second good", "good");
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName("K12: the first answer counts")
    void eventIsAnsweredOnce() {
        scene.io()
                .onConnection(socket -> socket.on("q", String.class, (text, ack) -> {
                    scene.log("requested " + ack.isRequested() + " " + ack.isSent());
                    ack.send(text, 1, null);
                    ack.send("again");
                    scene.log("sent " + ack.isSent());
                }));
        Client client = scene.connect().send("42" + "13[\"q\",\"x\"]");
        client.expect("4313[\"x\",1,null]");
        scene.awaitLog("requested true false", "sent true");
        client.send("42[\"q\",\"x\"]");
        scene.awaitLog("requested true false", "sent true", "requested false false", "sent false");
        client.expectNothing();
    }

    @Test
    @DisplayName("sec-K22")
    void eventAnsweredByTwoThreadsIsAnsweredOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        scene.io()
                .onConnection(socket -> socket.on("q", (arguments, ack) -> {
                    Thread other = Thread.startVirtualThread(() -> answer(both, ack));
                    answer(both, ack);
                    other.join();
                    scene.log("done");
                }));
        Client client = scene.connect();
        for (int i = 0; i < 50; i++) {
            client.send("42" + i + "[\"q\"]").expect("43" + i + "[\"answer\"]");
        }
        scene.await("all are done", () -> scene.log().size() == 50);
        client.expectNothing();
    }

    private static void answer(CyclicBarrier both, Ack ack) {
        try {
            both.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        ack.send("answer");
    }

    @Test
    @DisplayName("sec-K23")
    void answerToAClientThatIsGoneIsDropped() {
        CountDownLatch gone = new CountDownLatch(1);
        scene.io().of("/a");
        scene.io()
                .onConnection(socket -> socket.on("q", (arguments, ack) -> {
                    scene.log("asked");
                    gone.await();
                    ack.send(1);
                    scene.log("answered");
                }));
        Client client = scene.connect().enter("/a").send("420[\"q\"]");
        scene.awaitLog("asked");
        client.send("41");
        gone.countDown();
        scene.awaitLog("asked", "answered");
        client.expectNothing();
    }

    @Test
    void answerThatCannotBeSentMayBeGivenAnew() {
        scene.io()
                .onConnection(socket -> socket.on("q", (arguments, ack) -> {
                    Object[] buffers = new Object[11];
                    java.util.Arrays.fill(buffers, new byte[1]);
                    assertThatThrownBy(() -> ack.send(buffers)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> ack.send(new EmitTest.Unwritable(1)))
                            .isInstanceOf(IllegalArgumentException.class);
                    ack.send(new byte[] {1});
                }));
        scene.connect().send("420[\"q\"]").expect("461-0[{\"_placeholder\":true,\"num\":0}]+1");
    }

    @Test
    @DisplayName("design 4: the result is the answer")
    void requestIsAnsweredByWhatItsHandlerReturns() {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onRequest("none", () -> List.of(1, 2));
        socket.onRequest("one", String.class, text -> null);
        socket.onRequest("two", Integer.class, Integer.class, Integer::sum);
        socket.onRequest("generic", new TypeReference<List<Message>>() {}, messages -> messages.getLast());
        client.send("420[\"none\"]").expect("430[[1,2]]");
        client.send("421[\"one\",\"x\"]").expect("431[null]");
        client.send("422[\"two\",3,4]").expect("432[7]");
        client.send("423[\"generic\",[{\"room\":\"r\",\"text\":\"t\"}]]")
                .expect("433[{\"room\":\"r\",\"text\":\"t\"}]");
    }

    @Test
    void argumentsAreBoundByPosition() {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.on("m", Message.class, message -> scene.log(message.toString()));
        socket.on("two", String.class, JsonValue.class, (text, json) -> scene.log(text + " " + json));
        socket.on(
                "list", new TypeReference<List<Integer>>() {}, list -> scene.log("sum " + (list.get(0) + list.get(1))));
        socket.on("optional", Optional.class, optional -> scene.log("optional " + optional.isPresent()));
        client.send("42[\"m\",{\"room\":\"r\",\"text\":\"t\"},\"surplus\"]", "42[\"two\",\"x\"]", "42[\"list\",[1,2]]");
        client.send("42[\"optional\"]");
        scene.awaitLog("Message[room=r, text=t]", "x null", "sum 3", "optional false");
    }

    @Test
    @DisplayName("design 4: wrong types refuse the event, to the error handler and to the ack")
    void argumentsThatDoNotFitRefuseTheEvent() {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onError(error -> scene.log(error.getMessage()));
        socket.on("e", Integer.class, number -> scene.log("handled"));
        client.send("425[\"e\",\"secret\"]");
        String answer = client.next();
        assertThat(answer)
                .startsWith("435[{\"error\":\"")
                .contains("argument 0")
                .doesNotContain("secret");
        client.send("42[\"e\",1]");
        scene.await("the next is handled", () -> scene.log().size() == 2);
        assertThat(scene.log().get(0)).contains("argument 0").doesNotContain("secret");
        assertThat(scene.log().get(1)).isEqualTo("handled");
        client.expectNothing();
    }

    @Test
    @DisplayName("K25, sec: isolated, and nothing of the inside leaves")
    void handlerThatFailsHarmsNothingElse() {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onError(error -> scene.log("error " + error.getMessage()));
        socket.onError(error -> {
            throw new IllegalStateException("the error handler too");
        });
        socket.on("e", () -> {
            throw new java.io.IOException("SELECT secret");
        });
        socket.on("e", () -> scene.log("second"));
        socket.on("deep", () -> {
            throw new StackOverflowError();
        });
        client.send("420[\"e\"]").expect("430[{\"error\":\"Internal error\"}]");
        client.send("421[\"deep\"]").expect("431[{\"error\":\"Internal error\"}]");
        client.send("42[\"e\"]").expectNothing();
        scene.await("all told", () -> scene.log().size() == 5);
        assertThat(scene.log())
                .containsExactly(
                        "error SELECT secret",
                        "second",
                        "error java.lang.StackOverflowError",
                        "error SELECT secret",
                        "second");
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName(
            "sec-K27: with protect-id-rooms nobody joins the room of another socket; without, it is the application's"
                    + " duty")
    void theRoomOfAnotherSocketIsRefused() {
        scene.with(options -> options.protectIdRooms(true));
        Client victim = scene.connect();
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onRequest("join", String.class, room -> {
            socket.join("fine", room);
            return "joined";
        });
        client.send("421[\"join\",\"" + victim.id("/") + "\"]").expect("431[{\"error\":\"Internal error\"}]");
        assertThat(socket.rooms()).containsExactly(socket.id());
        client.send("422[\"join\",\"" + socket.id() + "\"]").expect("432[\"joined\"]");
        client.send("423[\"join\",\"twenty letters, no id\"]").expect("433[\"joined\"]");
        assertThat(socket.rooms()).contains("fine", "twenty letters, no id");
        scene.io().to(victim.id("/")).emit("secret");
        client.expectNothing();
        victim.expect("42[\"secret\"]");
    }

    @Test
    void interruptOfOneHandlerDoesNotReachTheNext() {
        Client client = scene.connect();
        client.socket().on("a", () -> Thread.currentThread().interrupt());
        client.socket().on("b", () -> scene.log("interrupted " + Thread.interrupted()));
        client.sendTogether("42[\"a\"]", "42[\"b\"]");
        scene.awaitLog("interrupted false");
    }
}
