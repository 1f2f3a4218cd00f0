package dev.roost.adapter.redis;

import static dev.roost.adapter.cluster.BusState.DEGRADED;
import static dev.roost.adapter.cluster.BusState.DOWN;
import static dev.roost.adapter.cluster.BusState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.tck.RecordedEvents;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
    private final RecordedEvents events = new RecordedEvents();
    private final ConnectionState state = new ConnectionState(events, 2);

    @BeforeEach
    void subscribe() {
        state.subscribed();
        state.subscribed();
    }

    @Test
    void theFirstSubscriptionIsNoGap() {
        assertThat(events.states()).containsExactly(UP);
        assertThat(events.gaps()).isEmpty();
    }

    @Test
    void aLostSubscriptionIsOneGapOnceAllChannelsAreBack() {
        state.disconnected();
        assertThat(events.states()).endsWith(DEGRADED);
        state.subscribed();
        assertThat(events.gaps()).isEmpty();
        state.subscribed();
        assertThat(events.gaps()).hasSize(1);
        assertThat(events.states()).endsWith(DEGRADED, UP);
    }

    @Test
    void aSubscriptionLostAgainHalfwayIsStillOneGap() {
        state.disconnected();
        state.subscribed();
        state.disconnected();
        state.subscribed();
        state.subscribed();
        assertThat(events.gaps()).hasSize(1);
    }

    @Test
    void lostCommandsAreNoGapButNothingCanBeSent() {
        state.commands(false);
        assertThat(events.states()).endsWith(DOWN);
        state.commands(true);
        assertThat(events.states()).endsWith(DOWN, UP);
        assertThat(events.gaps()).isEmpty();
    }

    @Test
    void theSameStateIsReportedOnce() {
        state.disconnected();
        state.disconnected();
        state.commands(false);
        state.commands(false);
        assertThat(events.states()).containsExactly(UP, DEGRADED, DOWN);
    }
}
