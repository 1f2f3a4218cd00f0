package dev.roost.server.launch;

import dev.roost.server.NothingLeft;
import dev.roost.server.client.StockClients;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/**
 * Faults that clusters must survive, one after the other on the same processes. A cluster on Redis and one on Hazelcast
 * suffer at the same time, since most of it is waiting; so does one on a Redis that Sentinels watch.
 */
@ExtendWith(NothingLeft.class)
class FaultsIT {
    @RegisterExtension
    final StockClients redisClients = new StockClients();

    @RegisterExtension
    final StockClients hazelcastClients = new StockClients();

    @RegisterExtension
    final StockClients sentinelClients = new StockClients();

    /** Faults in the order in which they happen. */
    static final class Faults {
        private final Map<String, FutureTask<Void>> steps = new LinkedHashMap<>();

        /** Adds one, which goes on where the one before has ended. */
        void add(String name, Executable step) {
            steps.put(name, new FutureTask<>(() -> {
                try {
                    step.execute();
                } catch (Exception | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
                return null;
            }));
        }

        private DynamicContainer run(String name, AutoCloseable after) {
            add("nothing of it is left", after::close);
            Thread.ofVirtual()
                    .name("faults of " + name)
                    .start(() -> steps.values().forEach(FutureTask::run));
            return DynamicContainer.dynamicContainer(
                    name,
                    steps.entrySet().stream()
                            .map(step -> DynamicTest.dynamicTest(step.getKey(), () -> await(step.getValue()))));
        }

        private static void await(FutureTask<Void> step) throws Throwable {
            try {
                step.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        }
    }

    @TestFactory
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    Stream<DynamicContainer> aClusterSurvives() {
        RedisFaults redis = new RedisFaults(redisClients);
        HazelcastFaults hazelcast = new HazelcastFaults(hazelcastClients);
        SentinelFaults sentinel = new SentinelFaults(sentinelClients);
        return Stream.of(
                redis.faults().run("on Redis", redis),
                hazelcast.faults().run("on Hazelcast", hazelcast),
                sentinel.faults().run("on a Redis of Sentinels", sentinel));
    }
}
