package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("adapter-84, sec-B9: sessions on the wire")
class ClaimMessagesTest {
    private static final NodeId ORIGIN = new NodeId(1);
    private static final Payload EVENT = payload("[\"e\",1]");
    private static final Payload BINARY = new Payload(EVENT.json(), List.of(new byte[] {1, 2}));
    private static final SavedSession SESSION = new SavedSession(
            "/a",
            "secret",
            "id",
            Set.of("r1", "r2"),
            payload("{}"),
            List.of(EVENT, BINARY),
            Map.of(new NodeId(-1), 7L));

    private static Payload payload(String json) {
        return Payload.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encoded(ClusterMessage message) {
        ByteWriter out = new ByteWriter(0);
        ClusterMessageCodec.encode(message, out);
        return out.toByteArray();
    }

    private static ClusterMessage decoded(byte[] bytes) throws FrameFormatException {
        ClusterMessage message = ClusterMessageCodec.decode(new ByteReader(bytes, 0, bytes.length), ORIGIN, 1);
        assertThat(message).isNotNull();
        return message;
    }

    private static void assertSame(SavedSession actual, SavedSession expected) {
        assertThat(actual)
                .usingRecursiveComparison()
                .ignoringCollectionOrderInFields("rooms")
                .isEqualTo(expected);
    }

    @Test
    void numberOfABroadcastIsReadIfItIsThere() throws FrameFormatException {
        Command.Broadcast plain = new Command.Broadcast("/", Selection.ALL, EVENT);
        Command.Broadcast numbered = new Command.Broadcast("/", Selection.ALL, EVENT, 300);
        byte[] earlier = encoded(new ClusterMessage.Apply(plain));
        byte[] now = encoded(new ClusterMessage.Apply(numbered));
        assertThat(now).hasSize(earlier.length + 2).startsWith(earlier);
        assertThat(numberOf(decoded(earlier))).isZero();
        assertThat(numberOf(decoded(now))).isEqualTo(300);
    }

    private static long numberOf(ClusterMessage message) {
        return ((Command.Broadcast) ((ClusterMessage.Apply) message).command()).number();
    }

    @Test
    void claimsAndAnswersAreReadAsTheyAreWritten() throws FrameFormatException {
        for (OptionalLong position : List.of(OptionalLong.empty(), OptionalLong.of(0), OptionalLong.of(9_999))) {
            ClusterMessage claim =
                    new ClusterMessage.ClaimRequest(5, new SessionClaim("/a", "secret", ORIGIN, position, 4 << 20));
            assertThat(decoded(encoded(claim))).isEqualTo(claim);
        }
        ClusterMessage announcement = new ClusterMessage.Announcement("/a", 12);
        assertThat(decoded(encoded(announcement))).isEqualTo(announcement);
        assertThat(decoded(encoded(new ClusterMessage.ClaimAnswer(5, Optional.empty()))))
                .isEqualTo(new ClusterMessage.ClaimAnswer(5, Optional.empty()));
        ClusterMessage.ClaimAnswer answer =
                (ClusterMessage.ClaimAnswer) decoded(encoded(new ClusterMessage.ClaimAnswer(5, Optional.of(SESSION))));
        assertSame(answer.session().orElseThrow(), SESSION);
    }

    @Test
    void eventsThatSessionsHaveInCommonAreWrittenOnce() throws FrameFormatException {
        SessionHandover one = new SessionHandover(
                SESSION, ORIGIN, List.of(3L, Long.MAX_VALUE), -1, Long.MIN_VALUE, 9, Duration.ofSeconds(7));
        ClusterMessage.HandoverRequest once = new ClusterMessage.HandoverRequest(5, List.of(one));
        ClusterMessage.HandoverRequest twice = new ClusterMessage.HandoverRequest(5, List.of(one, one));
        List<SessionHandover> read = ((ClusterMessage.HandoverRequest) decoded(encoded(twice))).sessions();
        assertThat(read).hasSize(2);
        for (SessionHandover each : read) {
            assertSame(each.session(), SESSION);
            assertThat(each)
                    .usingRecursiveComparison()
                    .ignoringFields("session")
                    .isEqualTo(one);
        }
        assertThat(read.get(1).session().missed().get(0))
                .isSameAs(read.get(0).session().missed().get(0));
        assertThat(encoded(twice).length - encoded(once).length).isLessThan(encoded(once).length - EVENT.json().length);
        assertThat(twice.weight()).isLessThan(2 * once.weight());
    }

    @Test
    void sessionsInBytesNobodyVouchesForAreRefusedInOneWay() {
        byte[] sound = encoded(new ClusterMessage.HandoverRequest(
                5, List.of(new SessionHandover(SESSION, ORIGIN, List.of(1L, 2L), 0, 0, 9, Duration.ofSeconds(7)))));
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = sound.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                ClusterMessageCodec.decode(new ByteReader(bytes, 0, random.nextInt(bytes.length + 1)), ORIGIN, 1);
            } catch (FrameFormatException e) {
                assertThat(e.kind()).isEqualTo(FrameFormatException.Kind.MALFORMED);
            }
        }
        assertThatThrownBy(() -> decoded(new byte[] {21, 0, 0, 0, 0, 0, 0, 0, 5, 1}))
                .isInstanceOf(FrameFormatException.class);
    }
}
