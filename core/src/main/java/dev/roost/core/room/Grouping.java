package dev.roost.core.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Sorts recipients by home. There are few homes, one for two cores, so they are searched in a row. */
final class Grouping<R, H> {
    private final List<Group<R, H>> groups = new ArrayList<>(2);

    void add(Recipient<R, H> recipient) {
        for (Group<R, H> group : groups) {
            if (group.home() == recipient.home()) {
                group.members().add(recipient.owner());
                return;
            }
        }
        List<R> members = new ArrayList<>();
        members.add(recipient.owner());
        groups.add(new Group<>(recipient.home(), members));
    }

    /** What was added; this object is not used afterwards, so nobody changes the lists any more. */
    List<Group<R, H>> groups() {
        return Collections.unmodifiableList(groups);
    }
}
