package dev.roost.server.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.RedisServer;
import dev.roost.server.client.StockClients;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;

/** Four processes over a Redis, and what happens to them. Confined to one thread at a time. */
final class RedisFaults implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String EVERYONE = "faults:all";
    private static final String SECRET = "the secret";

    private final StockClients clients;
    private final RedisServer redis = new RedisServer();
    private final List<RoostProcess> started = new ArrayList<>();
    private ServedNode first;
    private ServedNode second;
    private ServedNode third;
    private ServedNode fourth;
    private ServedNode stranger;
    private long stoppedAt;

    RedisFaults(StockClients clients) {
        this.clients = clients;
    }

    FaultsIT.Faults faults() {
        FaultsIT.Faults faults = new FaultsIT.Faults();
        faults.add("four processes that start at the same moment", this::fourStartAtOnce);
        faults.add("a process that stops, and fills its buffer at Redis", this::oneStops);
        faults.add("a process with another secret", this::anotherSecret);
        faults.add("hostile bytes on the bus", this::hostileBytes);
        faults.add("connections that Redis ends", this::killedConnections);
        faults.add("a Redis that hangs", this::redisHangs);
        faults.add("a Redis that is killed and back after 2 s", this::redisIsAwayShortly);
        faults.add("a process that is killed", this::oneIsKilled);
        faults.add("a process that goes on after 30 s", this::theStoppedOneGoesOn);
        faults.add("a Redis that is killed and back after 30 s", this::redisIsAwayForLong);
        faults.add("logs that say it once", this::logsSayItOnce);
        return faults;
    }

    private RoostProcess start(String secret) {
        RoostProcess process = RoostProcess.single()
                .withTestClasses()
                .jvm("-XX:+UseSerialGC")
                // What a flood of 80 MB must not fill.
                .jvm("-Xmx96m")
                .property("socketio.application", "conformance")
                // Clients of a process that stops stay, however long that takes here.
                .property("socketio.ping-timeout", "PT3M")
                .property("socketio.adapter", "redis")
                .property("socketio.redis.uri", redis.uri())
                .property("socketio.redis.key", "faults")
                .property("socketio.cluster.secret", secret)
                .start();
        started.add(process);
        return process;
    }

    private void fourStartAtOnce() {
        redis.start();
        for (int i = 0; i < 4; i++) {
            start(SECRET);
        }
        start("another secret");
        List<ServedNode> nodes = new ArrayList<>();
        for (RoostProcess process : started) {
            nodes.add(new ServedNode(process, "127.0.0.1", clients));
        }
        first = nodes.get(0);
        second = nodes.get(1);
        third = nodes.get(2);
        fourth = nodes.get(3);
        stranger = nodes.get(4);
        ServedNode.awaitOneCluster(first, second, third, fourth);
    }

    private void hostileBytes() throws Throwable {
        ServedNode.whileServing(clients, List.of(first), () -> {
            byte[] recorded = recordFrame();
            List<byte[]> hostile = new ArrayList<>();
            Random random = new Random(1);
            for (int i = 0; i < 100; i++) {
                byte[] bytes = new byte[random.nextInt(2000)];
                random.nextBytes(bytes);
                hostile.add(bytes);
                byte[] changed = recorded.clone();
                changed[2 + random.nextInt(changed.length - 2)] ^= (byte) (1 << random.nextInt(8));
                hostile.add(changed);
                hostile.add(recorded);
            }
            byte[] later = recorded.clone();
            later[0]++;
            hostile.add(later);
            hostile.add(forged(2));
            hostile.add(forged(0));
            hostile.add(new byte[0]);
            hostile.add(new byte[4 << 20]);
            for (byte[] each : hostile) {
                redis.command("PUBLISH".getBytes(US_ASCII), EVERYONE.getBytes(US_ASCII), each);
            }
            ServedNode.awaitOneCluster(first, second, third);
            for (ServedNode node : List.of(first, second, third)) {
                Awaitility.await("the count of what was refused")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> {
                            // Whose frame was recorded looks at nothing that seems to be its own.
                            assertThat(node.counted("cluster.frames.unauthenticated"))
                                    .isGreaterThanOrEqualTo(node == second ? 2 : 102);
                            assertThat(node.counted("cluster.frames.refused")).isPositive();
                            assertThat(node.counted("cluster.frames.malformed")).isPositive();
                            assertThat(node.counted("cluster.redis.messages.refused"))
                                    .isEqualTo(1);
                        });
                node.assertNothingTwice();
                assertThat(node.warnings("cluster.frames.")).isLessThan(60);
            }
            assertThat(first.counted("cluster.frames.duplicate")).isGreaterThanOrEqualTo(100);
        });
    }

    /** Listens as any client of Redis may, until the second node says something. */
    private byte[] recordFrame() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port());
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("SUBSCRIBE " + EVERYONE + "\r\n").getBytes(US_ASCII));
            in.readNBytes(("*3\r\n$9\r\nsubscribe\r\n$10\r\n" + EVERYONE + "\r\n:1\r\n").length());
            second.say();
            int origin = NodeId.parse(second.id()).value();
            while (true) {
                in.readNBytes(("*3\r\n$7\r\nmessage\r\n$10\r\n" + EVERYONE + "\r\n$").length());
                StringBuilder length = new StringBuilder();
                for (int next = in.read(); next != '\r'; next = in.read()) {
                    length.append((char) next);
                }
                in.skipNBytes(1);
                byte[] frame = in.readNBytes(Integer.parseInt(length.toString()));
                in.skipNBytes(2);
                if (ByteBuffer.wrap(frame).getInt(2) == origin) {
                    return frame;
                }
            }
        }
    }

    /** As if the third node had sent a message of a length that does not fit, signed by who does not know how. */
    private byte[] forged(int flags) {
        return ByteBuffer.allocate(60)
                .put((byte) 1)
                .put((byte) flags)
                .putInt(NodeId.parse(third.id()).value())
                .putLong(System.currentTimeMillis())
                .put((byte) 1)
                .putShort((short) 1)
                .putInt(-1)
                .array();
    }

    private void oneStops() throws Throwable {
        limitBuffers("pubsub 1048576 1048576 5");
        ServedNode.whileServing(clients, List.of(first), () -> {
            fourth.process.signal("STOP", fourth.process.pid());
            stoppedAt = System.nanoTime();
            ServedNode.assertOnlyMissing(Set.of(fourth.id()), first, second, third);

            byte[] itsChannel = ("faults:node:" + fourth.id()).getBytes(US_ASCII);
            byte[] large = new byte[1 << 20];
            Awaitility.await("Redis to end the connection of one that does not read")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> redis.command("PUBLISH".getBytes(US_ASCII), itsChannel, large)
                            .startsWith(":0"));
            limitBuffers("pubsub 33554432 8388608 60");
            ServedNode.awaitOneCluster(first, second, third);
        });
    }

    private void anotherSecret() {
        stranger.say();
        assertThat(stranger.nodes()).isEqualTo(1);
        Awaitility.await("the count of what was refused").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(first.counted("cluster.frames.unauthenticated")).isPositive();
            assertThat(stranger.counted("cluster.frames.unauthenticated")).isPositive();
        });
        ServedNode.awaitOneCluster(first, second, third);
        assertThat(first.heard()).noneMatch(word -> word.startsWith(stranger.id()));
        stranger.close();
    }

    private void limitBuffers(String limit) {
        assertThat(redis.command("CONFIG", "SET", "client-output-buffer-limit", limit))
                .startsWith("+OK");
    }

    private void killedConnections() throws Throwable {
        ServedNode.whileServing(clients, List.of(first), () -> {
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            redis.command("CLIENT", "KILL", "TYPE", "normal");
            ServedNode.awaitOneCluster(first, second, third);
        });
    }

    private void redisHangs() throws Throwable {
        ServedNode.whileServing(clients, List.of(first, second), () -> {
            redis.signal("STOP");
            first.say();
            // Each takes as long as others are waited for.
            ServedNode.assertOnlyMissing(Set.of(second.id(), third.id()), first);
            redis.signal("CONT");
            ServedNode.awaitOneCluster(first, second, third);
        });
    }

    private void redisIsAwayShortly() throws Throwable {
        ServedNode.whileServing(clients, List.of(first, second), () -> {
            redis.kill();
            long since = System.nanoTime();
            first.say();
            awaitPassed(since, Duration.ofSeconds(2));
            redis.start();
            ServedNode.awaitOneCluster(first, second, third);
        });
    }

    private void oneIsKilled() throws Throwable {
        ServedNode.whileServing(clients, List.of(first), () -> {
            third.process.signal("KILL", third.process.pid());
            ServedNode.assertOnlyMissing(Set.of(third.id()), first, second);
            ServedNode.awaitOneCluster(first, second);
        });
    }

    private void theStoppedOneGoesOn() throws Throwable {
        ServedNode.whileServing(clients, List.of(first), () -> {
            awaitPassed(stoppedAt, LONG);
            fourth.process.signal("CONT", fourth.process.pid());
            ServedNode.awaitOneCluster(first, second, fourth);
        });
    }

    private void redisIsAwayForLong() throws Throwable {
        ServedNode.whileServing(clients, List.of(first, second), () -> {
            redis.kill();
            long since = System.nanoTime();
            first.flood(90);
            second.say();
            ServedNode.assertOnlyMissing(Set.of(second.id(), fourth.id()), first);
            awaitPassed(since, LONG);
            redis.start();
            ServedNode.awaitOneCluster(first, second, fourth);
        });
        assertThat(first.counted("cluster.messages.dropped") + first.counted("cluster.frames.dropped"))
                .isPositive();
    }

    private void logsSayItOnce() {
        for (ServedNode node : List.of(first, second, fourth)) {
            node.assertNothingTwice();
            // Three times it was killed or its connections were, and once it hung.
            assertThat(node.warnings("lost the connection to Redis")).isBetween(1L, 8L);
            assertThat(node.warnings("")).isLessThan(100);
        }
    }

    private static void awaitPassed(long since, Duration time) {
        Awaitility.await().atMost(time.plus(PATIENCE)).until(() -> System.nanoTime() - since > time.toNanos());
    }

    @Override
    public void close() {
        started.forEach(RoostProcess::close);
        redis.close();
    }
}
