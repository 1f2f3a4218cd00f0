package dev.roost.adapter.redis;

import static dev.roost.adapter.redis.NodePeer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Command;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import dev.roost.adapter.SocketSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** X01: with {@code createAdapter} of {@code @socket.io/redis-adapter}, and its emitter. */
class NodeInteropTest extends EmitterInteropRules {
    NodeInteropTest() {
        super("node", Map.of(), Map.of());
    }

    @Test
    @DisplayName("X05: Node gets the rooms of this node's sockets")
    void nodeGetsAllRooms() {
        local.sockets(List.of(new SocketSnapshot(
                node.id(), "sid-1", Wire.payload("{}"), Set.of("sid-1", "here"), Wire.payload("{}"))));
        assertThat(peer.call("allRooms", Map.of()).values().stream().map(JsonNode::asString))
                .contains("sid-1", "here", "room", anna);
    }

    @Test
    @DisplayName("X10, adapter-74: everything the emitter says arrives, and it is not counted")
    void theEmitterIsHeard() {
        emitter("emit", "[\"ev\",{\"$bin\":\"AQ==\"}]", "\"rooms\":[\"r1\"],\"except\":[\"r2\"]");
        emitter("emit", "[\"all\"]", "\"namespace\":\"/ab\",\"flags\":{\"volatile\":true}");
        emitter("socketsJoin", "[\"r5\"]", "\"rooms\":[\"r1\"]");
        emitter("socketsLeave", "[\"r5\"]", "\"rooms\":[\"r1\"]");
        emitter("serverSideEmit", "[\"hello\",\"x\"]", "\"namespace\":\"/a\"");
        emitter("disconnectSockets", "[true]", "\"rooms\":[\"none\"]");
        assertThat(local.awaitCommands(6, PATIENCE))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new Command.Broadcast(
                                "/",
                                new Selection(Set.of("r1"), Set.of("r2"), Flags.NONE),
                                Wire.payload("[\"ev\",{\"_placeholder\":true,\"num\":0}]", new byte[] {1})),
                        new Command.Broadcast(
                                "/ab",
                                new Selection(Set.of(), Set.of(), new Flags(true, true, false)),
                                Wire.payload("[\"all\"]")),
                        new Command.Join("/", of("r1"), Set.of("r5")),
                        new Command.Leave("/", of("r1"), Set.of("r5")),
                        new Command.ServerSideEmit("/a", Wire.payload("[\"hello\",\"x\"]")),
                        new Command.Disconnect("/", of("none"), true));
        await().atMost(PATIENCE).until(() -> node.adapter().nodes().size() == 2);
    }

    private void emitter(String operation, String parameters, String more) {
        peer.call("emitter", "{\"operation\":\"" + operation + "\",\"parameters\":" + parameters + "," + more + "}");
    }
}
