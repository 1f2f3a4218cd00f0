package dev.roost.server.client;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket of a stock JavaScript client, in Node.js or in a page. Thread-safe: it only sends commands. */
final class ScriptClient implements Client {
    private final Commands commands;
    private final Reports reports;
    private final String name;

    private ScriptClient(Commands commands, Reports reports, String name) {
        this.commands = commands;
        this.reports = reports;
        this.name = name;
    }

    /** Where the commands of {@code sockets.mjs} run. */
    @FunctionalInterface
    interface Commands {
        @Nullable
        Object run(String command, Map<String, ?> parameters);
    }

    /** Starts connecting; a parser is named among the options, as {@code parser}. */
    static ScriptClient connect(
            Commands commands, Reports reports, String name, String client, String url, Map<String, ?> options) {
        Map<String, Object> others = new HashMap<>(options);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("socket", name);
        parameters.put("client", client);
        parameters.put("url", url);
        if (others.remove("parser") instanceof String parser) {
            parameters.put("parser", parser);
        }
        parameters.put("options", others);
        commands.run("connect", parameters);
        return new ScriptClient(commands, reports, name);
    }

    @Override
    public void emit(String event, Object... args) {
        commands.run("emit", Map.of("socket", name, "event", event, "args", Arrays.asList(args)));
    }

    @Override
    public List<Object> request(String event, Object... args) {
        Object answer = commands.run(
                "request",
                Map.of(
                        "socket",
                        name,
                        "event",
                        event,
                        "args",
                        Arrays.asList(args),
                        "timeout",
                        Reports.DEADLINE.toMillis()));
        return NodeProcess.objects((List<?>) answer);
    }

    @Override
    public void answerWithWhatCame(String event) {
        commands.run("answer", Map.of("socket", name, "event", event));
    }

    @Override
    public Client of(String namespace, Map<String, ?> auth) {
        String other = name + namespace;
        commands.run("of", Map.of("socket", other, "from", name, "namespace", namespace, "auth", auth));
        return new ScriptClient(commands, reports, other);
    }

    @Override
    public void disconnect() {
        commands.run("disconnect", Map.of("socket", name));
    }

    @Override
    public void moveTo(URI url) {
        commands.run("moveTo", Map.of("socket", name, "url", url.toString()));
    }

    @Override
    public void cut() {
        commands.run("cut", Map.of("socket", name));
    }

    @Override
    public boolean recovered() {
        return Boolean.TRUE.equals(commands.run("recovered", Map.of("socket", name)));
    }

    @Override
    public String transport() {
        return String.valueOf(commands.run("transport", Map.of("socket", name)));
    }

    @Override
    public List<Object> await(String event) {
        return reports.await(
                        report -> report.source().equals(name) && report.event().equals(event), event + " at " + name)
                .args();
    }

    @Override
    public List<Report> history() {
        return reports.take(report -> report.source().equals(name));
    }

    @Override
    public List<Report> received() {
        return reports.take(
                report -> report.source().equals(name) && !report.event().startsWith("$"));
    }
}
