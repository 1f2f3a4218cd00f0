package dev.roost.core.room;

import java.util.List;
import java.util.Set;

/**
 * Who is meant by a selection, at the moment it was resolved. Immutable.
 *
 * @param groups the members of the selected rooms, each once
 * @param excluded those among them that are left out
 * @param <R> what is meant by a recipient
 * @param <H> kind of home
 */
public record Audience<R, H>(List<Group<R, H>> groups, Set<R> excluded) {
    /** Number of recipients, without those left out. */
    public int size() {
        int size = 0;
        for (Group<R, H> group : groups) {
            if (excluded.isEmpty()) {
                size += group.members().size();
            } else {
                for (R member : group.members()) {
                    size += excluded.contains(member) ? 0 : 1;
                }
            }
        }
        return size;
    }

    /** The recipients in one list, without those left out. */
    public List<R> list() {
        return groups.stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> !excluded.contains(member))
                .toList();
    }
}
