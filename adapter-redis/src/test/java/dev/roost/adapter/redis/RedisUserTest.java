package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.Emitter;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import dev.roost.adapter.tck.RecordedEvents;
import dev.roost.adapter.tck.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user that may do what {@code docs/operations.md} says and nothing else. */
@Timeout(120)
class RedisUserTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private final List<ClusterBus> opened = new ArrayList<>();

    @BeforeEach
    void letTheDocumentedUserIn() throws IOException {
        String line = Files.readAllLines(Path.of("..", "docs", "operations.md")).stream()
                .filter(each -> each.startsWith("ACL SETUSER roost "))
                .findFirst()
                .orElseThrow();
        REDIS.command("ACL", "DELUSER", "roost");
        assertThat(REDIS.command(line.split(" ", -1))).startsWith("+OK");
        REDIS.command("ACL", "LOG", "RESET");
    }

    @AfterEach
    void closeAll() {
        opened.forEach(ClusterBus::close);
    }

    @Test
    @DisplayName("sec-B14: the documented user may do all that nodes and emitters do")
    void theDocumentedUserIsEnough() {
        RecordedEvents atFirst = new RecordedEvents();
        RecordedEvents atSecond = new RecordedEvents();
        ClusterBus first = bus("password", "roost", 1);
        ClusterBus second = bus("password", "roost", 2);
        first.start(atFirst);
        second.start(atSecond);
        first.send(new Target.All(), bytes("to all"));
        second.send(new Target.Node(new NodeId(1)), bytes("to one"));
        atSecond.awaitText("to all");
        atFirst.awaitText("to one");
        assertThat(first.connections().orElseThrow().unconnected(Set.of(new NodeId(2))))
                .isEmpty();
        TtlStore store = first.store().orElseThrow();
        store.put("session", bytes("kept"), Duration.ofMinutes(1));
        assertThat(store.take("session")).hasValue(bytes("kept"));
        try (Emitter emitter = Emitter.connect("redis", Map.of("uri", uri("password")))) {
            emitter.emit("news");
        }
        closeAll();
        assertThat(REDIS.command("ACL", "LOG")).as("what Redis refused").startsWith("*0");
    }

    @Test
    @DisplayName("sec-B11: the documented user hears and says nothing under another key")
    void theDocumentedUserIsKeptToItsKey() {
        ClusterBus bus = bus("password", "roost2", 1);
        assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                .isInstanceOf(AdapterException.class)
                .hasMessageStartingWith(refusal())
                .hasMessageContaining("NOPERM");
    }

    @Test
    void emitterNeedsToPublishOnly() {
        RecordedEvents heard = new RecordedEvents();
        bus("password", "roost", 1).start(heard);
        REDIS.command("ACL", "SETUSER", "roost", "resetkeys", "-@all", "+publish");
        try (Emitter emitter = Emitter.connect("redis", Map.of("uri", uri("password"), "key", "roost"))) {
            emitter.emit("news");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> !heard.texts().isEmpty());
    }

    @Test
    void whoMayNotAskForSubscribersWaitsForHeartbeats() {
        REDIS.command("ACL", "SETUSER", "roost", "-pubsub|numsub");
        ClusterBus bus = bus("password", "roost", 1);
        bus.start(new RecordedEvents());
        assertThat(bus.connections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe"})
    void withoutOneOfTheCommandsTheStartFails(String command) {
        REDIS.command("ACL", "SETUSER", "roost", "-" + command);
        ClusterBus bus = bus("password", "roost", 1);
        assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                .isInstanceOf(AdapterException.class)
                .hasMessageStartingWith(refusal())
                .hasMessageContaining("NOPERM");
    }

    @Test
    @DisplayName("sec-B14: a refused login names address and user, not the password")
    void aWrongPasswordNamesAddressAndUser() {
        ClusterBus bus = bus("s3cret", "roost", 1);
        assertThatThrownBy(() -> bus.start(new RecordedEvents()))
                .isInstanceOf(AdapterException.class)
                .hasMessageStartingWith(refusal())
                .hasMessageMatching(".*(WRONGPASS|closed prematurely).*")
                .hasMessageNotContainingAny("s3cret", "\n");
    }

    private static String refusal() {
        return "cannot use Redis at redis://***@127.0.0.1:" + REDIS.port() + " as the user 'roost': ";
    }

    private static String uri(String password) {
        return "redis://roost:" + password + "@127.0.0.1:" + REDIS.port();
    }

    private ClusterBus bus(String password, String key, int node) {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("uri", uri(password), "key", key));
        ClusterBus bus = new RedisBus(config, new NodeId(node), Counters.NONE);
        opened.add(bus);
        return bus;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
