package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HazelcastTopicsTest {
    @Test
    @DisplayName("sec-B11: no name of one key equals a name of another")
    void keysThatLookAlikeShareNoName() {
        List<String> keys =
                List.of("app", "app2", "app:node", "app:", "app:all", "app:store", "app:node:00000001", "APP");
        Set<String> names = new HashSet<>();
        for (String key : keys) {
            names.add(new HazelcastTopics(key).all());
            names.add(new HazelcastTopics(key).store());
            names.add(new HazelcastTopics(key).node(new NodeId(1)));
        }
        assertThat(names).hasSize(3 * keys.size());
    }
}
