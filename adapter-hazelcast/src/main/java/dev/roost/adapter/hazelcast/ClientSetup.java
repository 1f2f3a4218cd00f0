package dev.roost.adapter.hazelcast;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import dev.roost.adapter.AdapterException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Connects as a client of a Hazelcast cluster that runs elsewhere.
 *
 * <p>Hazelcast has one timeout for the first connection and for all later ones. The first must fail in time, the later
 * ones must be tried for ever; so the client starts in the background without a timeout and the start waits itself.
 */
final class ClientSetup {
    private ClientSetup() {}

    static ClientConfig config(HazelcastAdapterConfig settings) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(settings.clusterName());
        config.getNetworkConfig().setAddresses(settings.members()).setConnectionTimeout(1000);
        config.getConnectionStrategyConfig().setAsyncStart(true).setReconnectMode(ReconnectMode.ASYNC);
        config.getConnectionStrategyConfig()
                .getConnectionRetryConfig()
                .setInitialBackoffMillis(50)
                .setMaxBackoffMillis(500)
                .setMultiplier(2)
                .setJitter(0.3)
                .setClusterConnectTimeoutMillis(-1);
        config.getSerializationConfig().setJavaSerializationFilterConfig(JavaObjects.filter());
        config.getMetricsConfig().setEnabled(false);
        set(config, "hazelcast.logging.type", "jdk");
        set(config, "hazelcast.client.heartbeat.interval", 1000);
        set(config, "hazelcast.client.heartbeat.timeout", 5000);
        set(config, "hazelcast.client.invocation.timeout.seconds", 5);
        set(config, "hazelcast.client.event.thread.count", 1);
        set(config, "hazelcast.client.event.queue.capacity", 10_000);
        set(config, "hazelcast.client.io.input.thread.count", 1);
        set(config, "hazelcast.client.io.output.thread.count", 1);
        set(config, "hazelcast.client.response.thread.count", 1);
        return config;
    }

    /**
     * Returns a connected client.
     *
     * @throws AdapterException if no member answers in time
     */
    static HazelcastInstance connect(HazelcastAdapterConfig settings) {
        CountDownLatch connected = new CountDownLatch(1);
        ClientConfig config = config(settings);
        config.addListenerConfig(new ListenerConfig((LifecycleListener) event -> {
            if (event.getState() == LifecycleState.CLIENT_CONNECTED) {
                connected.countDown();
            }
        }));
        HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
        try {
            if (connected.await(settings.joinTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return client;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        client.shutdown();
        throw new AdapterException(
                "no member of the Hazelcast cluster '" + settings.clusterName() + "' lets a client in at "
                        + String.join(", ", settings.members()) + " within " + settings.joinTimeout());
    }

    private static void set(ClientConfig config, String property, Object value) {
        config.setProperty(property, value.toString());
    }
}
