package dev.roost.adapter.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final long TIMEOUT = 5;
    private final NodeDescriptor other = node(2);
    private final Membership membership = new Membership(node(1), 10);

    private static NodeDescriptor node(int id) {
        return new NodeDescriptor(new NodeId(id), 1, "", "test");
    }

    @Test
    void whoWasSilentWhileThisProcessStoodStillIsNotDead() {
        membership.admit(other, 0);
        membership.forgive(45, 47);
        assertThat(membership.expire(47, TIMEOUT)).isEmpty();
        assertThat(membership.expire(51, TIMEOUT)).containsExactly(other.id());
    }

    @Test
    void whoWasHeardSinceDoesNotCountAsHeardInTheFuture() {
        membership.admit(other, 0);
        membership.heard(other.id(), other.epoch(), 47);
        membership.forgive(45, 47);
        assertThat(membership.expire(53, TIMEOUT)).containsExactly(other.id());
    }
}
