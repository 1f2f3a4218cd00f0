package dev.roost.server.launch;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("C07, R03, R04 over workers on Hazelcast")
class EveryClientReturnsOnHazelcastIT extends EveryClientReturns {
    @Override
    Map<String, Object> cluster() {
        return Map.of(); // what a supervisor chooses by itself
    }
}
