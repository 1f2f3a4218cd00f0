package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.NodeId;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("E04, E05: session ids")
class SessionIdsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 0x12345678, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xfbefbeff})
    void nodeIsReadBackFromTheId(int value) {
        NodeId node = new NodeId(value);
        String id = new SessionIds(node).next();
        assertThat(id).hasSize(20).matches("[\\w-]{20}");
        assertThat(SessionIds.nodeOf(id)).contains(node);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAA",
                "__proto__",
                "../../../../../../xx",
                "AAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAA+",
                "AAAAAAAAAAAAAAAAAA\u0000A",
                "\u00e9AAAAAAAAAAAAAAAAAAA"
            })
    void textThatIsNoIdHasNoNode(String text) {
        assertThat(SessionIds.nodeOf(text)).isEmpty();
    }

    @Test
    @DisplayName("sec-S1: ids are distinct and their secret bits even")
    void idsAreDistinctAndEven() {
        SessionIds ids = new SessionIds(new NodeId(5));
        int count = 1_000_000;
        Set<String> seen = HashSet.newHashSet(count);
        long[] ones = new long[8 * SessionIds.SECRET_BYTES];
        for (int i = 0; i < count; i++) {
            String id = ids.next();
            seen.add(id);
            byte[] bytes = Base64.getUrlDecoder().decode(id);
            for (int bit = 0; bit < ones.length; bit++) {
                ones[bit] += bytes[4 + bit / 8] >> bit % 8 & 1;
            }
        }
        assertThat(seen).hasSize(count);
        double chiSquare = 0;
        for (long n : ones) {
            double off = n - count / 2.0;
            chiSquare += 4 * off * off / count;
        }
        // 88 degrees of freedom: above 160 once in some 200,000 runs.
        assertThat(chiSquare).isLessThan(160);
    }

    @Test
    @DisplayName("sec-S2: public ids are drawn apart and carry no node")
    void publicIdsAreDistinct() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = SessionIds.publicId();
            assertThat(id).hasSize(20);
            seen.add(id);
        }
        assertThat(seen).hasSize(10_000);
        assertThat(seen.stream().map(SessionIds::nodeOf).distinct().count()).isGreaterThan(9_900);
    }

    @Test
    void applicationsOwnSourceSuppliesTheSecretPart() {
        byte[] secret = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        String id = new SessionIds(new NodeId(9), () -> secret).next();
        assertThat(Base64.getUrlDecoder().decode(id)).endsWith(secret);
        assertThat(SessionIds.nodeOf(id)).contains(new NodeId(9));
    }

    @Test
    void sourceThatFailsIsAnIdError() {
        SessionIds failing = new SessionIds(new NodeId(9), () -> {
            throw new IllegalStateException("no entropy");
        });
        assertThatThrownBy(failing::next).isInstanceOf(SessionIdException.class).hasRootCauseMessage("no entropy");
        assertThatThrownBy(new SessionIds(new NodeId(9), () -> new byte[3])::next)
                .isInstanceOf(SessionIdException.class)
                .hasMessage("expected 11 bytes for a session id, got 3");
    }
}
