package dev.roost.server.client;

import dev.roost.adapter.tck.Programs;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Chromium without a window, started when it is first needed. Confined to the test's thread.
 *
 * <p>In a static field it is there for all tests of the class, with its pages; else it ends after each test.
 *
 * <p>Needs {@code node}, {@code npm} and a Chromium on the path: without them the test is skipped, and fails where the
 * environment says {@code CI=true}.
 */
public final class Browser implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final AtomicInteger names = new AtomicInteger();
    private @Nullable NodeProcess process;
    private boolean shared;

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!shared) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private void end() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    /** Opens a page in a profile of its own; options as those of Playwright's {@code newContext}. */
    public BrowserPage open(URI url, Map<String, ?> options) {
        NodeProcess process = process();
        String name = "page " + names.incrementAndGet();
        process.call("open", Map.of("page", name, "url", url.toString(), "options", options));
        return new BrowserPage(process, name);
    }

    private NodeProcess process() {
        if (process == null) {
            Path chromium = Programs.require("Chromium", "chromium", "chromium-browser", "google-chrome");
            process = NodeProcess.start("browser.mjs");
            process.call("launch", Map.of("executable", chromium.toString()));
        }
        return process;
    }
}
