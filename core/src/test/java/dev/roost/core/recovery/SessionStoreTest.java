package dev.roost.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("R08, sec-S13 and S16: sessions are given out once, and bounded")
class SessionStoreTest {
    private static final long SOON = Long.MAX_VALUE;
    private static final long LATER = SOON + 10;

    private final SessionStore store = new SessionStore(3, 1_000, 500);

    private RecoveryState put(String pid, long weight, long expiresAt) {
        RecoveryState state = new RecoveryState(pid, "/", "id of " + pid);
        store.put(state, weight, expiresAt);
        return state;
    }

    @Test
    void sessionIsGivenOutOnce() {
        RecoveryState state = put("a", 1, LATER);
        assertThat(store.take("a", "/other", SOON)).isNull();
        assertThat(store.take("b", "/", SOON)).isNull();
        assertThat(store.take("a", "/", SOON)).isSameAs(state);
        assertThat(store.take("a", "/", SOON)).isNull();
        assertThat(store.bytes()).isZero();
        assertThat(state.isOver()).isFalse();
    }

    @Test
    void timeIsOverAtItsEnd() {
        RecoveryState state = put("a", 1, LATER);
        assertThat(store.take("a", "/", LATER)).isNull();
        assertThat(state.isOver()).isTrue();
        put("b", 1, SOON);
        put("c", 1, LATER);
        store.expire(SOON);
        assertThat(store.all()).extracting(RecoveryState::pid).containsExactly("c");
    }

    @Test
    void whoIsPutBackHasNoMoreTimeThanBefore() {
        RecoveryState state = put("a", 1, SOON);
        assertThat(store.take("a", "/", SOON - 1)).isSameAs(state);
        store.put(state, 1, LATER);
        assertThat(store.take("a", "/", SOON)).isNull();
        RecoveryState back = put("b", 1, SOON);
        assertThat(store.take("b", "/", SOON - 1)).isSameAs(back);
        store.returned(back);
        store.put(back, 1, LATER);
        assertThat(store.take("b", "/", SOON)).isSameAs(back);
    }

    @Test
    void oldestGoesFirst() {
        RecoveryState first = put("a", 1, LATER);
        put("b", 500, LATER);
        put("c", 1, LATER);
        put("d", 1, LATER);
        assertThat(first.isOver()).isTrue();
        assertThat(store.size()).isEqualTo(3);
        put("e", 500, LATER);
        assertThat(store.all()).extracting(RecoveryState::pid).containsExactly("c", "d", "e");
        assertThat(store.bytes()).isEqualTo(502);
    }

    @Test
    void largeOneIsRefusedWheneverItIsKnown() {
        RecoveryState large = new RecoveryState("a", "/", "id");
        assertThat(store.put(large, 501, LATER)).isFalse();
        assertThat(large.isOver()).isTrue();
        RecoveryState before = new RecoveryState("b", "/", "id");
        assertThat(store.weighed(before, 500)).isTrue();
        assertThat(store.put(before, 1, LATER)).isFalse();
        RecoveryState after = put("c", 1, LATER);
        assertThat(store.weighed(after, 400)).isTrue();
        assertThat(store.bytes()).isEqualTo(401);
        assertThat(store.weighed(after, 500)).isFalse();
        assertThat(after.isOver()).isTrue();
        assertThat(store.bytes()).isZero();
    }
}
