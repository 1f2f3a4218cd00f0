package dev.roost.adapter;

import java.util.List;
import java.util.Set;

/**
 * What arrived of the answers to a request, and who did not answer. Immutable.
 *
 * @param <T> kind of answer
 * @param values answers in the order of arrival
 * @param missing nodes that left or stayed silent until the deadline
 * @param complete true when nothing that was expected is lacking: every node answered, and for a broadcast every client
 */
public record Gathered<T>(List<T> values, Set<NodeId> missing, boolean complete) {
    public Gathered {
        values = List.copyOf(values);
        missing = Set.copyOf(missing);
    }

    /** The answer of a cluster that has no other nodes. */
    public static <T> Gathered<T> nothingAsked() {
        return new Gathered<>(List.of(), Set.of(), true);
    }
}
