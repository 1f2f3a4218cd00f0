package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.InMemoryAdapter;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final NodeId sender = new NodeId(1);
    private final NodeId witness = new NodeId(2);
    private final History history = new History();
    private final LocalNode node = history.node(witness);

    @BeforeEach
    void sendFive() {
        for (int i = 0; i < 5; i++) {
            history.send(sender, new InMemoryAdapter(new NodeDescriptor(sender, 1, "", "test")));
        }
    }

    @Test
    void allInOrderIsSound() {
        saw(0, 1, 2, 3, 4);
        assertThat(history.violations()).isEmpty();
        assertThat(history.lost()).isZero();
    }

    @Test
    void aLossThatWasReportedIsSoundOnce() {
        saw(0, 1);
        node.gap(Optional.of(sender));
        saw(3);
        assertThat(history.violations()).isEmpty();
        saw(5);
        assertThat(history.violations()).isNotEmpty();
    }

    @Test
    void aLossOfAnotherNodeExcusesNothing() {
        saw(0);
        node.gap(Optional.of(witness));
        saw(2);
        assertThat(history.violations())
                .containsExactly("00000002 saw event 2 of 00000001 instead of event 1, and no gap was reported");
    }

    @Test
    void anEventTwiceOrTooLateIsAViolation() {
        saw(0, 1, 1);
        assertThat(history.violations()).hasSize(1);
        saw(0);
        assertThat(history.violations()).hasSize(2);
    }

    @Test
    void anEventNobodySentOrOfTheNodeItselfIsAViolation() {
        saw(5);
        node.apply(Payloads.event("[\"" + witness + "\",0]"));
        assertThat(history.violations()).hasSize(2);
    }

    private void saw(int... numbers) {
        for (int number : numbers) {
            node.apply(Payloads.event("[\"" + sender + "\"," + number + "]"));
        }
    }
}
