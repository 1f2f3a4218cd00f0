package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("N05 to N11, N19: namespaces made when clients ask for them (socket-io 5)")
class NamespacePatternTest {
    @RegisterExtension
    final Scene scene = new Scene();

    @Test
    @DisplayName("N05: found anywhere in the name")
    void patternMakesANamespace() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("room-\\d"));
        scene.open().send("40/other,").expect("44/other,{\"message\":\"Invalid namespace\"}");
        Client client = scene.connect("/my-room-1-of-2");
        assertThat(pattern.children()).containsExactly(scene.io().of("/my-room-1-of-2"));
        assertThat(client.socket("/my-room-1-of-2").namespace().name()).isEqualTo("/my-room-1-of-2");
    }

    @Test
    @DisplayName("N06")
    void matcherDecidesByNameAndAuth() {
        scene.io().of((name, auth) -> {
            scene.log(name + " " + auth);
            return auth.toString().contains("yes");
        });
        Client client = scene.open().send("40/x,{\"answer\":\"no\"}");
        client.expect("44/x,{\"message\":\"Invalid namespace\"}");
        client.send("40/x,{\"answer\":\"yes\"}").entered("/x");
        scene.awaitLog("/x {\"answer\":\"no\"}", "/x {\"answer\":\"yes\"}");
        scene.open().send("40/y").expect("44/y,{\"message\":\"Invalid namespace\"}");
        assertThat(scene.log()).last().isEqualTo("/y {}");
    }

    @Test
    @DisplayName("N06: in the order they were made; a failure counts as no")
    void firstThatAcceptsIsTheParent() {
        scene.io().of((name, auth) -> {
            scene.log("1");
            throw new java.io.IOException("down");
        });
        scene.io().of((name, auth) -> {
            scene.log("2");
            return false;
        });
        NamespacePattern third = scene.io().of((name, auth) -> true);
        scene.io().of((name, auth) -> {
            scene.log("4");
            return true;
        });
        scene.connect("/x");
        scene.awaitLog("1", "2");
        assertThat(third.children()).hasSize(1);
    }

    @Test
    void matcherThatNeverReturnsIsInterruptedAndTheClientRefused() {
        CountDownLatch never = new CountDownLatch(1);
        scene.io().of((name, auth) -> {
            scene.willEnd();
            never.await();
            return true;
        });
        Client client = scene.open().send("40/x,");
        scene.loop.advance(Duration.ofSeconds(10));
        client.expect("44/x,{\"message\":\"Connection refused\"}");
        scene.awaitThreads();
        client.expectNothing();
        assertThat(scene.io().namespaces()).hasSize(1);
    }

    @Test
    @DisplayName("N06, N14")
    void namespaceMadeForAClientThatIsGoneGoesToo() {
        CountDownLatch gone = new CountDownLatch(1);
        scene.io().of((name, auth) -> {
            scene.willEnd();
            gone.await();
            return true;
        });
        Client client = scene.open().send("40/x,");
        client.vanish();
        gone.countDown();
        scene.awaitThreads();
        scene.await("it is removed", () -> scene.io().namespaces().size() == 1);
    }

    @Test
    @DisplayName("sec-K15: a name the pattern takes for ever for is refused")
    void catastrophicPatternIsStopped() {
        scene.io().of(Pattern.compile("^/(a+)+$"));
        String name = "/" + "a".repeat(60) + "!";
        scene.open().send("40" + name + ",").expect("44" + name + ",{\"message\":\"Invalid namespace\"}");
        scene.connect("/aaaa");
    }

    @Test
    @DisplayName("N07")
    void twoClientsAtOnceMakeOneChild() {
        CyclicBarrier both = new CyclicBarrier(2);
        NamespacePattern pattern = scene.io().of((name, auth) -> {
            both.await();
            return true;
        });
        scene.io().onNewNamespace(namespace -> scene.log("new " + namespace.name()));
        Client first = scene.open().send("40/x,");
        Client second = scene.open().send("40/x,");
        first.entered("/x");
        second.entered("/x");
        assertThat(pattern.children()).hasSize(1);
        assertThat(scene.io().of("/x").socketCount()).isEqualTo(2);
        scene.awaitLog("new /x");
    }

    @Test
    @DisplayName("N08: what there is when it is made")
    void childInheritsMiddlewaresAndListeners() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        pattern.use(socket -> scene.log("use " + socket.namespace().name()));
        pattern.onConnection(
                socket -> scene.log("connection " + socket.namespace().name()));
        scene.connect("/d1");
        scene.awaitLog("use /d1", "connection /d1");
        pattern.use(socket -> scene.log("late"));
        scene.connect("/d1");
        scene.awaitLog("use /d1", "connection /d1", "use /d1", "connection /d1");
        scene.connect("/d2");
        scene.await("the late one runs for the new child", () -> scene.log().contains("late"));
    }

    @Test
    @DisplayName("N09")
    void broadcastOfTheParentReachesAllChildren() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        pattern.emit("to nobody");
        scene.io().of("/other");
        Client client = scene.connect("/d1").enter("/d2").enter("/other").enter("/");
        client.socket("/d2").join("r");
        pattern.emit("x", 1);
        assertThat(List.of(client.next(), client.next()))
                .containsExactlyInAnyOrder("42/d1,[\"x\",1]", "42/d2,[\"x\",1]");
        pattern.to("r").emit("y");
        client.expect("42/d2,[\"y\"]").expectNothing();
        assertThat(pattern.fetchSockets().size()).isEqualTo(2);
        pattern.socketsJoin("all");
        pattern.to("all").emit("z");
        assertThat(List.of(client.next(), client.next())).containsExactlyInAnyOrder("42/d1,[\"z\"]", "42/d2,[\"z\"]");
        pattern.disconnectSockets(false);
        assertThat(List.of(client.next(), client.next())).containsExactlyInAnyOrder("41/d1,", "41/d2,");
    }

    @Test
    void mistakesInABroadcastShowWithoutChildrenToo() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        assertThatThrownBy(() -> pattern.emit("disconnect")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pattern.emitWithAck(String.class, "connect"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pattern.emitWithAck(String.class, "x").complete()).isTrue();
    }

    @Test
    @DisplayName("N10")
    void namespaceMadeByTheApplicationIsAChildAndStays() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        scene.io().of((name, auth) -> true);
        pattern.onConnection(socket -> scene.log("parent"));
        Namespace child = scene.io().of("/d1");
        Namespace other = scene.io().of("/x");
        child.onConnection(socket -> scene.log("own"));
        assertThat(pattern.children()).containsExactly(child);
        assertThat(other.pattern()).as("matchers are not asked").isNull();
        Client client = scene.connect("/d1");
        scene.awaitLog("parent", "own");
        client.vanish();
        scene.connect("/d1");
        scene.awaitLog("parent", "own", "parent", "own");
        assertThat(scene.io().of("/d1")).isSameAs(child);
    }

    @Test
    @DisplayName("N11")
    void childGoesWithItsLastSocketAndComesAgain() {
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        Client first = scene.connect("/d1");
        Client second = scene.connect("/d1");
        Namespace child = first.socket("/d1").namespace();
        first.send("41/d1,");
        assertThat(pattern.children()).hasSize(1);
        second.vanish();
        scene.await("it is removed", () -> pattern.children().isEmpty());
        first.enter("/d1");
        assertThat(first.socket("/d1").namespace()).isNotSameAs(child);
    }

    @Test
    @DisplayName("N11: a client that is refused leaves none behind, one that is still asked keeps it")
    void childLivesWhileAnybodyIsOnTheWayIn() {
        CountDownLatch decided = new CountDownLatch(1);
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        pattern.use(socket -> {
            if (socket.handshake().auth().containsKey("slow")) {
                scene.log("slow");
                decided.await();
            } else {
                throw new ConnectRefused("no");
            }
        });
        scene.open().send("40/d0,").expect("44/d0,{\"message\":\"no\"}");
        scene.await("it is removed", () -> pattern.children().isEmpty());

        Client slow = scene.open().send("40/d1,{\"slow\":1}");
        scene.awaitLog("slow");
        scene.open().send("40/d1,").expect("44/d1,{\"message\":\"no\"}");
        assertThat(pattern.children()).hasSize(1);
        decided.countDown();
        slow.entered("/d1");
    }

    @Test
    @DisplayName("N11: only if wanted")
    void childStaysIfCleaningUpIsOff() {
        scene.with(options -> options.cleanupEmptyChildNamespaces(false));
        NamespacePattern pattern = scene.io().of(Pattern.compile("^/d"));
        Client client = scene.connect("/d1");
        Namespace child = client.socket("/d1").namespace();
        client.vanish();
        client = scene.connect("/d1");
        assertThat(client.socket("/d1").namespace()).isSameAs(child);
        assertThat(pattern.children()).containsExactly(child);
    }

    @Test
    @DisplayName("N11, adapter 13 row 75: the adapter hears of each child's beginning and end, in order")
    void adapterHearsOfChildrenInOrder() {
        RecordingAdapter adapter = new RecordingAdapter();
        scene.io().of("/static");
        scene.io().of(Pattern.compile("^/d"));
        scene.io().join(adapter, new NodeDescriptor(new NodeId(7), 0, "", "test"));
        assertThat(adapter.told()).containsExactlyInAnyOrder("opened /", "opened /static");
        for (int i = 0; i < 100; i++) {
            scene.connect("/d" + i % 3).vanish();
        }
        scene.await("all are removed", () -> scene.io().namespaces().size() == 2);
        for (int i = 0; i < 3; i++) {
            String name = "/d" + i;
            List<String> told = adapter.told().stream()
                    .filter(line -> line.endsWith("ed " + name))
                    .toList();
            for (int j = 0; j < told.size(); j++) {
                assertThat(told.get(j)).isEqualTo((j % 2 == 0 ? "opened " : "closed ") + name);
            }
            assertThat(told).last().isEqualTo("closed " + name);
        }
    }

    @Test
    @DisplayName("sec-K13")
    void childrenAreLimited() {
        scene.with(options -> options.maxDynamicNamespaces(2));
        scene.io().of((name, auth) -> true);
        Client first = scene.connect("/1").enter("/2");
        scene.open().send("40/3,").expect("44/3,{\"message\":\"Invalid namespace\"}");
        scene.connect("/1");
        first.send("41/2,");
        scene.await("it is removed", () -> scene.io().namespaces().size() == 2);
        scene.connect("/3");
    }
}
