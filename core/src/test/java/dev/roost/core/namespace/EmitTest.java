package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.engine.OutboundMessage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("K07, K08, K13 to K15, K28: events to one client (socket-io 6)")
class EmitTest {
    @RegisterExtension
    final Scene scene = new Scene();

    record Message(String room, int number) {}

    record Unwritable(int value) {
        @Override
        public int value() {
            throw new IllegalStateException("no value");
        }
    }

    @Test
    @DisplayName("K07")
    void argumentsAreAnythingJsonCanExpress() {
        Client client = scene.connect();
        client.socket().emit("a");
        client.socket().emit("b", 1, "two", null, true, 1.5, List.of(1), Map.of("k", "v"), new Message("r", 7));
        client.expect("42[\"a\"]")
                .expect("42[\"b\",1,\"two\",null,true,1.5,[1],{\"k\":\"v\"},{\"room\":\"r\",\"number\":7}]");
    }

    @Test
    @DisplayName("K07: buffers anywhere, text and buffers as one message")
    void buffersTravelAsBinary() {
        Client client = scene.connect();
        client.socket().emit("f", new byte[] {1}, Map.of("deep", List.of(new byte[] {2, 3})));
        client.expect(
                "452-[\"f\",{\"_placeholder\":true,\"num\":0},{\"deep\":[{\"_placeholder\":true,\"num\":1}]}]+1+2");
        OutboundMessage message = client.transport().written().getLast();
        assertThat(message.attachments().get(1)).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    @DisplayName("K08")
    void reservedNamesAreRefused(String name) {
        Client client = scene.connect();
        String message = "\"" + name + "\" is a reserved event name";
        assertThatThrownBy(() -> client.socket().emit(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> scene.io().emit(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> client.socket().emitWithAckAsync(String.class, name))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.socket().on(name, () -> {}))
                .as("nobody waits for what never comes")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
        client.expectNothing();
    }

    @Test
    @DisplayName("K13")
    void sendIsTheEventMessage() {
        Client client = scene.connect();
        client.socket().send("a", 1);
        client.socket().send();
        client.expect("42[\"message\",\"a\",1]", "42[\"message\"]");
    }

    @Test
    void whatCannotBeWrittenIsTheCallersMistake() {
        Client client = scene.connect();
        assertThatThrownBy(() -> client.socket().emit("x", new Unwritable(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Unwritable.class.getName());
        client.expectNothing();
    }

    @Test
    @DisplayName("design 4: more buffers than every stock client takes")
    void tooManyBuffersAreTheCallersMistake() {
        Client client = scene.connect();
        Object[] ten = new Object[10];
        Arrays.fill(ten, new byte[1]);
        client.socket().emit("ok", ten);
        assertThat(client.next()).startsWith("4510-[\"ok\"");
        Object[] eleven = new Object[11];
        Arrays.fill(eleven, new byte[1]);
        String message = "a packet may have 10 attachments (limits.max-attachments), this one has 11";
        assertThatThrownBy(() -> client.socket().emit("x", eleven)).hasMessage(message);
        assertThatThrownBy(() -> scene.io().emit("x", eleven)).hasMessage(message);
        client.expectNothing();
    }

    @Test
    @DisplayName("K14: dropped unless it leaves at once, whole or not at all")
    void volatileEventsNeedAWritableClient() {
        Client client = scene.connect();
        Socket socket = client.socket();
        assertThat(socket.writable()).isTrue();
        socket.asVolatile().emit("v", new byte[3]);
        client.expect("451-[\"v\",{\"_placeholder\":true,\"num\":0}]+3");
        client.transport().writable(false);
        assertThat(socket.writable()).isFalse();
        socket.asVolatile().emit("v", new byte[3]);
        scene.io().asVolatile().emit("v", new byte[3]);
        socket.emit("reliable");
        scene.loop.run();
        client.transport().writable(true);
        client.expect("42[\"reliable\"]").expectNothing();
    }

    @Test
    @DisplayName("K14: polling is writable while a GET waits")
    void volatileEventsNeedAWaitingPoll() {
        Client client = scene.openPolling().send("40");
        client.entered("/");
        client.expectNothing();
        client.socket().asVolatile().emit("taken");
        client.socket().asVolatile().emit("also waits for this poll");
        scene.loop.run();
        assertThat(client.transport().poll()).containsExactly("42[\"taken\"]", "42[\"also waits for this poll\"]");
        client.transport().writable(false);
        client.socket().asVolatile().emit("dropped");
        client.expectNothing();
    }

    @Test
    @DisplayName("K15")
    void compressIsAWishOfOneEvent() {
        Client client = scene.connect();
        client.socket().emit("a");
        client.socket().compress(false).emit("b");
        client.socket().compress(false).compress(true).emit("c");
        client.socket().emit("d");
        client.expect("42[\"a\"]", "42[\"b\"]", "42[\"c\"]", "42[\"d\"]");
        assertThat(client.transport().written().stream()
                        .skip(2)
                        .map(OutboundMessage::compress)
                        .toList())
                .containsExactly(true, false, true, true);
    }

    @Test
    void senderIsImmutableAndMayBeKept() {
        Client client = scene.connect();
        Sender plain = client.socket().compress(true);
        plain.asVolatile();
        client.transport().writable(false);
        plain.emit("reliable still");
        scene.loop.run();
        client.transport().writable(true);
        client.expect("42[\"reliable still\"]");
    }

    @Test
    @DisplayName("socket-io 6: emitting to a namespace that was left is dropped, the connection being open")
    void eventsToAGoneSocketAreDropped() {
        scene.io().of("/a");
        Client client = scene.connect().enter("/a");
        Socket left = client.socket();
        client.send("41");
        left.emit("x");
        left.asVolatile().emit("x");
        scene.io().to(left.id()).emit("x");
        client.expectNothing();
        assertThat(left.connected()).isFalse();
        assertThat(client.socket("/a").connected()).isTrue();
    }

    @Test
    @DisplayName("K28: emits and broadcasts with their arguments; acknowledgements are none")
    void outgoingCatchAllSeesWhatIsSent() {
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onAnyOutgoing((event, arguments) -> scene.log("1 " + event + " " + arguments.toList()));
        Registration second =
                socket.prependAnyOutgoing((event, arguments) -> scene.log("0 " + event + " " + arguments.count()));
        socket.on("question", (arguments, ack) -> ack.send("answer"));
        socket.emit("a", 1, "x");
        scene.io().emit("b", (Object) new byte[] {1});
        client.send("425[\"question\"]");
        client.expect("42[\"a\",1,\"x\"]", "451-[\"b\",{\"_placeholder\":true,\"num\":0}]+1", "435[\"answer\"]");
        scene.awaitLog("0 a 2", "1 a [1, \"x\"]", "0 b 1", "1 b [{\"_placeholder\":true,\"num\":0}]");
        second.off();
        socket.emitWithAckAsync(String.class, "c");
        scene.await("the last is seen", () -> scene.log().size() == 5);
        assertThat(scene.log()).last().isEqualTo("1 c []");
    }

    @Test
    @DisplayName("K28: what waits for a blocked handler to look at it is bounded, in number and in bytes")
    void outgoingCatchAllMissesWhatIsTooMuch() {
        scene.with(options -> options.inboundPackets(10).inboundBytes(1_000));
        CountDownLatch go = new CountDownLatch(1);
        Client client = scene.connect();
        Socket socket = client.socket();
        socket.onAnyOutgoing((event, arguments) -> scene.log(event));
        socket.on("block", () -> {
            scene.log("blocked");
            go.await();
        });
        client.send("42[\"block\"]");
        scene.awaitLog("blocked");
        for (int i = 0; i < 10; i++) {
            socket.emit("e" + i);
        }
        socket.emit("missed");
        scene.loop.run();
        go.countDown();
        scene.await("ten are seen", () -> scene.log().size() == 11);
        assertThat(scene.log()).last().isEqualTo("e9");

        socket.emit("large", "x".repeat(2_000));
        scene.await("it is seen, since nothing else waits", () -> scene.log().size() == 12);
        socket.emit("after");
        scene.await("so is what follows", () -> scene.log().size() == 13);
        assertThat(scene.log()).doesNotContain("missed");
    }

    @Test
    @DisplayName("design 3: io.emit(a); socket.emit(b) arrives a, b")
    void broadcastsAndEmitsOfOneThreadKeepTheirOrder() {
        Client client = scene.connect();
        scene.loop.outside(() -> {
            for (int i = 0; i < 100; i += 2) {
                scene.io().emit("e", i);
                client.socket().emit("e", i + 1);
            }
        });
        for (int i = 0; i < 100; i++) {
            client.expect("42[\"e\"," + i + "]");
        }
    }
}
