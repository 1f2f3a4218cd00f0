package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.Engine;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.engine.SessionListener;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.engine.Transport;
import dev.roost.server.http.Admission;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.Reactor;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server at engine level: every message goes back as it came.
 *
 * <p>As a program it is what the protocol's own test suites expect: {@code EngineEcho [port]}.
 */
public final class EngineEcho implements AutoCloseable, NothingLeft.Watched {
    private static final int SUITE_PORT = 3000;

    private final BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    private final Map<String, EngineSession> present = new ConcurrentHashMap<>();
    private final Engine engine;
    private final EngineHost host;
    private final WebServer server;

    private final Wire wire;

    private EngineEcho(
            SocketIoConfig config,
            EngineHooks hooks,
            Admission admission,
            int port,
            Wire wire,
            Consumer<WebServerConfig.Builder> more,
            @Nullable EchoCluster cluster) {
        this.wire = wire;
        SessionIds ids = new SessionIds(NodeId.random());
        engine = new Engine(config.engineConfig(), ids, this::opened);
        host = new EngineHost(config, wire == Wire.STREAM ? HelidonChannels.streamOnly() : HelidonChannels.detect());
        if (cluster == null) {
            host.add(config, engine, hooks, admission, () -> {});
        } else {
            host.add(
                    config,
                    engine,
                    hooks,
                    admission,
                    () -> cluster.joined(ids.node(), host.internalAddress()),
                    cluster.view(ids.node()));
        }
        WebServerConfig.Builder builder =
                WebServer.builder().host("127.0.0.1").port(port).shutdownGracePeriod(Duration.ofMillis(100));
        if (wire == Wire.TLS) {
            builder.tls(Tls.builder().sslContext(TestTls.context()).build());
        }
        more.accept(builder);
        host.mount(builder);
        server = builder.build().start();
    }

    private static EngineEcho watched(EngineEcho echo) {
        NothingLeft.watch(echo);
        return echo;
    }

    /** What carries WebSockets. */
    public enum Wire {
        /** A reactor has the channel. */
        REACTOR,
        /** Helidon keeps the channel, as with one that is not known. */
        STREAM,
        /** Helidon keeps the channel, since there is TLS on it. */
        TLS
    }

    /** How a session ended. */
    public record Closed(
            EngineSession session,
            CloseReason reason,
            @Nullable String description) {}

    /** Starts under {@code /engine.io/} with the usual heartbeat. */
    public static EngineEcho start() {
        return start(settings().build());
    }

    /** Starts on a free port. */
    public static EngineEcho start(SocketIoConfig config) {
        return start(config, Wire.REACTOR);
    }

    /** Starts on a free port, with WebSockets carried in that way. */
    public static EngineEcho start(SocketIoConfig config, Wire wire) {
        return start(config, EngineHooks.NONE, wire);
    }

    /** Starts on a free port, with hooks and WebSockets carried in that way. */
    public static EngineEcho start(SocketIoConfig config, EngineHooks hooks, Wire wire) {
        return watched(new EngineEcho(config, hooks, Admission.unlimited(), 0, wire, builder -> {}, null));
    }

    /** Starts on a free port, with hooks and whatever else the Helidon server shall have. */
    public static EngineEcho start(SocketIoConfig config, EngineHooks hooks, Consumer<WebServerConfig.Builder> more) {
        return watched(new EngineEcho(config, hooks, Admission.unlimited(), 0, Wire.REACTOR, more, null));
    }

    /** Starts on a free port with limits of admission. */
    public static EngineEcho start(SocketIoConfig config, Admission admission) {
        return watched(new EngineEcho(config, EngineHooks.NONE, admission, 0, Wire.REACTOR, builder -> {}, null));
    }

    /** Starts on a free port as one process of a cluster. */
    public static EngineEcho start(SocketIoConfig config, EngineHooks hooks, EchoCluster cluster) {
        return start(config, hooks, cluster, Wire.REACTOR);
    }

    /** As above, over any wire. */
    public static EngineEcho start(SocketIoConfig config, EngineHooks hooks, EchoCluster cluster, Wire wire) {
        return watched(new EngineEcho(config, hooks, Admission.unlimited(), 0, wire, builder -> {}, cluster));
    }

    /** The defaults, under {@code /engine.io/}. */
    public static SocketIoConfig.Builder settings() {
        return SocketIoConfig.builder().path("/engine.io");
    }

    /** Settings of the official suites. */
    public static SocketIoConfig.Builder suite() {
        return settings()
                .heartbeat(Duration.ofMillis(300), Duration.ofMillis(200))
                .corsOrigins("*");
    }

    private SessionListener opened(EngineSession session) {
        present.put(session.id(), session);
        return new Echo(session);
    }

    /** Port the server listens on. */
    public int port() {
        return server.port();
    }

    /** Connects to the server, with TLS if it has that. */
    public RawHttp connect() throws IOException {
        return connect(0);
    }

    /** Connects with a receive buffer of that many bytes, so that little is under way to a client that does not read. */
    public RawHttp connect(int receiveBuffer) throws IOException {
        SocketFactory sockets = wire == Wire.TLS ? TestTls.context().getSocketFactory() : SocketFactory.getDefault();
        return RawHttp.connect(port(), sockets, receiveBuffer);
    }

    /** Where the other processes of a cluster reach it, {@code host:port}. */
    public String internalAddress() {
        return host.internalAddress();
    }

    /** A client that prefers HTTP/2 and trusts this server's certificate. */
    public HttpClient httpClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TestTls.context())
                .build();
    }

    /** Begins to end what clients have with other processes, as at the start of a stop. */
    public void leave() {
        host.leave(() -> {});
    }

    /** Number of sessions at present. */
    public int sessionCount() {
        return engine.sessionCount();
    }

    /** The session a client was given. */
    public @Nullable EngineSession session(String sid) {
        return engine.find(sid);
    }

    /** Waits for the end of that session; those of others are dropped. */
    public Closed awaitClosed(String sid) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            Closed next = closed.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("session " + sid + " was expected to end");
            }
            if (next.session().id().equals(sid)) {
                return next;
            }
        }
    }

    @Override
    public Set<String> sessions() {
        return Set.copyOf(present.keySet());
    }

    @Override
    public Map<String, Long> holdings() {
        Map<String, Long> holdings = new LinkedHashMap<>();
        holdings.put("sessions", (long) engine.sessionCount());
        holdings.put("HTTP connections", (long) host.httpConnections());
        holdings.put("forwarded", (long) host.forwarded());
        holdings.put("connections of loops", (long) host.loops().connections());
        for (Reactor loop : host.loops().loops()) {
            holdings.merge("bytes of tasks", loop.mailboxBytes(), Long::sum);
            holdings.merge("timers", (long) onLoop(loop, loop::timers), Long::sum);
        }
        return holdings;
    }

    /** Sessions that poll are ended; the others end with their connection, or the check fails. */
    @Override
    public void endAbandoned(Set<String> sessionsBefore) {
        present.forEach((sid, session) -> {
            if (!sessionsBefore.contains(sid) && session.transport() == Transport.Name.POLLING) {
                session.discard(CloseReason.FORCED_CLOSE, "left by a test");
            }
        });
    }

    /** Asks for something only the loop may look at. */
    public static <T> T onLoop(SessionLoop loop, Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop::execute)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        engine.close();
        server.stop();
        host.stop();
        NothingLeft.unwatch(this);
        assertThat(engine.sessionCount()).as("sessions after the end").isZero();
        assertThat(host.loops().connections()).as("connections after the end").isZero();
    }

    /** Serves the official suites until it is killed. */
    public static void main(String[] arguments) {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : SUITE_PORT;
        SocketIoConfig config = suite().set(Settings.ALLOW_EIO3, arguments.length > 1 && arguments[1].equals("3"))
                .build();
        new EngineEcho(config, EngineHooks.NONE, Admission.unlimited(), port, Wire.REACTOR, builder -> {}, null);
    }

    /** Sends back what came. Confined to the loop. */
    private final class Echo implements SessionListener {
        private final EngineSession session;

        Echo(EngineSession session) {
            this.session = session;
        }

        @Override
        public void text(byte[] utf8, int offset, int length) {
            byte[] packet = new byte[length + 1];
            packet[0] = '4';
            System.arraycopy(utf8, offset, packet, 1, length);
            session.append(OutboundMessage.of(packet, List.of(), false, true));
        }

        @Override
        public void binary(byte[] data) {
            session.append(OutboundMessage.of(null, List.of(data), false, true));
        }

        @Override
        public void closed(CloseReason reason, @Nullable String description) {
            present.remove(session.id());
            closed.add(new Closed(session, reason, description));
        }
    }
}
