package dev.roost.server.client;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One socket of a stock JavaScript client. Thread-safe: it only sends commands to its process.
 *
 * <p>What the client receives is kept in order until the test asks for it. Waiting has a deadline; a test that waits in
 * vain fails with what was received instead.
 */
public final class NodeClient {
    private final NodeProcess process;
    private final String name;

    NodeClient(NodeProcess process, String name) {
        this.process = process;
        this.name = name;
    }

    public void emit(String event, Object... args) {
        process.call("emit", Map.of("socket", name, "event", event, "args", Arrays.asList(args)));
    }

    /** Emits and returns the arguments of the acknowledgement. */
    public List<Object> request(String event, Object... args) {
        Object answer = process.call(
                "request",
                Map.of(
                        "socket",
                        name,
                        "event",
                        event,
                        "args",
                        Arrays.asList(args),
                        "timeout",
                        NodeProcess.DEADLINE.toMillis()));
        return NodeProcess.objects((List<?>) answer);
    }

    /** Acknowledges this event from now on with the arguments it brings. */
    public void answerWithWhatCame(String event) {
        process.call("answer", Map.of("socket", name, "event", event));
    }

    /** Connects to another namespace over the same connection. */
    public NodeClient of(String namespace) {
        String other = name + namespace;
        process.call("of", Map.of("socket", other, "from", name, "namespace", namespace));
        return new NodeClient(process, other);
    }

    public void disconnect() {
        process.call("disconnect", Map.of("socket", name));
    }

    /** Connects again after a disconnect from which the client does not recover by itself. */
    public void reconnect() {
        process.call("reconnect", Map.of("socket", name));
    }

    /** Ends the connection as a failing network would; the client connects again. */
    public void breakConnection() {
        process.call("breakConnection", Map.of("socket", name));
    }

    /** Returns the arguments of the oldest such event that was not asked for yet. */
    public List<Object> await(String event) {
        return process.await(
                        report -> report.source().equals(name) && report.event().equals(event), event + " at " + name)
                .args();
    }

    /** Returns the public id of the socket. */
    public String awaitConnected() {
        return (String) await("$connect").getFirst();
    }

    /** Returns the reason the client gives. */
    public String awaitDisconnected() {
        return (String) await("$disconnect").getFirst();
    }

    /** Returns the name of the transport of the connection now. */
    public String transport() {
        return (String) ((Map<?, ?>) process.call("state", Map.of("socket", name))).get("transport");
    }

    public boolean connected() {
        return (Boolean) ((Map<?, ?>) process.call("state", Map.of("socket", name))).get("connected");
    }

    /** Takes the events of the application that were received and not asked for. */
    public List<Report> received() {
        return process.take(
                report -> report.source().equals(name) && !report.event().startsWith("$"));
    }
}
