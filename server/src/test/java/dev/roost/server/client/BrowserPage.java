package dev.roost.server.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One page in the browser. Thread-safe: it only sends commands to its process. */
public final class BrowserPage {
    private final NodeProcess process;
    private final String name;

    BrowserPage(NodeProcess process, String name) {
        this.process = process;
        this.name = name;
    }

    public void fill(String selector, String text) {
        process.call("fill", Map.of("page", name, "selector", selector, "text", text));
    }

    public void press(String selector, String key) {
        process.call("press", Map.of("page", name, "selector", selector, "key", key));
    }

    public void click(String selector) {
        process.call("click", Map.of("page", name, "selector", selector));
    }

    /** Waits until such an element can be seen. */
    public void await(String selector) {
        process.call("await", Map.of("page", name, "selector", selector));
    }

    /** Returns the texts of all such elements. */
    public List<Object> texts(String selector) {
        return NodeProcess.objects((List<?>) process.call("texts", Map.of("page", name, "selector", selector)));
    }

    /** Returns the value of an expression in the page. */
    public Object evaluate(String script) {
        return process.call("evaluate", Map.of("page", name, "script", script));
    }

    public void reload() {
        process.call("reload", Map.of("page", name));
    }

    public void screenshot(Path path) {
        process.call(
                "screenshot", Map.of("page", name, "path", path.toAbsolutePath().toString()));
    }

    /** Starts connecting the client that the page has loaded, as {@code io}; options as the client's. */
    public Client connect(String socket, String url, Map<String, ?> options) {
        process.call("useClient", Map.of("page", name));
        return ScriptClient.connect(
                (command, parameters) ->
                        process.call("client", Map.of("page", name, "run", command, "parameters", parameters)),
                process.reports(),
                socket,
                "io",
                url,
                options);
    }

    /** Ends all clients it has. */
    void endClients() {
        process.call("client", Map.of("page", name, "run", "forget", "parameters", Map.of()));
    }

    public void close() {
        process.call("close", Map.of("page", name));
    }

    /** Takes what went wrong in the page: exceptions, errors on the console, dialogs. */
    public List<Report> failures() {
        return process.reports()
                .take(report -> report.source().equals(name) && report.event().equals("$failure"));
    }
}
