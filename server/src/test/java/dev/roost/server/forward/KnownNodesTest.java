package dev.roost.server.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.core.engine.SessionIds;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownNodesTest {
    private static final NodeDescriptor SELF = new NodeDescriptor(new NodeId(1), 0, "127.0.0.1:1", "");
    private static final NodeDescriptor OTHER = new NodeDescriptor(new NodeId(2), 0, "127.0.0.1:2", "");
    private static final NodeDescriptor THIRD = new NodeDescriptor(new NodeId(3), 0, "127.0.0.1:3", "");

    private Set<NodeDescriptor> nodes = Set.of(SELF, OTHER, THIRD);
    private final KnownNodes known = new KnownNodes(new ClusterView() {
        @Override
        public NodeId self() {
            return SELF.id();
        }

        @Override
        public Set<NodeDescriptor> nodes() {
            return nodes;
        }

        @Override
        public Counters counters() {
            return Counters.NONE;
        }
    });

    private static String sid(NodeDescriptor node) {
        return new SessionIds(node.id()).next();
    }

    @Test
    void theOwnerIsFoundByTheSessionIdWhereverItStands() {
        String sid = sid(OTHER);

        assertThat(known.ownerOf("EIO=4&transport=polling&sid=" + sid)).isEqualTo(OTHER);
        assertThat(known.ownerOf("sid=" + sid + "&EIO=4")).isEqualTo(OTHER);
    }

    @Test
    void nobodyElseIsAskedForOwnUnknownMalformedOrRepeatedIds() {
        NodeDescriptor stranger = new NodeDescriptor(new NodeId(4), 0, "127.0.0.1:4", "");

        assertThat(known.ownerOf("")).isNull();
        assertThat(known.ownerOf("EIO=4&transport=polling")).isNull();
        assertThat(known.ownerOf("sid=" + sid(SELF))).isNull();
        assertThat(known.ownerOf("sid=" + sid(stranger))).isNull();
        assertThat(known.ownerOf("sid=" + sid(OTHER) + "x")).isNull();
        assertThat(known.ownerOf("sid=" + sid(OTHER).replaceAll("^.", "%"))).isNull();
        assertThat(known.ownerOf("xsid=" + sid(OTHER))).isNull();
        assertThat(known.ownerOf("sid=" + sid(OTHER) + "&sid=" + sid(OTHER))).isNull();
    }

    @Test
    void aNodeWithoutAnAddressCannotBeAsked() {
        nodes = Set.of(SELF, new NodeDescriptor(OTHER.id(), 0, "", ""));

        assertThat(known.ownerOf("sid=" + sid(OTHER))).isNull();
    }

    @Test
    void aNodeThatLeftIsNotAskedWhileOthersAreThere() {
        known.look();
        nodes = Set.of(SELF, THIRD);

        assertThat(known.ownerOf("sid=" + sid(OTHER))).isNull();
    }

    @Test
    void oneOutOfSightThatDoesNotAnswerIsNotAskedAgainUntilItIsBack() {
        known.look();
        assertThat(known.outOfSight()).isEmpty();
        nodes = Set.of(SELF);
        assertThat(known.outOfSight()).containsExactlyInAnyOrder(OTHER, THIRD);

        known.forget(OTHER);

        assertThat(known.ownerOf("sid=" + sid(OTHER))).isNull();
        assertThat(known.ownerOf("sid=" + sid(THIRD))).isEqualTo(THIRD);
        nodes = Set.of(SELF, OTHER);
        assertThat(known.ownerOf("sid=" + sid(OTHER))).isEqualTo(OTHER);
    }

    @Test
    void whoComesAnewMayGoToAnyOtherProcessInSight() {
        assertThat(known.forNewcomer("EIO=4")).containsExactlyInAnyOrder(OTHER, THIRD);
        assertThat(known.forNewcomer("sid=" + sid(OTHER))).isEmpty();
        assertThat(known.forNewcomer("EIO=4&sid=x")).isEmpty();
        known.look();
        nodes = Set.of(SELF);
        assertThat(known.forNewcomer("EIO=4")).isEmpty();
    }

    @Test
    void whenAllVanishTogetherThoseSeenLastAreStillAsked() {
        known.look();
        nodes = Set.of(SELF);
        known.look();

        assertThat(known.ownerOf("sid=" + sid(OTHER))).isEqualTo(OTHER);
        nodes = Set.of(SELF, THIRD);
        assertThat(known.ownerOf("sid=" + sid(OTHER))).isNull();
    }
}
