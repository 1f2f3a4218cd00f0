package dev.roost.server.launch;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("R03, R04, adapter-84 on Hazelcast")
class ComingBackOnHazelcastIT extends ComingBackElsewhere {
    @Override
    Map<String, Object> newCluster() {
        return RoostProcess.hazelcastOnItsOwn();
    }
}
