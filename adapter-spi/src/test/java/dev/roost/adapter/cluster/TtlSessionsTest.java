package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.tck.InMemoryStore;
import dev.roost.adapter.tck.ManualScheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("R08, sec-B9, sec-B17: sessions in a store")
class TtlSessionsTest {
    private static final NodeId NODE = new NodeId(-7);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Map<String, Long> counted = new ConcurrentHashMap<>();
    private final ManualScheduler clock = new ManualScheduler();
    private final InMemoryStore store = new InMemoryStore(clock::nanoTime);
    private final TtlSessions sessions = sessions(store, null);

    private TtlSessions sessions(TtlStore over, @Nullable String secret) {
        Counters counters = (name, more) -> counted.merge(name, more, Long::sum);
        return new TtlSessions(over, Optional.ofNullable(secret), new IncidentLog(counters, clock));
    }

    private static Payload payload(String json) {
        return new Payload(json.getBytes(StandardCharsets.UTF_8), List.of(new byte[] {1}));
    }

    private static SessionHandover session(String namespace, String pid, Duration left) {
        SavedSession saved = new SavedSession(
                namespace,
                pid,
                "id",
                Set.of("r"),
                Payload.of("{}".getBytes(StandardCharsets.UTF_8)),
                List.of(payload("[\"e\",1]"), payload("[\"e\",2]")),
                Map.of(NODE, 2L));
        return new SessionHandover(saved, NODE, List.of(1L, Long.MAX_VALUE), 0, 0, 2, left);
    }

    @Test
    void sessionIsTakenOnceAsItWasPut() {
        SessionHandover put = session("/a", "secret", MINUTE);
        assertThat(sessions.put(put)).isTrue();
        assertThat(sessions.take("/", "secret")).isEmpty();
        assertThat(sessions.take("/a", "another")).isEmpty();
        assertThat(sessions.take("/a", "secret").orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(put);
        assertThat(sessions.take("/a", "secret")).isEmpty();
    }

    @Test
    void sessionExpiresWhenItsClientMayNoLongerBeAway() {
        sessions.put(session("/", "late", Duration.ZERO));
        assertThat(store.size()).isZero();
        sessions.put(session("/", "secret", MINUTE));
        clock.advance(MINUTE);
        assertThat(sessions.take("/", "secret")).isEmpty();
    }

    @Test
    void noteIsTakenOnceAndIsTheLast() {
        assertThat(sessions.wake()).isEmpty();
        sessions.rest(Map.of("/", Map.of(NODE, 1L)), MINUTE);
        Map<String, Map<NodeId, Long>> last = Map.of("/", Map.of(NODE, 2L, new NodeId(3), 0L), "/b", Map.of());
        sessions.rest(last, MINUTE);
        assertThat(sessions.wake()).contains(last);
        assertThat(sessions.wake()).isEmpty();
    }

    @Test
    void whatNobodySignedIsRefused() {
        sessions.put(session("/", "secret", MINUTE));
        assertThat(sessions(store, "ours").take("/", "secret")).isEmpty();
        sessions(store, "theirs").put(session("/", "secret", MINUTE));
        assertThat(sessions(store, "ours").take("/", "secret")).isEmpty();
        sessions(store, "ours").put(session("/", "secret", MINUTE));
        assertThat(sessions(store, "ours").take("/", "secret")).isPresent();
        assertThat(counted).containsEntry("cluster.store.refused", 2L);
    }

    @Test
    void sessionOfAnotherKeyIsRefused() {
        sessions.put(session("/", "mine", MINUTE));
        byte[] mine = store.take("session:4:mine/").orElseThrow();
        store.put("session:4:your/", mine, MINUTE);
        assertThat(sessions.take("/", "your")).isEmpty();
        store.put("rest", mine, MINUTE);
        assertThat(sessions.wake()).isEmpty();
    }

    @Test
    void hostileBytesAreRefusedWithoutHarm() {
        sessions.put(session("/", "secret", MINUTE));
        byte[] sound = store.take("session:6:secret/").orElseThrow();
        Random random = new Random(9);
        for (int length = 0; length < sound.length; length++) {
            assertThat(takenOf(Arrays.copyOf(sound, length)))
                    .as("cut at " + length)
                    .isEmpty();
        }
        assertThat(takenOf(Arrays.copyOf(sound, sound.length + 1))).isEmpty();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = sound.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
            }
            assertThatCode(() -> takenOf(bytes)).doesNotThrowAnyException();
        }
        byte[] huge = Arrays.copyOf(sound, StoredCodec.MAX_BYTES + 1);
        assertThat(takenOf(huge)).isEmpty();
        byte[] version = sound.clone();
        version[0]++;
        assertThat(takenOf(version)).isEmpty();
    }

    private Optional<SessionHandover> takenOf(byte[] bytes) {
        store.put("session:6:secret/", bytes, MINUTE);
        return sessions.take("/", "secret");
    }

    @Test
    void storeThatFailsIsReportedNotThrown() {
        TtlSessions failing = sessions(
                new TtlStore() {
                    @Override
                    public void put(String key, byte[] value, Duration ttl) {
                        throw new AdapterException("away");
                    }

                    @Override
                    public Optional<byte[]> take(String key) {
                        throw new AdapterException("away");
                    }
                },
                null);
        assertThat(failing.put(session("/", "secret", MINUTE))).isFalse();
        assertThat(failing.take("/", "secret")).isEmpty();
        assertThat(failing.wake()).isEmpty();
        assertThat(counted).containsEntry("cluster.store.failed", 3L);
    }
}
