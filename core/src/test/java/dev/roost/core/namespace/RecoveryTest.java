package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("R01 to R08: a client whose connection broke comes back to its socket (socket-io 12)")
class RecoveryTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @BeforeEach
    void on() {
        scene.with(options -> options.connectionStateRecovery(ConnectionStateRecovery.defaults()));
        scene.io().onConnection(socket -> scene.log("in " + socket.recovered()));
    }

    @Test
    @DisplayName("R02, sec-S2: a secret in the CONNECT reply, unlike every other id; the offset is the last argument")
    void replyHasASecretAndEventsHaveOffsets() {
        Client client = scene.connect();
        assertThat(client.pid("/")).hasSize(20).isNotIn(client.id("/"), client.session.id());
        client.socket().emit("one", 1);
        scene.io().emit("two", new byte[] {1});
        scene.io().emit("three");
        client.expect(
                "42[\"one\",1,\"000000071\"]",
                "451-[\"two\",{\"_placeholder\":true,\"num\":0},\"000000072\"]+1",
                "42[\"three\",\"000000073\"]");
    }

    @Test
    @DisplayName("R02: an event with an ack has no offset; a volatile one repeats the last, so it cannot spoil it")
    void volatileEventsRepeatThePosition() {
        Client client = scene.connect();
        client.socket().emit("kept");
        client.socket().asVolatile().emit("v", "text");
        scene.io().asVolatile().emit("w", "text");
        client.socket().emitWithAckAsync(Integer.class, "q", "text");
        client.expect(
                "42[\"kept\",\"000000071\"]",
                "42[\"v\",\"text\",\"000000071\"]",
                "42[\"w\",\"text\",\"000000071\"]",
                "420[\"q\",\"text\"]");
        client.vanish();
        scene.io().emit("missed");
        Client back = client.comeBack("/").expect("42[\"missed\",\"000000072\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("R03, R04, R05, adapter-80: id, secret, rooms, data as they were; missed events before the reply")
    void clientComesBackToItsSocket() {
        Client client = scene.connect();
        Socket before = client.socket();
        before.join("r");
        before.data().put("name", "x");
        before.onDisconnect((reason, description) -> scene.log("out " + reason));
        assertThat(before.recovered()).isFalse();
        client.vanish();
        scene.io().to("r").emit("missed", 1);
        scene.io().to("r").emit("missed", 2);
        Client back = client.comeBack("/");
        back.expect("42[\"missed\",1,\"000000071\"]", "42[\"missed\",2,\"000000072\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        assertThat(back.pid("/")).isEqualTo(client.pid("/"));
        Socket after = back.socket();
        assertThat(after).isNotSameAs(before);
        assertThat(after.recovered()).isTrue();
        assertThat(after.rooms()).isEqualTo(Set.of(client.id("/"), "r"));
        assertThat(after.data()).isEqualTo(Map.of("name", "x"));
        scene.io().to("r").emit("live");
        back.expect("42[\"live\",\"000000073\"]").expectNothing();
        scene.awaitLog("in false", "out transport close", "in true");
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                ends(true, "transport error", client -> client.fail(CloseReason.TRANSPORT_ERROR)),
                ends(true, "transport close", client -> client.fail(CloseReason.TRANSPORT_CLOSE)),
                ends(true, "forced close", client -> client.send("4x")),
                ends(true, "server shutting down", client -> client.fail(CloseReason.SERVER_SHUTTING_DOWN)),
                ends(false, "parse error", client -> client.send("x")),
                ends(false, "client namespace disconnect", client -> client.send("41")),
                ends(
                        false,
                        "server namespace disconnect",
                        client -> client.socket().disconnect()));
    }

    private static Arguments ends(boolean recoverable, String reason, Consumer<Client> cause) {
        return Arguments.of(recoverable, reason, cause);
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("ends")
    @DisplayName("R07: six of nine reasons; ping timeout and forced server close have tests of their own")
    void reasonDecides(boolean recoverable, String reason, Consumer<Client> cause) {
        Client client = scene.connect();
        client.socket().onDisconnect((why, description) -> scene.log(why.text()));
        cause.accept(client);
        scene.awaitLog("in false", reason);
        Client back = client.comeBack("/");
        assertThat(back.entered("/").equals(client.id("/"))).isEqualTo(recoverable);
        assertThat(back.pid("/").equals(client.pid("/"))).isEqualTo(recoverable);
    }

    @Test
    @DisplayName("R07: ping timeout")
    void silentClientComesBack() {
        Client client = scene.connect();
        scene.loop.advance(Duration.ofSeconds(45));
        assertThat(client.closed()).isTrue();
        assertThat(client.comeBack("/").entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("R07: forced server close, while a client polls")
    void pollingClientWhoseConnectionWasEndedComesBack() {
        Client client = scene.openPolling();
        client.enter("/");
        client.socket().onDisconnect((why, description) -> scene.log(why.text()));
        client.send("4x");
        scene.awaitLog("in false", "forced server close");
        assertThat(client.comeBack("/").entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("adapter-79: exactly the events that were for it, in order, with their offsets")
    void missedEventsAreThoseThatWereMeant() {
        Client client = scene.connect();
        Client other = scene.connect();
        client.socket().join("in", "also");
        other.socket().join("in");
        Socket socket = client.socket();
        client.vanish();
        socket.emit("direct");
        scene.io().emit("all");
        scene.io().to("in").emit("member");
        scene.io().to("elsewhere").emit("no member");
        scene.io().to("in").to("also").emit("both rooms, once");
        scene.io().to("in").except("also").emit("excepted");
        scene.io().except(client.id("/")).emit("excepted by id");
        scene.io().of("/other").emit("another namespace");
        scene.io().asVolatile().emit("volatile");
        scene.io().emitWithAckAsync("with ack");
        scene.io().to(client.id("/")).emit("by id");
        other.socket().broadcast().emit("of another");
        other.socket().emit("to another");
        scene.io().local().to("in").emit("local");
        Client back = client.comeBack("/");
        back.expect(
                "42[\"direct\",\"000000071\"]",
                "42[\"all\",\"000000072\"]",
                "42[\"member\",\"000000073\"]",
                "42[\"both rooms, once\",\"000000075\"]",
                "42[\"by id\",\"000000078\"]",
                "42[\"of another\",\"000000079\"]",
                "42[\"local\",\"00000007b\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
        back.expectNothing();
        other.unread();
    }

    @Test
    @DisplayName(
            "adapter-79: a room's events between joining and leaving it, be the leaving before the connection broke")
    void membershipCountsAtTheMomentOfTheEvent() {
        Client client = scene.connect();
        Socket socket = client.socket();
        scene.io().to("r").emit("before");
        socket.join("r");
        scene.io().to("r").emit("during");
        socket.leave("r");
        scene.io().to("r").emit("between");
        socket.join("r");
        scene.io().to("r").emit("after");
        // The client read nothing of this.
        client.vanish();
        Client back = client.comeBack("/");
        back.expect("42[\"during\",\"000000072\"]", "42[\"after\",\"000000074\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("issues 4888 and 5538: a client that got no event comes back")
    void clientWithoutAnyEventComesBack() {
        scene.io().emit("before it came");
        Client client = scene.connect();
        client.vanish();
        scene.io().emit("missed");
        Client back = client.comeBack("/").expect("42[\"missed\",\"000000072\"]");
        assertThat(back.entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName(
            "adapter-82: offsets of earlier sessions and of other nodes say nothing: all since the CONNECT is sent")
    void foreignOffsetsMeanFromTheConnect() {
        scene.io().emit("before it came");
        for (String offset : List.of("000000071", "000000070", "0000000899", "ffffffff0")) {
            Client client = scene.connect();
            client.vanish();
            scene.io().to(client.id("/")).emit("missed");
            Client back = client.comeBack("/", "\"" + offset + "\"");
            assertThat(back.next()).startsWith("42[\"missed\",");
            assertThat(back.entered("/")).isEqualTo(client.id("/"));
        }
    }

    @ParameterizedTest
    @MethodSource("badOffsets")
    @DisplayName("adapter-82, sec-S15: malformed, oversized and future offsets are no error: the client is new")
    void badOffsetsMakeAFreshSession(String offset) {
        Client client = scene.connect();
        client.vanish();
        scene.io().emit("missed");
        Client back = client.comeBack("/", offset);
        assertThat(back.entered("/")).isNotEqualTo(client.id("/"));
        back.expectNothing();
    }

    static Stream<String> badOffsets() {
        return Stream.of(
                "\"\"",
                "\"0-0\"",
                "\"99999999999999-0\"",
                "\"+\"",
                "\"$\"",
                "\"*\"",
                "\"00000007\"",
                "\"00000007-1\"",
                "\"00000007+1\"",
                "\"000000070000\"",
                "\"0000000A1\"",
                "\"000000071z141z4\"",
                "\"00000007zzzzzzzzzzzzzzzz\"",
                "\"" + "0".repeat(65_536) + "\"",
                "1",
                "null",
                "true",
                "{}",
                "[\"000000071\"]");
    }

    @Test
    @DisplayName("adapter-81: an unknown, a foreign and a malformed secret; the public id is none (sec-S2)")
    void unknownSecretsMakeAFreshSession() {
        Client client = scene.connect();
        client.vanish();
        for (String pid : List.of(
                "\"AAAAAAAAAAAAAAAAAAAA\"",
                "\"" + client.id("/") + "\"",
                "\"" + client.session.id() + "\"",
                "7",
                "{}")) {
            Client other = scene.open().send("40{\"pid\":" + pid + "}");
            assertThat(other.entered("/")).isNotEqualTo(client.id("/"));
        }
        Client elsewhere = scene.open().send("40/other,{\"pid\":\"" + client.pid("/") + "\"}");
        scene.io().of("/other");
        elsewhere.next();
        assertThat(client.comeBack("/").entered("/")).isEqualTo(client.id("/"));
    }

    @Test
    @DisplayName("R01, adapter-83, R08: only so long; nothing stays behind")
    void sessionExpires() {
        Client client = scene.connect();
        Client late = scene.connect();
        client.vanish();
        late.vanish();
        scene.loop.advance(Duration.ofSeconds(119));
        assertThat(client.comeBack("/").entered("/")).isEqualTo(client.id("/"));
        scene.loop.advance(Duration.ofSeconds(1));
        assertThat(late.comeBack("/").entered("/")).isNotEqualTo(late.id("/"));
    }
}
