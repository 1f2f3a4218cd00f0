package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NothingLeft.class)
class LauncherIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

    private static String status(int port, String target) throws IOException {
        return Integer.toString(RawHttp.once(port, RawHttp.get(target, "")).status());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void aFreePortIsChosenAndToldAndSigtermEndsTheProcessCleanly() throws Exception {
        try (RoostProcess roost = RoostProcess.single().start()) {
            int port = roost.awaitServing();

            assertThat(status(port, HANDSHAKE)).isEqualTo("200");
            assertThat(status(port, "/observe/health/ready")).isEqualTo("200");
            assertThat(status(port, "/observe/metrics")).isEqualTo("404");
            assertThat(status(roost.metricsPort(), "/observe/metrics")).isEqualTo("200");
            assertThat(roost.errors())
                    .anySatisfy(line -> assertThat(line)
                            .contains("adapter memory", "node ", "sockets on reactors", "pid " + roost.pid()));

            roost.signal("TERM", roost.pid());

            assertThat(roost.exitCode()).isZero();
            roost.awaitAllGone();
        }
    }

    @Test
    void aProcessThatDrainsIsNotReadySendsItsClientsAwayAndExitsCleanly() throws Exception {
        try (RoostProcess roost = RoostProcess.single()
                .property("socketio.drain.timeout", "PT30S")
                .start()) {
            int port = roost.awaitServing();
            // Has to be told too, which keeps the process until it asks.
            PollingClient between = PollingClient.open(port, HANDSHAKE);
            try (RawHttp poll = PollingClient.open(port, HANDSHAKE).startPoll();
                    RawHttp socket = RawHttp.connect(port)) {
                assertThat(socket.exchange(RawHttp.get("/socket.io/?EIO=4&transport=websocket", WEBSOCKET))
                                .status())
                        .isEqualTo(101);
                poll.patience(PATIENCE);
                socket.patience(PATIENCE);

                roost.signal("TERM", roost.pid());

                assertThat(poll.read().text()).isEqualTo("1");
                int open = socket.readExactly(2)[1];
                socket.readExactly(open);
                assertThat(socket.readExactly(2)).as("a close frame").containsExactly(0x88, 0);
                assertThat(status(port, "/observe/health/ready")).isEqualTo("503");
                assertThat(status(port, HANDSHAKE)).isEqualTo("503");
                assertThat(between.poll().text()).endsWith("1");
            }
            assertThat(roost.exitCode()).isZero();
            roost.awaitAllGone();
        }
    }

    @Test
    void anApplicationThatEndsTheProcessIsStoppedInGoodOrderAndKeepsItsCode() throws Exception {
        try (RoostProcess roost = RoostProcess.single()
                .withTestClasses()
                .property("socketio.application", "conformance")
                .start()) {
            int port = roost.awaitServing();
            PollingClient client = PollingClient.open(port, HANDSHAKE);
            assertThat(client.post("40").text()).isEqualTo("ok");
            try (RawHttp http = RawHttp.connect(port)) {
                http.send(RawHttp.post(client.target(), "", "42[\"end the process\",7]"));

                assertThat(roost.exitCode()).isEqualTo(7);
                assertThat(roost.errors()).anySatisfy(line -> assertThat(line).endsWith(" stopped"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.port|web|server.port: 'web'|0 to 65535",
                "server.port|65536|server.port: '65536'|0 to 65535",
                "socketio.pnig-interval|PT1S|socketio.pnig-interval|ping-interval",
                "socketio.ping-interval|soon|socketio.ping-interval: 'soon'|such as PT25S",
                "socketio.ping-interval|PT0S|socketio.ping-interval|such as PT25S",
                "socketio.adapter|rabbit|socketio.adapter: 'rabbit'|hazelcast, memory, redis",
                "socketio.redis.url|x|socketio.redis.url|uri",
                "socketio.rabbit.url|x|socketio.rabbit.url|hazelcast, memory, redis",
                "socketio.application|nobody|socketio.application: 'nobody'|allowed",
            })
    void aSettingThatIsNotAllowedIsOneLineAndCode1(String key, String value, String shown, String allowed)
            throws Exception {
        try (RoostProcess roost = RoostProcess.single().property(key, value).start()) {
            assertThat(roost.exitCode()).isEqualTo(1);

            assertThat(roost.errors())
                    .singleElement()
                    .asString()
                    .contains(shown)
                    .contains(allowed);
        }
    }

    @ParameterizedTest
    @CsvSource({"help", "cluster now", "--port=1"})
    void anythingElseIsAUsageLineAndCode1(String arguments) throws Exception {
        try (RoostProcess roost =
                RoostProcess.single().argument(arguments.split(" ")).start()) {
            assertThat(roost.exitCode()).isEqualTo(1);

            assertThat(roost.errors())
                    .singleElement()
                    .asString()
                    .startsWith("usage:")
                    .contains("[cluster]");
        }
    }

    @Test
    void aPortThatIsTakenIsOneLineAndCode2() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RoostProcess roost = RoostProcess.single()
                        .property("server.port", taken.getLocalPort())
                        .start()) {
            assertThat(roost.exitCode()).isEqualTo(2);

            assertThat(roost.lastErrors())
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("in use");
        }
    }

    @Test
    void aRedisThatIsNotThereIsOneLineWithItsAddressAndCode2() throws Exception {
        int nobody = freePort();
        try (RoostProcess roost = RoostProcess.single()
                .property("socketio.adapter", "redis")
                .variable("REDIS_URL", "redis://user:hidden@127.0.0.1:" + nobody)
                .start()) {
            assertThat(roost.exitCode()).isEqualTo(2);

            assertThat(roost.lastErrors())
                    .singleElement()
                    .asString()
                    .contains("adapter redis")
                    .contains("127.0.0.1:" + nobody)
                    .doesNotContain("hidden");
        }
    }

    @Test
    void systemPropertiesHideVariablesAndThoseHideTheFileInTheWorkingDirectory(@TempDir Path folder) throws Exception {
        int port = freePort();
        Files.writeString(folder.resolve("application.yaml"), """
            server:
              port: 1
              host: 127.0.0.1
            socketio:
              path: /from-file
              management:
                port: 0
              serve-client: true
            """);
        try (RoostProcess roost = new RoostProcess.Command()
                .in(folder)
                .variable("PORT", Integer.toString(port))
                .variable("SOCKETIO_PATH", "/from-variable")
                .property("socketio.path", "/from-property")
                .start()) {
            assertThat(roost.awaitServing()).isEqualTo(port);

            assertThat(status(port, "/from-property/?EIO=4&transport=polling")).isEqualTo("200");
            assertThat(status(port, "/from-file/?EIO=4&transport=polling")).isEqualTo("404");
        }
    }

    @Test
    void aSecondProcessStartsAndSaysWhereItsMetricsAre() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                RoostProcess roost = RoostProcess.single()
                        .property("socketio.management.port", taken.getLocalPort())
                        .start()) {
            roost.awaitServing();

            assertThat(roost.errors())
                    .anySatisfy(line -> assertThat(line)
                            .contains("WARNING", "socketio.management.port " + taken.getLocalPort() + " is taken"));
        }
    }

    @Test
    void anOldJavaIsToldWhichOneIsNeededInOneLine() throws Exception {
        List<Path> old = oldJavas();
        assumeThat(old).as("a Java from 8 to 20 on this machine").isNotEmpty();
        try (RoostProcess roost = RoostProcess.single().java(old.get(0)).start()) {
            assertThat(roost.exitCode()).isEqualTo(1);

            assertThat(roost.errors()).singleElement().asString().containsPattern("needs Java 21 or newer, found \\d+");
        }
    }

    private static List<Path> oldJavas() throws IOException {
        Path folder = Path.of(System.getProperty("java.home")).resolveSibling(".");
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.filter(LauncherIT::isOld)
                    .map(home -> home.resolve("bin").resolve("java"))
                    .filter(Files::isExecutable)
                    .toList();
        }
    }

    private static boolean isOld(Path home) {
        try (Reader release = Files.newBufferedReader(home.resolve("release"))) {
            Properties properties = new Properties();
            properties.load(release);
            String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
            return Pattern.matches("(1\\.8|9|1[0-9]|20)(\\D.*)?", version);
        } catch (IOException e) {
            return false;
        }
    }
}
