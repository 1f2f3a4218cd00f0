package dev.roost.core.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("K17 to K19, B01, B02: who is in which room (adapter 13, rows 1 to 16)")
class RoomIndexTest {
    private final List<String> events = new ArrayList<>();
    private final RoomIndex<String, String> index = new RoomIndex<>(new Recorded(), 3, 8);

    @Test
    @DisplayName("row 1")
    void joinsAndLeavesAreKeptInBothDirections() {
        Recipient<String, String> s1 = entered("s1", "r1", "r2");
        Recipient<String, String> s2 = entered("s2", "r2", "r3");
        assertThat(index.leave(s1, "r1")).isTrue();
        assertThat(index.leaveAll(s2)).containsExactlyInAnyOrder("s2", "r2", "r3");
        assertThat(index.rooms(s1)).containsExactly("s1", "r2");
        assertThat(index.rooms(s2)).isEmpty();
        assertThat(index.roomNames()).containsExactly("r2");
        assertThat(resolve("r1,r3", "")).isEmpty();
        assertThat(resolve("r2", "")).containsExactly("s1");
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("row 2")
    void leavingTwiceTellsOnce() {
        Recipient<String, String> s1 = entered("s1", "r1");
        events.clear();
        assertThat(index.leave(s1, "r1")).isTrue();
        assertThat(index.leave(s1, "r1")).isFalse();
        assertThat(index.leave(s1, "never")).isFalse();
        assertThat(events).containsExactly("left r1 s1", "deleted r1");
    }

    @Test
    @DisplayName("row 3")
    void roomIsCreatedByItsFirstMemberOnly() {
        Recipient<String, String> s1 = entered("s1");
        Recipient<String, String> s2 = entered("s2");
        events.clear();
        index.join(s1, "r1");
        index.join(s2, "r1");
        assertThat(events).containsExactly("created r1", "joined r1 s1", "joined r1 s2");
    }

    @Test
    @DisplayName("row 4")
    void joiningTwiceTellsOnce() {
        Recipient<String, String> s1 = entered("s1");
        events.clear();
        assertThat(index.join(s1, "r1")).isTrue();
        assertThat(index.join(s1, "r1")).isFalse();
        assertThat(events).containsExactly("created r1", "joined r1 s1");
    }

    @Test
    @DisplayName("row 5")
    void roomIsDeletedAfterItsLastMemberLeft() {
        Recipient<String, String> s1 = entered("s1", "r1");
        Recipient<String, String> s2 = entered("s2", "r1");
        events.clear();
        index.leave(s1, "r1");
        assertThat(events).containsExactly("left r1 s1");
        index.leave(s2, "r1");
        assertThat(events).containsExactly("left r1 s1", "left r1 s2", "deleted r1");
        assertThat(index.roomNames()).isEmpty();
    }

    @Test
    @DisplayName("row 6")
    void leavingEverythingTellsOfEveryRoomAndOnesOwn() {
        Recipient<String, String> s1 = entered("s1", "r1", "r2");
        events.clear();
        index.leaveAll(s1);
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "left r1 s1", "deleted r1", "left r2 s1", "deleted r2", "left s1 s1", "deleted s1");
        index.leaveAll(s1);
        assertThat(events).as("once").hasSize(6);
    }

    @Test
    @DisplayName("row 7")
    void roomsAreACopyAndNobodysAreEmpty() {
        Recipient<String, String> s1 = entered("s1", "r1");
        Set<String> before = index.rooms(s1);
        index.join(s1, "r2");
        assertThat(before).containsExactly("s1", "r1");
        assertThat(index.rooms(s1)).containsExactlyInAnyOrder("s1", "r1", "r2");
        assertThat(index.rooms(recipient("stranger"))).isEmpty();
        assertThat(index.find("stranger")).isNull();
    }

    @Test
    @DisplayName("row 8")
    void everyoneIsAloneInTheRoomNamedByItsId() {
        Recipient<String, String> s1 = entered("s1");
        entered("s2");
        assertThat(events).containsExactly("created s1", "joined s1 s1", "created s2", "joined s2 s2");
        assertThat(resolve("s1", "")).containsExactly("s1");
        assertThat(index.find("s1")).isEqualTo("s1");
        assertThat(index.join(s1, "s1")).as("it is there already").isFalse();
        assertThat(index.roomNames()).isEmpty();
    }

    @Test
    void roomNamedByAnIdIsOneRoomWhoeverJoinsIt() {
        Recipient<String, String> s1 = entered("s1");
        Recipient<String, String> s2 = entered("s2");
        events.clear();
        index.join(s2, "s1");
        assertThat(resolve("s1", "")).containsExactlyInAnyOrder("s1", "s2");
        index.leaveAll(s1);
        assertThat(resolve("s1", "")).containsExactly("s2");
        index.leave(s2, "s1");
        assertThat(events)
                .as("created and deleted once")
                .containsExactly("joined s1 s2", "left s1 s1", "left s1 s2", "deleted s1");

        events.clear();
        index.join(s2, "s3");
        Recipient<String, String> s3 = entered("s3");
        index.leave(s2, "s3");
        index.leaveAll(s3);
        assertThat(events)
                .containsExactly(
                        "created s3", "joined s3 s2", "joined s3 s3", "left s3 s2", "left s3 s3", "deleted s3");
    }

    @Test
    @DisplayName("row 9, K19, sec-K24")
    void whoLeftForGoodJoinsNothing() {
        Recipient<String, String> s1 = entered("s1");
        index.leaveAll(s1);
        events.clear();
        assertThat(index.join(s1, "r1")).isFalse();
        index.enter(s1);
        assertThat(events).isEmpty();
        assertThat(index.roomNames()).isEmpty();
        assertThat(index.size()).isZero();
        assertThat(index.find("s1")).isNull();
    }

    @Test
    @DisplayName("row 10")
    void roomsOfOneThatNeverEnteredVanish() {
        Recipient<String, String> s1 = recipient("s1");
        index.join(s1, "r1");
        assertThat(index.leaveAll(s1)).containsExactly("r1");
        assertThat(events).containsExactly("created r1", "joined r1 s1", "left r1 s1", "deleted r1");
        assertThat(index.roomNames()).isEmpty();
    }

    @ParameterizedTest(name = "rooms [{0}] except [{1}] are [{2}]")
    @DisplayName("rows 11 to 14")
    @CsvSource({
        "'',      '',       'a b c d'",
        "r1,      '',       'a b'",
        "r1 r2,   '',       'a b c'",
        "a,       '',       'a'",
        "a b,     '',       'a b'",
        "a r1,    '',       'a b'",
        "d r1,    '',       'a b d'",
        "'',      r1,       'c d'",
        "'',      r1 r2,    'd'",
        "'',      a,        'b c d'",
        "'',      a r2,     'd'",
        "r1,      r2,       'a'",
        "r1 r2,   a c,      'b'",
        "r1,      r1,       ''",
        "none,    '',       ''",
        "none r1, '',       'a b'",
        "'',      none,     'a b c d'",
        "r1,      none,     'a b'",
    })
    void selectionIsTheUnionOfRoomsWithoutTheExcepted(String rooms, String except, String expected) {
        entered("a", "r1");
        entered("b", "r1", "r2");
        entered("c", "r2");
        entered("d");
        assertThat(resolve(rooms.replace(' ', ','), except.replace(' ', ',')))
                .containsExactlyInAnyOrder(expected.isEmpty() ? new String[0] : expected.split(" "));
    }

    @Test
    void audienceCountsWhatItLists() {
        entered("a", "r1");
        entered("b", "r1", "r2");
        Audience<String, String> all = index.resolve(selection("r1,r2", "r2"));
        assertThat(all.size()).isEqualTo(1);
        assertThat(all.list()).containsExactly("a");
    }

    @Test
    void recipientsAreGroupedByHome() {
        index.enter(new Recipient<>("a", "x", "a"));
        index.enter(new Recipient<>("b", "y", "b"));
        index.enter(new Recipient<>("c", "x", "c"));
        assertThat(index.resolve(Selection.ALL).groups())
                .containsExactlyInAnyOrder(new Group<>("x", List.of("a", "c")), new Group<>("y", List.of("b")));
    }

    @Test
    @DisplayName("row 15")
    void audienceStaysWhatItWasWhenMembersLeave() {
        Recipient<String, String> s1 = entered("s1", "r1");
        Recipient<String, String> s2 = entered("s2", "r1");
        List<String> told = new ArrayList<>();
        for (String member : index.resolve(selection("r1", "")).list()) {
            told.add(member);
            index.leave(s1, "r1");
            index.leaveAll(s2);
        }
        assertThat(told).containsExactlyInAnyOrder("s1", "s2");
        assertThat(resolve("r1", "")).isEmpty();
    }

    @Test
    @DisplayName("row 16")
    void whoHasNotEnteredIsNotOneOfEveryone() {
        Recipient<String, String> s1 = recipient("s1");
        index.join(s1, "r1");
        assertThat(index.all()).isEmpty();
        assertThat(index.find("s1")).isNull();
        assertThat(resolve("s1", "")).isEmpty();
        index.enter(s1);
        index.enter(s1);
        assertThat(index.all()).containsExactly("s1");
        assertThat(index.rooms(s1)).containsExactly("s1", "r1");
    }

    @Test
    @DisplayName("sec-K25")
    void roomsOfOneAreLimited() {
        Recipient<String, String> s1 = entered("s1", "r1", "r2", "r3");
        assertThatThrownBy(() -> index.join(s1, "r4"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 rooms (limits.max-rooms-per-socket)");
        assertThat(index.join(s1, "r3")).as("a room it is in").isFalse();
        index.leave(s1, "r1");
        assertThat(index.join(s1, "r4")).isTrue();
    }

    @Test
    void namesOfRoomsAreLimited() {
        Recipient<String, String> s1 = entered("s1");
        assertThat(index.join(s1, "12345678")).isTrue();
        assertThatThrownBy(() -> index.join(s1, "123456789"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 characters (limits.max-room-name-length), got 9");
        assertThat(index.join(s1, "")).as("the empty name is a name").isTrue();
    }

    private Recipient<String, String> entered(String id, String... rooms) {
        Recipient<String, String> recipient = recipient(id);
        index.enter(recipient);
        for (String room : rooms) {
            index.join(recipient, room);
        }
        return recipient;
    }

    private static Recipient<String, String> recipient(String id) {
        return new Recipient<>(id, "home", id);
    }

    private List<String> resolve(String rooms, String except) {
        return index.resolve(selection(rooms, except)).list();
    }

    private static Selection selection(String rooms, String except) {
        return new Selection(names(rooms), names(except), Selection.Flags.NONE);
    }

    private static Set<String> names(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(","));
    }

    private final class Recorded implements RoomListener {
        @Override
        public void roomCreated(String room) {
            events.add("created " + room);
        }

        @Override
        public void roomDeleted(String room) {
            events.add("deleted " + room);
        }

        @Override
        public void roomJoined(String room, String id) {
            events.add("joined " + room + " " + id);
        }

        @Override
        public void roomLeft(String room, String id) {
            events.add("left " + room + " " + id);
        }
    }
}
