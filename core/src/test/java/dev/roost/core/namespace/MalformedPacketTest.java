package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName(
        "P10, K25, sec-K1, sec-K2, sec-K7, sec-K8, sec-K10, sec-K12, sec-K16 to sec-K18: what each packet that is not"
                + " allowed does (socket-io 2)")
class MalformedPacketTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "4x                     | unknown packet type",
                "47                     | unknown packet type",
                "49                     | unknown packet type",
                "4                      | ",
                "40[]                   | invalid payload",
                "40\"x\"                | invalid payload",
                "40null                 | invalid payload",
                "40,                    | invalid payload",
                "42[\"x\"               | invalid payload",
                "42{}                   | invalid payload",
                "42[]                   | invalid payload",
                "42[null]               | invalid payload",
                "42                     | ",
                "42[\"disconnect\"]     | invalid payload",
                "42[\"connect\"]        | invalid payload",
                "42[\"connect_error\"]  | invalid payload",
                "42[\"disconnecting\"]  | invalid payload",
                "42[\"newListener\"]    | invalid payload",
                "42[\"removeListener\"] | invalid payload",
                "42 [\"x\"]             | ",
                "429007199254740992[\"x\"] | ",
                "435{}                  | invalid payload",
                "41{}                   | invalid payload",
                "44{\"message\":\"x\"}  | a client does not send CONNECT_ERROR",
                "40                     | CONNECT to a namespace that is connected or connecting",
                "40{}                   | CONNECT to a namespace that is connected or connecting",
                "42/foo,[\"x\"]         | packet for a namespace that is not connected",
                "43/foo,0[]             | packet for a namespace that is not connected",
                "41/foo,                | packet for a namespace that is not connected",
                "451[\"b\"]             | ",
                "45-1-[\"b\"]           | ",
                "451.5-[\"b\"]          | ",
                "450-[\"b\"]            | ",
                "4511-[\"b\"]           | too many attachments",
                "4/                     | ",
                "45+1-[\"b\"]           | ",
            })
    void endsTheConnectionAndTellsTheErrorHandlersOfEverySocket(String packet, String message) {
        scene.io().of("/admin");
        Client client = scene.connect().enter("/admin");
        for (String name : new String[] {"/", "/admin"}) {
            Socket socket = client.socket(name);
            socket.onError(error -> scene.log(name + " error " + error.getMessage()));
            socket.onDisconnect((reason, description) -> scene.log(name + " " + reason));
        }
        client.send(packet);
        client.awaitClosed();
        scene.await("both are told", () -> scene.log().size() == 4);
        for (String name : new String[] {"/", "/admin"}) {
            String error = scene.log().stream()
                    .filter(line -> line.startsWith(name + " error "))
                    .findFirst()
                    .orElseThrow();
            assertThat(error).contains(message == null ? "" : message);
            assertThat(scene.log()).containsSubsequence(error, name + " forced close");
        }
        assertThat(scene.io().socketCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4x", "42[\"x\"]", "41", "430[]", "44{}", "4", "42"})
    @DisplayName("P10, sec-K11: the same before any CONNECT, with nobody to notify")
    void endsAConnectionWithoutNamespace(String packet) {
        Client client = scene.open().send(packet);
        client.awaitClosed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "42[\"x\"] | x []",
                "42[\"error\",\"boo\"] | error [\"boo\"]",
                "42[\"connection\"] | connection []",
                "42[1,2] | 1 [2]",
                "42[\"__proto__\",{}] | __proto__ [{}]",
                "42[\"hashCode\"] | hashCode []",
            })
    @DisplayName("sec-K7 to K9: ordinary events")
    void isAnOrdinaryEvent(String packet, String seen) {
        scene.io()
                .onConnection(
                        socket -> socket.onAny((event, arguments) -> scene.log(event + " " + arguments.toList())));
        Client client = scene.connect().send(packet);
        scene.awaitLog(seen);
        assertThat(client.closed()).isFalse();
    }

    @Test
    void trailingBlankIsAccepted() {
        scene.io().onConnection(socket -> socket.on("x", () -> scene.log("x")));
        scene.connect().send("42[\"x\"] ");
        scene.awaitLog("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4399[]", "43[]", "435", "4312[1]"})
    @DisplayName("sec-K18: answers to nothing")
    void unknownAcknowledgementIsIgnored(String packet) {
        Client client = scene.connect().send(packet, packet);
        assertThat(client.closed()).isFalse();
        assertThat(client.socket().connected()).isTrue();
    }

    @Test
    void textWhileAttachmentsAreDueEndsTheConnection() {
        scene.io().onConnection(socket -> socket.onError(error -> scene.log(error.getMessage())));
        Client client = scene.connect().send("451-[\"f\",{\"_placeholder\":true,\"num\":0}]", "42[\"x\"]");
        client.awaitClosed();
        scene.awaitLog("got plaintext data when reconstructing a packet");
    }

    @Test
    void binaryWithoutHeaderEndsTheConnection() {
        scene.io().onConnection(socket -> socket.onError(error -> scene.log(error.getMessage())));
        Client client = scene.connect().send(new byte[] {1});
        client.awaitClosed();
        scene.awaitLog("got binary data when not reconstructing a packet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1", "1.5", "\"0\"", "null"})
    @DisplayName("sec-K6")
    void placeholderOutOfRangeEndsTheConnection(String number) {
        scene.io().onConnection(socket -> socket.onError(error -> scene.log(error.getMessage())));
        Client client = scene.connect().send("451-[\"f\",{\"_placeholder\":true,\"num\":" + number + "}]");
        if (!client.closed()) {
            client.send(new byte[] {1});
        }
        client.awaitClosed();
        scene.awaitLog("illegal attachments");
    }

    @Test
    @DisplayName("sec-K4")
    void attachmentsThatNeverComeEndTheConnection() {
        scene.io().onConnection(socket -> socket.onError(error -> scene.log(error.getMessage())));
        Client client = scene.connect()
                .send("452-[\"f\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]")
                .send(new byte[] {1});
        scene.loop.advance(Duration.ofMillis(9_999));
        assertThat(client.closed()).isFalse();
        scene.loop.advance(Duration.ofMillis(1));
        client.awaitClosed();
        scene.awaitLog("attachments did not arrive within limits.attachment-timeout");
    }

    @Test
    void binaryEventArrivesWithItsBuffers() {
        scene.io()
                .onConnection(socket -> socket.on(
                        "f", byte[].class, Integer.class, (bytes, number) -> scene.log(bytes.length + " " + number)));
        scene.connect().send("451-[\"f\",{\"_placeholder\":true,\"num\":0},5]").send(new byte[] {1, 2, 3});
        scene.awaitLog("3 5");
    }

    @Test
    void whatFollowsAViolationIsNotLookedAt() {
        scene.io().onConnection(socket -> {
            socket.on("x", () -> scene.log("x"));
            socket.onDisconnect((reason, description) -> scene.log("disconnect"));
        });
        Client client = scene.connect().sendTogether("42[\"x\"]", "4x", "42[\"x\"]");
        client.awaitClosed();
        scene.awaitLog("x", "disconnect");
    }

    @Test
    @DisplayName("K25: nobody has to listen")
    void violationWithoutErrorHandlerIsNoFailure() {
        Client client = scene.connect().send("4x");
        client.awaitClosed();
    }

    @Test
    @DisplayName("socket-io 2: a client that polls and has no GET waiting is out at once all the same")
    void pollingClientWithoutAPollIsOutOfItsNamespacesAtOnce() {
        scene.io().onConnection(socket -> {
            socket.join("room");
            socket.onDisconnect((reason, description) -> scene.log(reason.text()));
        });
        Client client = scene.openPolling().send("40");
        client.entered("/");
        scene.await("joined", () -> scene.io().main().roomNames().contains("room"));
        scene.io().emit("takes the poll");
        scene.loop.run();
        client.transport().poll();
        client.transport().writable(false);
        client.transport().receive("44{}");
        scene.loop.run();
        assertThat(scene.io().socketCount()).isZero();
        assertThat(scene.io().main().roomNames()).isEmpty();
        scene.awaitLog("forced server close");
        assertThat(client.transport().poll()).containsExactly("6", "1");
    }
}
