package dev.roost.core.namespace;

import dev.roost.adapter.NodeId;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What arrived of the answers to a question asked of many, and who is missing. Immutable.
 *
 * @param values answers in the order of arrival
 * @param missing nodes that left or stayed silent
 * @param complete true if nothing that was expected is lacking
 * @param <T> kind of answer
 */
public record Replies<T>(List<T> values, Set<NodeId> missing, boolean complete) implements Iterable<T> {
    public Replies {
        values = List.copyOf(values);
        missing = Set.copyOf(missing);
    }

    @Override
    public Iterator<T> iterator() {
        return values.iterator();
    }

    /** The answers. */
    public Stream<T> stream() {
        return values.stream();
    }

    /** Number of answers. */
    public int size() {
        return values.size();
    }
}
