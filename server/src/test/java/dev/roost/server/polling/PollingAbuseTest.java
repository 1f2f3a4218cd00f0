package dev.roost.server.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.server.Bystander;
import dev.roost.server.Crowd;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.ProcessCpu;
import dev.roost.server.RawHttp;
import dev.roost.server.http.Admission;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Much of everything, with a bystander. Spec: security P3, P8, P9, P16, S12, H6. */
@Tag("integration")
@ExtendWith(NothingLeft.class)
final class PollingAbuseTest {
    private static final String TARGET = "/engine.io/?EIO=4&transport=polling";

    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start(EngineEcho.settings()
                .set(LimitSettings.BODY_TIMEOUT, Duration.ofSeconds(2))
                .build());
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    @Test
    @DisplayName("sec-P3: two thousand bodies of one byte a second are broken off, and delay nobody")
    void manySlowBodiesAreBrokenOff() throws Exception {
        int size = Crowd.size();
        List<PollingClient> clients;
        try (RawHttp http = RawHttp.connect(server.port())) {
            clients = PollingClient.open(http, server.port(), TARGET, size);
        }
        Iterator<PollingClient> next = clients.iterator();
        try (Crowd posts = Crowd.of(
                size,
                () -> RawHttp.connect(server.port())
                        .send("POST " + next.next().target()
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n4"))) {
            CompletableFuture<Void> all = posts.together(PollingAbuseTest::dripUntilRefused);
            while (!all.isDone()) {
                bystander.check();
            }
            all.get(1, TimeUnit.SECONDS);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(clients)
                        .allSatisfy(client ->
                                assertThat(server.session(client.sid())).isNull()));
        bystander.check();
    }

    /** Each is told 408, or simply cut off where its bytes came later still. */
    private static void dripUntilRefused(RawHttp post) throws IOException {
        post.patience(Duration.ofSeconds(1));
        for (int second = 0; second < 60; second++) {
            try {
                if (second > 0) {
                    post.send("4");
                }
                assertThat(post.read().status()).isEqualTo(408);
                post.patience(Duration.ofSeconds(30));
                assertThat(post.isAtEnd()).isTrue();
                return;
            } catch (EOFException | SocketException e) {
                return;
            } catch (SocketTimeoutException e) {
                // not yet
            }
        }
        throw new AssertionError("expected the end of a slow post within a minute");
    }

    @Test
    @DisplayName("sec-P8: a megabyte of separators, read as fast as anything else")
    void megabyteOfSeparatorsIsAParseError() throws Exception {
        String separators = "\u001e".repeat(1_000_000);
        ProcessCpu cpu = ProcessCpu.measure();
        for (int i = 0; i < 10; i++) {
            PollingClient client = PollingClient.open(server.port());

            assertThat(client.post(separators).text()).isEqualTo("ok");

            assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
            bystander.check();
        }
        // Whatever is quadratic in them takes minutes.
        assertThat(cpu.spent().dividedBy(10)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("sec-P9: 300,000 packets in a body")
    void hundredsOfThousandsOfPacketsLeaveOthersAlone() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        Thread posting = Thread.ofVirtual().start(() -> {
            try {
                assertThat(client.post("4x\u001e".repeat(300_000) + "4y").text())
                        .isEqualTo("ok");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        while (posting.isAlive()) {
            bystander.check();
        }
        int packets = 0;
        String last = "";
        while (!last.equals("4y")) {
            for (String packet : client.poll().text().split("\u001e", -1)) {
                last = packet;
                packets++;
            }
        }
        assertThat(packets).isEqualTo(300_001);
        bystander.check();
    }

    @Test
    @DisplayName("sec-P16: 100,000 pongs nobody asked for")
    void floodOfPongsSetsNoTimers() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        long timers = server.holdings().get("timers");

        assertThat(client.post("3\u001e".repeat(99_999) + "3").text()).isEqualTo("ok");

        assertThat(server.holdings().get("timers")).isLessThanOrEqualTo(timers);
        assertThat(client.post("4still here").text()).isEqualTo("ok");
        bystander.check();
    }

    @Test
    @DisplayName("sec-S12: of 50,000 handshakes those that the rate of 1,000 a second allows, and each costs little")
    void floodOfHandshakesIsTurnedAway() throws Exception {
        int flood = 50_000;
        AtomicLong clock = new AtomicLong();
        try (EngineEcho limited =
                        EngineEcho.start(EngineEcho.settings().build(), new Admission(0, 0, 1000, clock::get));
                RawHttp http = RawHttp.connect(limited.port())) {
            int accepted = handshakes(http, 500);
            long before = usedHeap();
            accepted += handshakes(http, flood / 2 - 500);
            assertThat(accepted).as("the burst").isEqualTo(2000);
            clock.set(Duration.ofSeconds(1).toNanos());
            accepted += handshakes(http, flood / 2);
            assertThat(accepted).isEqualTo(3000);
            assertThat(limited.sessionCount()).isEqualTo(3000);
            assertThat((usedHeap() - before) / 2500).as("bytes a session").isLessThan(8 * 1024);
            bystander.check();
        }
    }

    /** Handshakes one after the other, a hundred sent ahead; returns how many are let in. */
    private static int handshakes(RawHttp http, int count) throws IOException {
        int accepted = 0;
        String hundred = RawHttp.get(TARGET, "").repeat(100);
        for (int i = 0; i < count; i++) {
            if (i % 100 == 0) {
                http.send(hundred);
            }
            RawHttp.Response response = http.read();
            if (response.status() == 200) {
                accepted++;
            } else {
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.header("retry-after")).isEqualTo("1");
            }
        }
        return accepted;
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            memory.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    @Test
    @DisplayName("sec-H6: a sid that is unknown takes as long as one that is known")
    void latencyTellsNothingAboutASid() throws Exception {
        PollingClient client = PollingClient.open(server.port());
        String known = RawHttp.get(client.target().replace("transport=polling", "transport=websocket"), "");
        String unknown = known.replace(client.sid(), "A".repeat(20));
        List<Long> knownNanos = new ArrayList<>();
        List<Long> unknownNanos = new ArrayList<>();
        try (RawHttp http = RawHttp.connect(server.port())) {
            for (int i = 0; i < 2000; i++) {
                long start = System.nanoTime();
                http.exchange(i % 2 == 0 ? known : unknown);
                (i % 2 == 0 ? knownNanos : unknownNanos).add(System.nanoTime() - start);
            }
        }

        assertThat(Math.abs(median(knownNanos) - median(unknownNanos)))
                .isLessThan(Duration.ofMillis(1).toNanos());
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
    }
}
