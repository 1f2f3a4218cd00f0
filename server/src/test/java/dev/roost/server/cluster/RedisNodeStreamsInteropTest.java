package dev.roost.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.redis.NodePeer;
import dev.roost.adapter.tck.RedisServer;
import dev.roost.core.namespace.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Stock clients come back across a stock Node.js server and Roost servers, by the stream all of them read. */
class RedisNodeStreamsInteropTest extends ClusterFixture {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private NodePeer peer;
    private String atNode;

    @Override
    String adapterName() {
        return "redis";
    }

    @Override
    Map<String, String> settings() {
        return Map.of("uri", REDIS.uri(), "mode", "node-streams");
    }

    @BeforeAll
    void startPeer() {
        peer = NodePeer.start(
                "node-streams",
                REDIS.uri(),
                Map.of("server", Map.of("connectionStateRecovery", Map.of("maxDisconnectionDuration", 120_000))));
        atNode = peer.call("url", Map.of()).asString();
    }

    @AfterAll
    void stopPeer() {
        if (peer != null) {
            peer.close();
        }
    }

    /** Until Node has read a first entry it may pass one over. */
    @BeforeEach
    void awaitThatNodeReads() {
        peer.client("witness", "/");
        soon().until(() -> {
            node(0).io().emit("probe");
            return peer.received("witness").contains("probe");
        });
        peer.call("leave", Map.of("client", "witness"));
    }

    @AfterEach
    void leaveAll() {
        peer.call("leave", Map.of("client", "anna"));
    }

    @Test
    @DisplayName("X08, R03, R04: from Node to Roost with id, rooms, data and all that was missed")
    void aClientOfNodeComesBackToRoost() {
        String anna = connect(atNode);
        peer.call("request", Map.of("client", "anna", "event", "join", "args", List.of("room")));
        peer.call("request", Map.of("client", "anna", "event", "data", "args", List.of(Map.of("name", "ann"))));
        node(0).io().emit("first");
        peer.await("anna", "first");
        cut();
        sayWhatIsMissed(anna);
        assertBack(anna, comeBack(at(1)));
        expectMissed();
        Socket socket = node(1).io().main().socket(anna).orElseThrow();
        assertThat(socket.recovered()).isTrue();
        assertThat(socket.rooms()).isEqualTo(Set.of(anna, "room"));
        assertThat(socket.data()).isEqualTo(Map.of("name", "ann"));
        expectLive();
    }

    @Test
    @DisplayName("X08, R03, R04: from Roost to Node with id, rooms, data and all that was missed")
    void aClientOfRoostComesBackToNode() {
        String anna = connect(at(0));
        Socket socket = node(0).io().main().socket(anna).orElseThrow();
        socket.join("room");
        socket.data().put("name", "ann");
        socket.emit("first");
        peer.await("anna", "first");
        cut();
        sayWhatIsMissed(anna);
        socket.emit("missed", "to itself");
        assertBack(anna, comeBack(atNode));
        expectMissed();
        assertThat(nextMissed()).isEqualTo("\"to itself\"");
        JsonNode there = peer.call("fetch", Map.of("rooms", List.of(anna), "flags", Map.of("local", true)))
                .get(0);
        assertThat(there.get("id").asString()).isEqualTo(anna);
        assertThat(there.get("rooms").values().stream().map(JsonNode::asString))
                .containsExactlyInAnyOrder(anna, "room");
        assertThat(there.get("data").toString()).isEqualTo("{\"name\":\"ann\"}");
        expectLive();
    }

    @Test
    @DisplayName("X08, R03: from server to server, of either kind; each time with what was missed since the last")
    void aClientMovesOn() {
        String anna = connect(at(0));
        int said = 0;
        for (String next : List.of(at(1), atNode, at(2), at(1), atNode)) {
            node(0).io().emit("got", ++said);
            assertThat(peer.await("anna", "got")).startsWith("[" + said + ",");
            cut();
            long before = entries();
            node(2).io().to(anna).emit("missed", ++said);
            peer.call("emit", Map.of("event", "missed", "args", List.of(++said)));
            awaitEntries(before + 2);
            assertBack(anna, comeBack(next));
            assertThat(nextMissed()).isEqualTo(Integer.toString(said - 1));
            assertThat(nextMissed()).isEqualTo(Integer.toString(said));
        }
        node(0).io().to(anna).emit("end");
        peer.await("anna", "end");
        assertThat(peer.received("anna")).doesNotContain("missed", "got");
    }

    @Test
    @DisplayName(
            "X08, G5: where the stream has dropped what a client missed, or holds what is no event, it is a new one")
    void whatCannotBeKnownMakesANewClient() {
        List<Runnable> holes = List.of(
                () -> REDIS.command("XTRIM", "socket.io", "MAXLEN", "0"),
                () -> REDIS.command("XADD", "socket.io", "*", "uid", "x", "nsp", "/", "type", "3", "data", "{"),
                this::nodeSendsTheRoomAway);
        for (Runnable hole : holes) {
            String anna = connect(atNode);
            peer.call("request", Map.of("client", "anna", "event", "join", "args", List.of("room")));
            node(0).io().emit("first");
            peer.await("anna", "first");
            cut();
            node(0).io().emit("missed", 0);
            hole.run();
            JsonNode back = comeBack(at(1));
            assertThat(back.get("recovered").asBoolean()).isFalse();
            assertThat(back.get("id").asString()).isNotEqualTo(anna);
            peer.call("leave", Map.of("client", "anna"));
        }
        assertThat(peer.received("anna")).doesNotContain("missed");
    }

    private void nodeSendsTheRoomAway() {
        long before = entries();
        peer.call("disconnect", Map.of("rooms", List.of("room"), "close", false));
        awaitEntries(before + 1);
    }

    private String at(int index) {
        return "http://127.0.0.1:" + node(index).port();
    }

    private String connect(String url) {
        return peer.call("client", Map.of("client", "anna", "at", url)).asString();
    }

    /** The client's connection breaks, and its session is where all servers find it. */
    private void cut() {
        String pid = peer.call("cut", Map.of("client", "anna")).asString();
        soon().until(() -> REDIS.command("EXISTS", "sio:session:" + pid).contains("1"));
        peer.received("anna");
    }

    private JsonNode comeBack(String url) {
        return peer.call("comeBack", Map.of("client", "anna", "at", url));
    }

    private static void assertBack(String id, JsonNode back) {
        assertThat(back.get("recovered").asBoolean()).isTrue();
        assertThat(back.get("id").asString()).isEqualTo(id);
    }

    /** Both kinds of server say what the client is meant to get, and what it is not. */
    private void sayWhatIsMissed(String anna) {
        long before = entries();
        node(0).io().to("room").emit("missed", "room");
        node(1).io().emit("missed", new byte[] {1, 2});
        node(2).io().to(anna).emit("missed", "id");
        for (String room : List.of("elsewhere", "room")) {
            Map<String, Object> event = new HashMap<>(Map.of("event", "missed", "args", List.of("Node")));
            event.put("rooms", List.of(room));
            peer.call("emit", event);
        }
        node(0).io().to("elsewhere").emit("missed", "elsewhere");
        node(0).io().except("room").emit("missed", "except");
        awaitEntries(before + 7);
    }

    /** Node does not wait for Redis when it says something. */
    private static void awaitEntries(long count) {
        soon().until(() -> entries() >= count);
    }

    /** How many there ever were. */
    private static long entries() {
        return Long.parseLong(REDIS.command("XINFO", "STREAM", "socket.io")
                .lines()
                .map(String::strip)
                .dropWhile(line -> !line.equals("entries-added"))
                .skip(1)
                .findFirst()
                .orElseThrow()
                .substring(1));
    }

    private void expectMissed() {
        assertThat(nextMissed()).isEqualTo("\"room\"");
        assertThat(nextMissed()).isEqualTo("{\"$bin\":\"AQI=\"}");
        assertThat(nextMissed()).isEqualTo("\"id\"");
        assertThat(nextMissed()).isEqualTo("\"Node\"");
    }

    /** The first argument of the next event that was missed; the last one is the id of the entry. */
    private String nextMissed() {
        String arguments = peer.await("anna", "missed");
        assertThat(arguments).matches("\\[.*,\"[0-9]+-[0-9]+\"]");
        return arguments.substring(1, arguments.lastIndexOf(",\""));
    }

    private void expectLive() {
        node(2).io().to("room").emit("live", 1);
        peer.call("emit", Map.of("event", "live", "args", List.of(2), "rooms", List.of("room")));
        assertThat(peer.await("anna", "live")).startsWith("[1,");
        assertThat(peer.await("anna", "live")).startsWith("[2,");
        assertThat(peer.received("anna")).doesNotContain("missed");
    }
}
