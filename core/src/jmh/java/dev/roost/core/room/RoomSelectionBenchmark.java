package dev.roost.core.room;

import dev.roost.adapter.Selection;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to find the recipients of a broadcast, by the number of rooms there are. */
@State(Scope.Thread)
public class RoomSelectionBenchmark {
    private static final int MEMBERS = 10;

    /** Rooms of ten members each. */
    @Param({"10", "100000"})
    private int rooms;

    private final RoomIndex<Integer, String> index = new RoomIndex<>(RoomListener.NONE, 10, 100);
    private final Selection everyone = Selection.ALL;
    private final Selection room = new Selection(Set.of("r7"), Set.of(), Selection.Flags.NONE);
    private final Selection twoRooms = new Selection(Set.of("r7", "r8"), Set.of(), Selection.Flags.NONE);
    private final Selection others = new Selection(Set.of("r7"), Set.of("s70"), Selection.Flags.NONE);
    private final Recipient<Integer, String> visitor = new Recipient<>("visitor", "loop", -1);

    /** Fills the rooms. */
    @Setup
    public void members() {
        for (int i = 0; i < rooms * MEMBERS; i++) {
            Recipient<Integer, String> member = new Recipient<>("s" + i, "loop", i);
            index.enter(member);
            index.join(member, "r" + i / MEMBERS);
        }
        index.enter(visitor);
    }

    /** One room. */
    @Benchmark
    public Object oneRoom() {
        return index.resolve(room);
    }

    /** Two rooms: nobody is meant twice. */
    @Benchmark
    public Object twoRooms() {
        return index.resolve(twoRooms);
    }

    /** One room without the sender. */
    @Benchmark
    public Object oneRoomWithoutTheSender() {
        return index.resolve(others);
    }

    /** Everyone, when nobody has come or gone since the last time. */
    @Benchmark
    public Object everyone() {
        return index.resolve(everyone);
    }

    /** A room that changes between two emits. */
    @Benchmark
    public Object joinResolveLeave() {
        index.join(visitor, "r7");
        Object audience = index.resolve(room);
        index.leave(visitor, "r7");
        return audience;
    }
}
