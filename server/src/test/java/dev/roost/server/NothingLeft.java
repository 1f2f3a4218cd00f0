package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something of a server behind.
 *
 * <p>After each test a server that goes on running holds what it held before: sessions, connections, timers and bytes
 * of waiting tasks. Once all tests of a class are over no server runs, and there are no more threads of Roost,
 * platform or virtual, open sockets and child processes than before it.
 *
 * <p>A server takes part by {@link #watch}; the rest needs nothing but {@code @ExtendWith(NothingLeft.class)}.
 *
 * <p>Thread-safe: a concurrent map.
 */
public final class NothingLeft
        implements BeforeClassTemplateInvocationCallback,
                AfterClassTemplateInvocationCallback,
                BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback {
    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(NothingLeft.class);
    private static final String ASKING = World.class.getName() + ".now(";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ConcurrentMap<Watched, String> WATCHED = new ConcurrentHashMap<>();

    /** A server under test. */
    public interface Watched {
        /** How much it has at present of everything that should not grow; the keys are told when it did. */
        Map<String, Long> holdings();

        /** What a client that is gone leaves for a time by rights, such as a session that polls, is ended now. */
        void endAbandoned(Set<String> sessionsBefore);

        /** Ids of its sessions. */
        Set<String> sessions();
    }

    /** What there was before a test. Immutable. */
    private record Before(Map<String, Long> holdings, Set<String> sessions) {}

    /** What there is at a moment. Immutable. */
    record World(Set<Watched> servers, List<String> threads, long sockets, Set<Long> children) {
        static World now() {
            touchSockets();
            return new World(Set.copyOf(WATCHED.keySet()), NothingLeft.threads(), openSockets(), processes());
        }

        /** Says what there is now that was not there then. */
        List<String> leftSince(World before) {
            List<String> left = new ArrayList<>();
            servers.stream()
                    .filter(server -> !before.servers.contains(server))
                    .forEach(server -> left.add("server " + server));
            if (threads.size() > before.threads.size()) {
                left.add("threads, " + before.threads.size() + " before: " + threads);
            }
            if (sockets > before.sockets) {
                left.add("sockets: " + before.sockets + " before, " + sockets + " now");
            }
            children.stream()
                    .filter(child -> !before.children.contains(child))
                    .forEach(child -> left.add("process " + child));
            return left;
        }
    }

    /** Includes a server in the check until {@link #unwatch}. */
    public static void watch(Watched server) {
        WATCHED.put(server, server.toString());
    }

    /** The server has stopped. */
    public static void unwatch(Watched server) {
        WATCHED.remove(server);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(STORE).put("world", World.now());
    }

    /** A class with parameters starts its servers before this is asked {@link #beforeAll}. */
    @Override
    public void beforeClassTemplateInvocation(ExtensionContext context) {
        beforeAll(context);
    }

    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) {
        afterAll(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        for (Watched server : WATCHED.keySet()) {
            context.getStore(STORE).put(server, new Before(server.holdings(), server.sessions()));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        for (Watched server : WATCHED.keySet()) {
            Before before = context.getStore(STORE).get(server, Before.class);
            if (before == null) {
                continue;
            }
            server.endAbandoned(before.sessions());
            Awaitility.await("what the test left in " + server)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(grown(before.holdings(), server.holdings()))
                            .isEmpty());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        World before = context.getStore(STORE).get("world", World.class);
        Awaitility.await("what the class left")
                .pollInSameThread()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(World.now().leftSince(before)).isEmpty());
    }

    private static List<String> grown(Map<String, Long> before, Map<String, Long> now) {
        List<String> grown = new ArrayList<>();
        now.forEach((key, value) -> {
            long was = before.getOrDefault(key, 0L);
            if (value > was) {
                grown.add(key + ": " + was + " before, " + value + " now");
            }
        });
        return grown;
    }

    /** Threads that run code of Roost or Helidon, but for the one that asks. */
    private static List<String> threads() {
        return ThreadDump.take()
                .filter(thread -> thread.contains("dev.roost.") || thread.contains("io.helidon."))
                .filter(thread -> !thread.contains(ASKING))
                .toList();
    }

    private static Set<Long> processes() {
        Set<Long> ids = new HashSet<>();
        ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).forEach(child -> ids.add(child.pid()));
        return ids;
    }

    /** Open sockets of this process; 0 where the system does not tell. */
    private static long openSockets() {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.filter(NothingLeft::isSocket).count();
        } catch (IOException e) {
            throw new IllegalStateException("expected to list " + open, e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            // closed since it was listed
            return false;
        }
    }

    /** Has the JDK open what sockets it keeps for itself. */
    private static void touchSockets() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()))) {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to connect to loopback", e);
        }
    }
}
