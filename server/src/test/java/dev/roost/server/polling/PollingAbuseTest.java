package dev.roost.server.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.server.Bystander;
import dev.roost.server.EngineEcho;
import dev.roost.server.LimitSettings;
import dev.roost.server.NothingLeft;
import dev.roost.server.PollingClient;
import dev.roost.server.RawHttp;
import dev.roost.server.http.Admission;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static EngineEcho server;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws IOException {
        server = EngineEcho.start(EngineEcho.settings()
                .set(LimitSettings.BODY_TIMEOUT, Duration.ofSeconds(1))
                .build());
        bystander = Bystander.connect(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        server.close();
    }

    @Test
    @DisplayName("sec-P3: hundreds of bodies that never come are broken off, and delay nobody")
    void manySilentBodiesAreBrokenOff() throws Exception {
        List<RawHttp> posts = new ArrayList<>();
        List<PollingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                PollingClient client = PollingClient.open(server.port());
                clients.add(client);
                posts.add(RawHttp.connect(server.port())
                        .send("POST " + client.target()
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n4"));
                if (i % 50 == 0) {
                    bystander.check();
                }
            }
            bystander.check();
            for (RawHttp post : posts) {
                assertThat(post.isAtEnd()).isTrue();
            }
            for (PollingClient client : clients) {
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .untilAsserted(
                                () -> assertThat(server.session(client.sid())).isNull());
            }
        } finally {
            for (RawHttp post : posts) {
                post.close();
            }
        }
        bystander.check();
    }

    @Test
    @DisplayName("sec-P8: a megabyte of separators")
    void megabyteOfSeparatorsIsAParseError() throws Exception {
        PollingClient client = PollingClient.open(server.port());

        assertThat(client.post("\u001e".repeat(1_000_000)).text()).isEqualTo("ok");

        assertThat(server.awaitClosed(client.sid()).reason()).isEqualTo(CloseReason.PARSE_ERROR);
        bystander.check();
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
    @DisplayName("sec-S12: more handshakes than the rate allows are turned away, to come again")
    void floodOfHandshakesIsTurnedAway() throws Exception {
        AtomicLong clock = new AtomicLong();
        try (EngineEcho limited =
                EngineEcho.start(EngineEcho.settings().build(), new Admission(0, 0, 100, clock::get))) {
            int accepted = 0;
            try (RawHttp http = RawHttp.connect(limited.port())) {
                for (int i = 0; i < 1000; i++) {
                    RawHttp.Response response = http.exchange(RawHttp.get("/engine.io/?EIO=4&transport=polling", ""));
                    if (response.status() == 200) {
                        accepted++;
                    } else {
                        assertThat(response.status()).isEqualTo(503);
                        assertThat(response.header("retry-after")).isEqualTo("1");
                    }
                    if (i == 499) {
                        assertThat(accepted).as("the burst").isEqualTo(200);
                        clock.set(Duration.ofSeconds(1).toNanos());
                    }
                }
            }
            assertThat(accepted).isEqualTo(300);
            assertThat(limited.sessionCount()).isEqualTo(300);
        }
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
