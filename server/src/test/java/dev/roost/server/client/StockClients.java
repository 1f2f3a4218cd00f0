package dev.roost.server.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Stock clients, ended after each test. Confined to the test's thread.
 *
 * <p>The processes that run them start when they are first needed. In a static field they serve all tests of the class;
 * else they end after each test too.
 *
 * <p>Those of npm need {@code node} and {@code npm}, the bundle a Chromium too: without them the test is skipped, and
 * fails where the environment says {@code CI=true}.
 */
public final class StockClients implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Browser browser = new Browser();
    private final Map<URI, BrowserPage> pages = new HashMap<>();
    private final Reports javaReports = new Reports();
    private @Nullable NodeProcess node;
    private @Nullable OkHttpClient http;
    private final List<JavaClient> javaClients = new ArrayList<>();
    private int names;
    private boolean shared;

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        browser.beforeAll(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        endNode();
        pages.clear();
        browser.afterAll(context);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!shared) {
            endNode();
        } else if (node != null) {
            node.call("forget", Map.of());
        }
        javaClients.forEach(JavaClient::stop);
        javaClients.clear();
        if (http != null) {
            http.dispatcher().cancelAll();
            http.dispatcher().executorService().shutdownNow();
            http.dispatcher().executorService().awaitTermination(5, TimeUnit.SECONDS);
            ((ClosingSockets) http.socketFactory()).close();
            http = null;
        }
        if (shared) {
            pages.values().forEach(BrowserPage::endClients);
        } else {
            pages.clear();
        }
        browser.afterEach(context);
    }

    private BrowserPage page(URI url) {
        return pages.computeIfAbsent(url, missing -> browser.open(missing, Map.of()));
    }

    private void endNode() {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    /** Starts connecting a client to a namespace, named by the path of the address. */
    public Client connect(StockClient client, URI url, Transports transports, Map<String, ?> options) {
        return connect(client, url, transports, PacketFormat.JSON, options);
    }

    /** As above, with packets in a format that the client and the server have. */
    Client connect(StockClient client, URI url, Transports transports, PacketFormat format, Map<String, ?> options) {
        String name = "client " + ++names;
        return switch (client) {
            case MAVEN -> {
                JavaClient made = JavaClient.connect(http(), name, javaReports, url, transports, authOf(options));
                javaClients.add(made);
                yield made;
            }
            case CHROMIUM ->
                page(url.resolve(
                                switch (format) {
                                    case JSON -> Conformance.PAGE;
                                    case MSGPACK -> Conformance.MSGPACK_PAGE;
                                }))
                        .connect(name, url.toString(), with(transports, options));
            case NPM_4_8, NPM_4_0, NPM_3_1, NPM_2_5 -> {
                NodeProcess process = node();
                yield ScriptClient.connect(
                        process::call,
                        process.reports(),
                        name,
                        client.npmName(),
                        url.toString(),
                        with(transports, format, options));
            }
        };
    }

    /** Connects the newest client over WebSocket and waits until it is connected. */
    public Client connected(URI url) {
        Client client = connect(StockClient.NPM_4_8, url, Transports.WEBSOCKET, Map.of());
        client.awaitConnected();
        return client;
    }

    private static Map<String, Object> with(Transports transports, PacketFormat format, Map<String, ?> options) {
        Map<String, Object> all = with(transports, options);
        if (format == PacketFormat.MSGPACK) {
            all.put("parser", "socket.io-msgpack-parser");
        }
        return all;
    }

    private static Map<String, Object> with(Transports transports, Map<String, ?> options) {
        Map<String, Object> all = new HashMap<>(options);
        all.put("transports", transports.names());
        return all;
    }

    @SuppressWarnings("unchecked") // JSON of our own
    private static Map<String, ?> authOf(Map<String, ?> options) {
        Object auth = options.get("auth");
        return auth == null ? Map.of() : (Map<String, ?>) auth;
    }

    private NodeProcess node() {
        if (node == null) {
            node = NodeProcess.start("driver.mjs");
        }
        return node;
    }

    private OkHttpClient http() {
        if (http == null) {
            // A poll hangs for as long as there is nothing to say.
            http = new OkHttpClient.Builder()
                    .readTimeout(1, TimeUnit.MINUTES)
                    .socketFactory(new ClosingSockets())
                    .build();
        }
        return http;
    }
}
