package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.room.RoomListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A01: what an application learns of rooms (adapter 2)")
class RoomEventsTest {
    @RegisterExtension
    final Scene scene = new Scene();

    private void logRooms(Namespace namespace) {
        namespace.onRoomCreated(room -> scene.log("created " + room));
        namespace.onRoomJoined((room, id) -> scene.log("joined " + room + " " + id));
        namespace.onRoomLeft((room, id) -> scene.log("left " + room + " " + id));
        namespace.onRoomDeleted(room -> scene.log("deleted " + room));
    }

    @Test
    @DisplayName("a room is created before it is joined, left before it is deleted, and only real changes are told")
    void changesAreToldInTheirOrder() {
        Socket one = scene.connect().socket();
        Socket two = scene.connect().socket();
        logRooms(scene.io().main());
        one.join("a");
        one.join("a");
        two.join("a");
        one.leave("a");
        one.leave("a");
        one.leave("never joined");
        two.leave("a");
        scene.awaitLog(
                "created a",
                "joined a " + one.id(),
                "joined a " + two.id(),
                "left a " + one.id(),
                "left a " + two.id(),
                "deleted a");
    }

    @Test
    @DisplayName("the room named by its id comes and goes with a socket, and its end leaves every room")
    void ownRoomComesAndGoesWithASocket() {
        logRooms(scene.io().main());
        Client client = scene.connect();
        String id = client.socket().id();
        client.socket().join("a");
        client.vanish();
        scene.awaitLog(
                "created " + id,
                "joined " + id + " " + id,
                "created a",
                "joined a " + id,
                "left a " + id,
                "deleted a",
                "left " + id + " " + id,
                "deleted " + id);
    }

    @Test
    @DisplayName("a listener may do with rooms what it likes, and may block: nobody waits for it")
    void listenersMayChangeRoomsAndBlock() {
        CountDownLatch go = new CountDownLatch(1);
        Namespace main = scene.io().main();
        Socket one = scene.connect().socket();
        main.onRoomCreated(room -> {
            await(go);
            if (room.equals("a")) {
                one.leave("a");
                one.join("b");
                scene.log(room + " " + one.rooms().contains("b"));
            }
        });
        main.onRoomDeleted(room -> scene.log("deleted " + room));
        one.join("a");
        assertThat(one.rooms()).contains("a");
        go.countDown();
        scene.awaitLog("a true", "deleted a");
    }

    @Test
    @DisplayName("one that fails harms no other, and none is told once it is off")
    void listenersAreApart() {
        Namespace main = scene.io().main();
        Socket one = scene.connect().socket();
        Registration off = main.onRoomCreated(room -> scene.log("off " + room));
        main.onRoomCreated(room -> {
            throw new IllegalStateException("broken");
        });
        main.onRoomCreated(room -> scene.log("on " + room));
        one.join("a");
        scene.awaitLog("off a", "on a");
        off.off();
        one.join("b");
        scene.awaitLog("off a", "on a", "on b");
    }

    @Test
    @DisplayName("a namespace that is made for a client is listened to from its first room on")
    void childrenAreListenedToFromTheBeginning() {
        scene.io().of(Pattern.compile("^/d"));
        scene.io()
                .onNewNamespace(
                        namespace -> namespace.onRoomCreated(room -> scene.log("created in " + namespace.name())));
        scene.connect("/d1");
        scene.awaitLog("created in /d1");
    }

    @Test
    @DisplayName("what waits for a listener that is too slow is bounded, and it goes on afterwards")
    void waitingChangesAreBounded() {
        RoomEvents events = new RoomEvents("/", RoomListener.NONE);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger told = new AtomicInteger();
        events.onCreated(room -> {
            await(go);
            told.incrementAndGet();
        });
        for (int i = 0; i < 2 * RoomEvents.MAX_WAITING; i++) {
            events.roomCreated("room");
        }
        go.countDown();
        int most = RoomEvents.MAX_WAITING + 2;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told.get() > RoomEvents.MAX_WAITING - 2);
        assertThat(told.get()).isLessThanOrEqualTo(most);
        events.roomCreated("one more");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told.get() > RoomEvents.MAX_WAITING);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
