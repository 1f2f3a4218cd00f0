package dev.roost.server.client;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Stock JavaScript clients in a Node.js child process, ended after each test.
 *
 * <p>Confined to the test's thread. Needs {@code node} and {@code npm}: without them the test is skipped, and fails
 * where the environment says {@code CI=true}.
 */
public final class NodeClients implements BeforeEachCallback, AfterEachCallback {
    private final AtomicInteger names = new AtomicInteger();
    private @Nullable NodeProcess process;

    @Override
    public void beforeEach(ExtensionContext context) {
        process = NodeProcess.start("driver.mjs");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (process != null) {
            process.close();
        }
    }

    /** Starts connecting a client to a namespace, named by the path of the address. */
    public NodeClient connect(StockClient client, URI url, Transports transports, Map<String, ?> options) {
        Map<String, Object> all = new HashMap<>(options);
        all.put("transports", transports.names());
        String name = "client " + names.incrementAndGet();
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("socket", name);
        parameters.put("client", client.alias());
        parameters.put("url", url.toString());
        parameters.put("options", all);
        if (all.remove("parser") instanceof String parser) {
            parameters.put("parser", parser);
        }
        NodeProcess running = running();
        running.call("connect", parameters);
        return new NodeClient(running, name);
    }

    /** Connects the newest client over WebSocket and waits until it is connected. */
    public NodeClient connected(URI url) {
        NodeClient client = connect(StockClient.V4_8, url, Transports.WEBSOCKET, Map.of());
        client.awaitConnected();
        return client;
    }

    private NodeProcess running() {
        if (process == null) {
            throw new IllegalStateException("clients can be connected during a test only");
        }
        return process;
    }
}
