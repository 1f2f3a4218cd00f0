package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Emitter;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Emitters that find no servers; what they say to servers is in the contract. */
@Timeout(120)
class HazelcastEmitterTest {
    @Test
    void withoutServersThereIsNoEmitterAndTheMessageSaysWhere() {
        String port = Integer.toString(Ports.free(2));
        Map<String, String> settings = Map.of("cluster-name", "lonely", "port", port, "port-count", "2");
        assertThatThrownBy(() -> Emitter.connect("hazelcast", settings))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("lonely")
                .hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void membersThatAreNoServersOfTheKeyDoNotCount() {
        String name = "foreign-" + UUID.randomUUID();
        Map<String, String> settings =
                Map.of("cluster-name", name, "port", Integer.toString(Ports.free(2)), "port-count", "2");
        HazelcastInstance other = Hazelcast.newHazelcastInstance(
                MemberSetup.config(HazelcastAdapterConfig.from(settings), Optional.empty()));
        try {
            assertThatThrownBy(() -> Emitter.connect("hazelcast", settings))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContaining("no server");
        } finally {
            other.shutdown();
        }
    }
}
