package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The check must be able to fail. */
class NothingLeftTest {
    private NothingLeft.World before;

    @BeforeEach
    void look() {
        before = NothingLeft.World.now();
    }

    private void awaitLeft(String text) {
        Awaitility.await()
                .pollInSameThread()
                .untilAsserted(() -> assertThat(String.join(";", left())).contains(text));
    }

    private List<String> left() {
        return NothingLeft.World.now().leftSince(before);
    }

    private void awaitNothing() {
        Awaitility.await()
                .pollInSameThread()
                .untilAsserted(() -> assertThat(left()).isEmpty());
    }

    @Test
    void aVirtualThreadIsSeen() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual().start(() -> waitFor(end));

        awaitLeft("waitFor");

        end.countDown();
        thread.join();
        awaitNothing();
    }

    @Test
    void aPlatformThreadIsSeen() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> waitFor(end));

        awaitLeft("waitFor");

        end.countDown();
        thread.join();
        awaitNothing();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anOpenSocketIsSeen() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            awaitLeft("sockets");
        }
        awaitNothing();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aChildProcessIsSeen() throws Exception {
        Process child = new ProcessBuilder("sleep", "60").start();

        awaitLeft("process " + child.pid());

        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        awaitNothing();
    }

    @Test
    void aServerThatRunsAndWhatItsClientsHoldAreSeen() throws Exception {
        try (EngineEcho server = EngineEcho.start()) {
            awaitLeft("server");
            var idle = server.holdings();

            PollingClient.open(server.port());

            assertThat(server.holdings()).containsEntry("sessions", 1L).containsEntry("timers", idle.get("timers") + 1);
        }
        awaitNothing();
    }

    private static void waitFor(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
