package dev.roost.server.launch;

import java.util.Map;

class AcrossProcessesOnHazelcastIT extends AcrossProcesses {
    @Override
    Map<String, Object> newCluster() {
        return RoostProcess.hazelcastOnItsOwn();
    }
}
