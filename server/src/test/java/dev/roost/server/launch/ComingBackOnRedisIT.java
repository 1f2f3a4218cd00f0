package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.tck.RedisServer;
import dev.roost.server.client.Client;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("R03, R04, R08, adapter-84 on Redis")
class ComingBackOnRedisIT extends ComingBackElsewhere {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    @Override
    void noProcessIsLeft(Map<String, Object> cluster, RoostProcess last, Client client, Client neighbour, URI nowhere)
            throws InterruptedException {
        client.moveTo(nowhere);
        client.cut();
        client.awaitDisconnected();
        neighbour.request("tell", RED, 7);
        last.signal("TERM", last.pid());
        assertThat(last.exitCode()).isZero();
        try (RoostProcess next = start(cluster)) {
            client.moveTo(url(next));
            client.awaitConnected();
            assertThat(client.recovered())
                    .as("after the only process was replaced")
                    .isTrue();
            Client newcomer = clients.connected(url(next));
            newcomer.request("tell", RED, 8);
            assertThat(client.await("told").getFirst()).isEqualTo(7);
            assertThat(client.await("told").getFirst()).isEqualTo(8);
            assertThat(client.received()).isEmpty();
        }
    }

    @Override
    Map<String, Object> newCluster() {
        return Map.of(
                "socketio.adapter", "redis", "socketio.redis.uri", REDIS.uri(), "socketio.redis.key", "coming-back");
    }
}
