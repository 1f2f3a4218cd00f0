package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes of one cluster in one JVM: some that stay, and guests that come and go. Confined to the test's thread.
 */
final class TestCluster implements AutoCloseable {
    /** Makes a node's adapter from its settings. */
    interface Backend {
        Map<String, String> settings(NodeId node);

        Adapter create(AdapterContext context);
    }

    /** What the rules speak of; core opens a namespace before it sends anything there. */
    private static final List<String> NAMESPACES = List.of("/", "/chat", "/chat/ä?x=1#y", "/mark", "/end");

    /** The room of the main namespace that a rule speaks to alone; core tells when one has its first member. */
    private static final String ROOM = "r1";

    private final Backend backend;
    private final Duration patience;
    private final ClockScheduler clock = new ClockScheduler();
    private final List<TestNode> residents = new ArrayList<>();
    private final List<TestNode> guests = new ArrayList<>();
    /** Guests that left or were killed. */
    private final Set<NodeId> gone = new HashSet<>();

    private long epoch = System.currentTimeMillis();
    private int marks;

    TestCluster(Backend backend, Duration patience) {
        this.backend = backend;
        this.patience = patience;
    }

    /** Starts nodes that stay. */
    void settleDown(int count) {
        for (int i = 0; i < count; i++) {
            residents.add(started(NodeId.random()));
        }
    }

    /** Returns one of the nodes that stay, by its index. */
    TestNode node(int index) {
        return residents.get(index);
    }

    /** Returns the nodes that stay. */
    List<TestNode> nodes() {
        return residents;
    }

    /** Starts a guest and waits until every node knows it. */
    TestNode guest() {
        TestNode guest = started(NodeId.random());
        guests.add(guest);
        awaitMembers();
        return guest;
    }

    /** Makes a node that is not started; the caller closes it. */
    TestNode stranger(NodeId id) {
        NodeDescriptor self = new NodeDescriptor(id, ++epoch, "127.0.0.1:" + epoch % 60_000, "test");
        RecordingNode local = new RecordingNode();
        AdapterContext context =
                new AdapterContext(backend.settings(id), self, local, clock, Counters.NONE, Optional.empty());
        return new TestNode(self, local, backend.create(context));
    }

    /** Has a guest say good-bye. */
    void leave(TestNode guest) {
        gone.add(guest.id());
        guest.adapter().close();
    }

    /** Notes that a guest was killed. */
    void killed(TestNode guest) {
        gone.add(guest.id());
    }

    /** Returns the descriptors of all nodes that are there. */
    Set<NodeDescriptor> members() {
        Set<NodeDescriptor> members = new HashSet<>();
        living().forEach(node -> members.add(node.self()));
        return members;
    }

    /** Waits until every node knows exactly the nodes that are there. */
    void awaitMembers() {
        await().atMost(patience)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(living())
                        .allSatisfy(node -> assertThat(node.adapter().nodes()).isEqualTo(members())));
    }

    /** Has every node speak in every namespace until all others have heard it there. */
    void awaitFlow() {
        await().atMost(patience).pollInterval(Duration.ofMillis(20)).until(() -> {
            for (TestNode node : residents) {
                NAMESPACES.forEach(namespace -> node.adapter().send(back(namespace, node)));
            }
            return residents.stream().allMatch(this::hearsAllOthers);
        });
    }

    private boolean hearsAllOthers(TestNode listener) {
        Set<String> heard = new HashSet<>();
        for (Command command : listener.local().commands()) {
            if (command instanceof Command.Broadcast event) {
                heard.add(event.namespace() + Payloads.text(event.arguments()));
            }
        }
        return residents.stream()
                .filter(node -> node != listener)
                .allMatch(node -> NAMESPACES.stream()
                        .map(namespace ->
                                namespace + Payloads.text(back(namespace, node).arguments()))
                        .allMatch(heard::contains));
    }

    private static Command.Broadcast back(String namespace, TestNode node) {
        return new Command.Broadcast(namespace, Selection.ALL, Payloads.of("[\"back\",\"" + node.id() + "\"]"));
    }

    /** Ends the guests, waits until what was sent has arrived, and has every node forget it. */
    void reset() {
        for (TestNode guest : guests) {
            guest.adapter().close();
        }
        guests.clear();
        gone.clear();
        awaitMembers();
        residents.forEach(node -> node.local().reset());
        Payload mark = Payloads.of("[\"mark\"," + ++marks + "]");
        residents.forEach(node -> node.adapter().send(new Command.Broadcast("/mark", Selection.ALL, mark)));
        String text = Payloads.text(mark);
        for (TestNode node : residents) {
            await().atMost(patience)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() ->
                            node.local().events().stream().filter(text::equals).count() == residents.size() - 1);
            node.local().clear();
        }
    }

    @Override
    public void close() {
        guests.forEach(node -> node.adapter().close());
        residents.forEach(node -> node.adapter().close());
        clock.close();
    }

    private TestNode started(NodeId id) {
        TestNode node = stranger(id);
        node.adapter().start();
        for (String namespace : NAMESPACES) {
            node.adapter().namespaceOpened(namespace);
            if (namespace.equals("/")) {
                // Ready when the next namespace is: an adapter may not block here.
                node.adapter().roomCreated(namespace, ROOM);
            }
        }
        return node;
    }

    private List<TestNode> living() {
        List<TestNode> living = new ArrayList<>(residents);
        guests.stream().filter(guest -> !gone.contains(guest.id())).forEach(living::add);
        return living;
    }
}
