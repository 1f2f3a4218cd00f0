package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.tck.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** X08: sessions in the place and form of Node's streams adapter. */
@Timeout(120)
class StreamSessionsTest {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long PLENTY = 1 << 20;
    private static final LoggedSession SESSION =
            new LoggedSession("/", "pid", "sid", Set.of("r1"), Wire.payload("{\"a\":1}"), Optional.empty());
    private static final byte[] STREAM = "socket.io".getBytes(UTF_8);

    private final RedisClient client = RedisClient.create(REDIS.uri());
    private final StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
    private final StreamSessions sessions = new StreamSessions(connection.sync(), "sio:session:");

    @BeforeEach
    void startAfresh() {
        REDIS.command("FLUSHALL");
    }

    @AfterEach
    void closeAll() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void aSessionOfNodeIsRead() throws WireFormatException {
        // msgpack of {sid:"s1", pid:"p1", rooms:["s1","r1"], data:{}}
        byte[] packed = HexFormat.of().parseHex("84a3736964a27331a3706964a27031a5726f6f6d7392a27331a27231a46461746180");
        LoggedSession read = StreamSessionCodec.decode(Base64.getEncoder().encode(packed), "/chat");
        assertThat(read.namespace()).isEqualTo("/chat");
        assertThat(read.socketId()).isEqualTo("s1");
        assertThat(read.pid()).isEqualTo("p1");
        assertThat(read.rooms()).containsExactly("r1");
        assertThat(Wire.text(read.data())).isEqualTo("{}");
        assertThat(read.since()).isEmpty();
    }

    @Test
    void whatIsWrittenIsRead() throws WireFormatException {
        assertThat(StreamSessionCodec.decode(StreamSessionCodec.encode(SESSION), "/other"))
                .usingRecursiveComparison()
                .isEqualTo(SESSION);
        LoggedSession since = since("12-3");
        assertThat(StreamSessionCodec.decode(StreamSessionCodec.encode(since), "/"))
                .usingRecursiveComparison()
                .isEqualTo(since);
    }

    @Test
    void whatIsNoSessionIsRefused() {
        byte[] strangeSince = StreamSessionCodec.encode(since("99999999999999999999-0"));
        for (byte[] stored : List.of("?".getBytes(UTF_8), "gA==".getBytes(UTF_8), new byte[0], strangeSince)) {
            assertThatThrownBy(() -> StreamSessionCodec.decode(stored, "/")).isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void whatWasMissedIsGivenOnceWithItsOffsets() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        sessions.keep(SESSION, LONG);
        String all = event("/", "all", "[]", "[]", "{}");
        String room = event("/", "room", "[\"r1\"]", "[]", "{}");
        String own = event("/", "own", "[\"sid\"]", "[]", "{}");
        event("/", "other", "[\"r2\"]", "[]", "{}");
        event("/", "except", "[]", "[\"r1\"]", "{}");
        event("/", "volatile", "[]", "[]", "{\"volatile\":true}");
        event("/chat", "elsewhere", "[]", "[]", "{}");
        String last = entry("/", "4", "{\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}},\"rooms\":[\"r9\"]}");
        assertThat(sessions.take("/", "pid", Optional.of(before)).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(SESSION);
        StreamSessions.Missed missed = missed(SESSION, Optional.of(before)).orElseThrow();
        assertThat(missed.events()).extracting(SharedLog.Entry::id).containsExactly(all, room, own);
        assertThat(missed.events())
                .extracting(entry -> Wire.text(entry.event()))
                .containsExactly("[\"all\"]", "[\"room\"]", "[\"own\"]");
        assertThat(missed.upTo()).isEqualTo(last);
        assertThat(sessions.take("/", "pid", Optional.of(before))).isEmpty();
    }

    @Test
    void moreThanOneReadIsGivenWhole() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        List<String> offsets = new ArrayList<>();
        for (int i = 0; i < 350; i++) {
            offsets.add(event("/", "e" + i, "[]", "[]", "{}"));
        }
        assertThat(missed(SESSION, Optional.of(before)).orElseThrow().events())
                .extracting(SharedLog.Entry::id)
                .containsExactlyElementsOf(offsets);
    }

    @Test
    void tooMuchIsNothing() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        event("/", "missed", "[]", "[]", "{}");
        assertThat(sessions.missed(STREAM, SESSION, Optional.of(before), 3)).isEmpty();
    }

    @Test
    void anEntryThatWasTrimmedIsNothing() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        event("/", "missed", "[]", "[]", "{}");
        REDIS.command("XTRIM", "socket.io", "MAXLEN", "1");
        assertThat(missed(SESSION, Optional.of(before))).isEmpty();
        assertThat(missed(since(before), Optional.empty())).isEmpty();
    }

    @Test
    void anEntryThatNeverWasIsNothing() throws WireFormatException {
        event("/", "there", "[]", "[]", "{}");
        for (String unknown : List.of("1-1", "9999999999999-0")) {
            assertThat(missed(SESSION, Optional.of(unknown))).isEmpty();
        }
        assertThat(missed(SESSION, Optional.empty())).isEmpty();
    }

    @Test
    void anEventThatCannotBeReadIsAHole() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        event("/", "missed", "[]", "[]", "{}");
        entry("/other", "3", "{");
        assertThat(missed(SESSION, Optional.of(before))).isPresent();
        entry("/", "3", "{");
        assertThatThrownBy(() -> missed(SESSION, Optional.of(before))).isInstanceOf(WireFormatException.class);
    }

    @Test
    void whoWasSentAwayMeanwhileIsGone() throws WireFormatException {
        String before = event("/", "before", "[]", "[]", "{}");
        entry("/", "6", "{\"opts\":{\"rooms\":[\"r2\"],\"except\":[],\"flags\":{}},\"close\":false}");
        assertThat(missed(SESSION, Optional.of(before))).isPresent();
        entry("/", "6", "{\"opts\":{\"rooms\":[\"r1\"],\"except\":[],\"flags\":{}},\"close\":false}");
        assertThat(missed(SESSION, Optional.of(before))).isEmpty();
    }

    @Test
    void whoRemembersNothingMissedWhatCameSinceItConnected() throws WireFormatException {
        String old = event("/", "old", "[]", "[]", "{}");
        String connected = event("/chat", "elsewhere", "[]", "[]", "{}");
        String missed = event("/", "missed", "[]", "[]", "{}");
        for (Optional<String> said : List.of(Optional.<String>empty(), Optional.of(old), Optional.of("1-1"))) {
            assertThat(missed(since(connected), said).orElseThrow().events())
                    .extracting(SharedLog.Entry::id)
                    .containsExactly(missed);
        }
        assertThat(missed(since(connected), Optional.of(missed)).orElseThrow().events())
                .isEmpty();
    }

    @Test
    void aStrangeOffsetLeavesTheSession() throws WireFormatException {
        sessions.keep(SESSION, LONG);
        for (String strange : List.of("", "-", "+", "0", "1-", "1-1 ", "9".repeat(30) + "-0", "9".repeat(20) + "-0")) {
            assertThat(sessions.take("/", "pid", Optional.of(strange))).isEmpty();
        }
        assertThat(sessions.take("/", "pid", Optional.of("1-1"))).isPresent();
    }

    @Test
    void aSessionOfAnotherNamespaceIsRefused() {
        sessions.keep(SESSION, LONG);
        assertThatThrownBy(() -> sessions.take("/chat", "pid", Optional.of("1-1")))
                .isInstanceOf(WireFormatException.class);
    }

    @Test
    void aSessionEndsWithItsTime() throws WireFormatException {
        sessions.keep(SESSION, Duration.ofMillis(1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> REDIS.command("EXISTS", "sio:session:pid").contains("0"));
        assertThat(sessions.take("/", "pid", Optional.empty())).isEmpty();
    }

    private static LoggedSession since(String id) {
        return new LoggedSession("/", "pid", "sid", Set.of("r1"), Wire.payload("{\"a\":1}"), Optional.of(id));
    }

    private Optional<StreamSessions.Missed> missed(LoggedSession session, Optional<String> said)
            throws WireFormatException {
        return sessions.missed(STREAM, session, said, PLENTY);
    }

    private String event(String namespace, String name, String rooms, String except, String flags) {
        return entry(
                namespace,
                "3",
                "{\"packet\":{\"type\":2,\"data\":[\"" + name + "\"]},\"opts\":{\"rooms\":" + rooms + ",\"except\":"
                        + except + ",\"flags\":" + flags + "}}");
    }

    private String entry(String namespace, String type, String data) {
        return connection
                .sync()
                .xadd(
                        "socket.io".getBytes(UTF_8),
                        Map.of(
                                "uid".getBytes(UTF_8), "emitter".getBytes(UTF_8),
                                "nsp".getBytes(UTF_8), namespace.getBytes(UTF_8),
                                "type".getBytes(UTF_8), type.getBytes(UTF_8),
                                "data".getBytes(UTF_8), data.getBytes(UTF_8)));
    }
}
