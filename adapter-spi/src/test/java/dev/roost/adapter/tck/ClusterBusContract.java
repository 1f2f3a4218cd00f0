package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.Capabilities.Ordering;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ClusterBus} owes, as tests: a backend extends this class and says how its buses are made.
 *
 * <p>Three buses are started once for all tests; a test that closes one makes a fourth. What {@link Capabilities} do
 * not promise is skipped with the reason, and so is what needs a hook the backend leaves out.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class ClusterBusContract {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long BREATH_NANOS = 100_000;
    private static final Target ALL = new Target.All();

    private final List<ClusterBus> opened = new ArrayList<>();
    private final List<RecordedEvents> heard = new ArrayList<>();
    private final AtomicInteger marks = new AtomicInteger();
    private int nodes;

    /** Makes a bus, not yet started. All buses that one object of this class makes reach each other. */
    protected abstract ClusterBus bus(NodeDescriptor self);

    /** Puts bytes no node has sent where the buses will take them for a frame. */
    protected void inject(byte[] bytes) {
        abort("nothing but a node can put bytes on this bus");
    }

    /** Has all buses lose what connects them; called only together with {@link #bringMediumBack}. */
    protected void takeMediumAway() {
        abort("there is nothing between the buses that could fail");
    }

    /** Undoes {@link #takeMediumAway}; the buses find back by themselves. */
    protected void bringMediumBack() {}

    /** How long anything may take before a rule counts as broken. */
    protected Duration patience() {
        return RecordedEvents.PATIENCE;
    }

    @BeforeAll
    void startThreeBuses() {
        for (int i = 0; i < 3; i++) {
            start();
        }
    }

    /** Waits until what earlier tests sent has arrived, and forgets it. */
    @BeforeEach
    void settle() {
        heard.forEach(RecordedEvents::clear);
        String mark = "mark " + marks.incrementAndGet() + " of ";
        for (int i = 0; i < 3; i++) {
            opened.get(i).send(ALL, bytes(mark + i));
        }
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                if (i != j) {
                    heard.get(i).awaitText(mark + j);
                }
            }
        }
        heard.forEach(RecordedEvents::clear);
    }

    @AfterEach
    void closeOthers() {
        while (opened.size() > 3) {
            opened.removeLast().close();
            heard.removeLast();
        }
        for (ClusterBus bus : opened) {
            bus.membership()
                    .ifPresent(members -> await().atMost(patience())
                            .until(() ->
                                    members.current().equals(Set.of(descriptor(0), descriptor(1), descriptor(2)))));
        }
    }

    @AfterAll
    void closeAll() {
        opened.forEach(ClusterBus::close);
    }

    @Test
    void aFrameForAllReachesEveryOtherNodeOnceByteByByte() {
        byte[] frame = everyByte(256);
        opened.get(0).send(ALL, frame);
        opened.get(0).send(ALL, bytes("after"));
        for (int i : List.of(1, 2)) {
            heard.get(i).awaitText("after");
            assertThat(heard.get(i).frames()).hasSize(2).first().isEqualTo(everyByte(256));
        }
        assertThat(frame).as("the sender's array").isEqualTo(everyByte(256));
    }

    @Test
    void aFrameForOneNodeReachesOnlyThatNode() {
        assumeTrue(capabilities().unicast(), "this bus says that it cannot send to one node alone");
        opened.get(0).send(new Target.Node(id(1)), bytes("for one"));
        opened.get(0).send(ALL, bytes("after"));
        heard.get(1).awaitText("for one");
        heard.get(1).awaitText("after");
        heard.get(2).awaitText("after");
        assertThat(heard.get(1).texts()).containsExactlyInAnyOrder("for one", "after");
        assertThat(heard.get(2).texts()).containsExactly("after");
    }

    @Test
    void aFrameForANodeThatDoesNotExistIsNobodysAndNoFailure() {
        assumeTrue(capabilities().unicast(), "this bus says that it cannot send to one node alone");
        opened.get(0).send(new Target.Node(new NodeId(-1)), bytes("nobody"));
        opened.get(0).send(ALL, bytes("after"));
        heard.get(1).awaitText("after");
        assertThat(heard.get(1).texts()).containsExactly("after");
    }

    @Test
    void framesOfOneSenderArriveOnceAndInOrder() {
        assumeOrder();
        List<String> sent = numbered("n", 5000);
        sent.forEach(text -> opened.get(0).send(ALL, bytes(text)));
        for (int i : List.of(1, 2)) {
            heard.get(i).awaitText(sent.getLast());
            assertThat(heard.get(i).texts()).containsExactlyElementsOf(sent);
        }
    }

    @Test
    void framesForAllAndForOneKeepTheirOrder() {
        assumeOrder();
        List<String> sent = numbered("n", 500);
        for (int i = 0; i < sent.size(); i++) {
            opened.get(0).send(i % 2 == 0 ? ALL : new Target.Node(id(1)), bytes(sent.get(i)));
        }
        heard.get(1).awaitText(sent.getLast());
        assertThat(heard.get(1).texts()).containsExactlyElementsOf(sent);
    }

    @Test
    void framesOfSeveralSendersAtOnceAllArriveEachSendersInOrder() throws Exception {
        int count = 1000;
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ClusterBus bus = opened.get(i);
                List<String> texts = numbered("of " + i + " ", count);
                sending.add(senders.submit(() -> texts.forEach(text -> bus.send(ALL, bytes(text)))));
            }
            for (Future<?> each : sending) {
                each.get();
            }
        }
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                if (i != j) {
                    String sender = "of " + j + " ";
                    List<String> expected = numbered(sender, count);
                    heard.get(i).awaitText(expected.getLast());
                    List<String> came = heard.get(i).texts().stream()
                            .filter(text -> text.startsWith(sender))
                            .toList();
                    if (capabilities().ordering() == Ordering.NONE) {
                        assertThat(came).containsExactlyInAnyOrderElementsOf(expected);
                    } else {
                        assertThat(came).containsExactlyElementsOf(expected);
                    }
                }
            }
        }
    }

    @Test
    void theSmallestAndTheLargestFrameArriveWhole() {
        byte[] largest = everyByte(capabilities().maxFrameBytes());
        opened.get(0).send(ALL, new byte[] {7});
        opened.get(0).send(ALL, largest);
        opened.get(0).send(ALL, bytes("after"));
        heard.get(1).awaitText("after");
        assertThat(heard.get(1).frames()).hasSize(3);
        assertThat(heard.get(1).frames().get(0)).isEqualTo(new byte[] {7});
        assertThat(Arrays.equals(heard.get(1).frames().get(1), largest)).isTrue();
    }

    @Test
    void aBusIsReadyToReceiveWhenItsStartReturns() {
        RecordedEvents late = start();
        assertThat(late.states()).endsWith(BusState.UP);
        opened.get(0).send(ALL, bytes("welcome"));
        late.awaitText("welcome");
        assertThat(late.texts()).startsWith("welcome");
    }

    @Test
    void aBusThatIsNotStartedRefusesToSend() {
        ClusterBus bus = bus(new NodeDescriptor(NodeId.random(), 1, "", "test"));
        assertThatThrownBy(() -> bus.send(ALL, bytes("early"))).isInstanceOf(AdapterException.class);
        bus.close();
    }

    @Test
    void aClosedBusRefusesToSendAndHearsNothingMore() {
        RecordedEvents events = start();
        ClusterBus bus = opened.getLast();
        bus.close();
        bus.close();
        assertThatThrownBy(() -> bus.send(ALL, bytes("late"))).isInstanceOf(AdapterException.class);
        int before = events.frames().size();
        opened.get(0).send(ALL, bytes("after"));
        heard.get(1).awaitText("after");
        heard.get(2).awaitText("after");
        assertThat(events.frames()).hasSize(before);
        assertThat(heard.get(1).gaps()).isEmpty();
    }

    @Test
    void aCloseWhileOthersSendEndsEverySendOneWayOrTheOther() throws Exception {
        start();
        ClusterBus bus = opened.getLast();
        Set<Class<?>> failures = ConcurrentHashMap.newKeySet();
        Thread sender = Thread.ofVirtual().start(() -> {
            Throwable failure = null;
            while (failure == null) {
                failure = catchThrowable(() -> bus.send(ALL, bytes("again and again")));
                // Not all a bus may hold that takes everything: the record of a slow machine would never catch up.
                LockSupport.parkNanos(BREATH_NANOS);
            }
            failures.add(failure.getClass());
        });
        heard.get(0).awaitText("again and again");
        bus.close();
        assertThat(sender.join(patience())).as("the send has ended").isTrue();
        assertThat(failures).allSatisfy(each -> assertThat(each).isAssignableTo(AdapterException.class));
    }

    @Test
    void aNodeThatComesBackUnderItsIdIsReachedAgain() {
        start();
        opened.removeLast().close();
        heard.removeLast();
        nodes--;
        RecordedEvents again = start();
        opened.get(0).send(ALL, bytes("again"));
        again.awaitText("again");
    }

    @Test
    void hostileBytesAreDroppedOrPassedOnAndTheNextFrameArrives() {
        Random random = new Random(42);
        inject(new byte[0]);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            inject(bytes);
        }
        inject(new byte[2 * capabilities().maxFrameBytes()]);
        opened.get(0).send(ALL, bytes("good"));
        heard.get(1).awaitText("good");
        assertThat(heard.get(1).frames())
                .allSatisfy(frame -> assertThat(frame)
                        .hasSizeLessThanOrEqualTo(capabilities().maxFrameBytes()));
        assertThat(heard.get(1).gaps()).isEmpty();
    }

    @Test
    void anOutageFailsSendsAtOnceAndIsOneGapAtEachNode() {
        assumeTrue(capabilities().signalsGaps(), "this bus says that it does not notice every loss");
        takeMediumAway();
        try {
            heard.forEach(each -> each.awaitState(BusState.DOWN));
            assertThatThrownBy(() -> opened.get(0).send(ALL, bytes("lost"))).isInstanceOf(AdapterException.class);
        } finally {
            bringMediumBack();
        }
        heard.forEach(each -> each.awaitState(BusState.UP));
        opened.get(0).send(ALL, bytes("after"));
        for (int i : List.of(1, 2)) {
            heard.get(i).awaitText("after");
            assertThat(heard.get(i).texts()).containsExactly("after");
            assertThat(heard.get(i).gaps()).hasSize(1);
        }
    }

    @Test
    void membersAreToldAtOnceAndAfterEveryChange() {
        ClusterBus bus = opened.getFirst();
        assertThat(bus.membership().isPresent()).isEqualTo(capabilities().nativeMembership());
        assumeTrue(capabilities().nativeMembership(), "this bus does not know its members");
        Set<NodeDescriptor> three = bus.membership().orElseThrow().current();
        List<Set<NodeDescriptor>> told = new CopyOnWriteArrayList<>();
        bus.membership().orElseThrow().listen(told::add);
        assertThat(told).first().isEqualTo(three);
        start();
        Set<NodeDescriptor> four = Set.of(descriptor(0), descriptor(1), descriptor(2), descriptor(nodes - 1));
        assertThat(opened.getLast().membership().orElseThrow().current()).isEqualTo(four);
        await().atMost(patience()).until(() -> told.getLast().equals(four));
        opened.getLast().close();
        await().atMost(patience()).until(() -> told.getLast().equals(three));
        assertThat(bus.membership().orElseThrow().current()).isEqualTo(three);
    }

    @Test
    void aStoredValueIsTakenByAnyNodeAsItWasPutLast() {
        byte[] large = everyByte(200_000);
        store(0).put("session", bytes("earlier"), Duration.ofMinutes(1));
        store(0).put("session", large, Duration.ofMinutes(1));
        store(0).put("other", bytes("x"), Duration.ofMinutes(1));
        assertThat(store(1).take("session").orElseThrow()).isEqualTo(large);
        assertThat(store(0).take("session")).isEmpty();
        assertThat(store(2).take("other").orElseThrow()).isEqualTo(bytes("x"));
    }

    @Test
    void ofManyThatTakeAStoredValueOneGetsIt() throws Exception {
        try (ExecutorService takers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 50; round++) {
                String key = "contested " + round;
                store(0).put(key, bytes(key), Duration.ofMinutes(1));
                List<Future<Optional<byte[]>>> results = new ArrayList<>();
                for (int taker = 0; taker < 6; taker++) {
                    TtlStore store = store(taker % 3);
                    results.add(takers.submit(() -> store.take(key)));
                }
                int winners = 0;
                for (Future<Optional<byte[]>> result : results) {
                    winners += result.get().isPresent() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    @Test
    void aStoredValueExpires() {
        store(0).put("long", bytes("x"), Duration.ofMinutes(1));
        // What is taken is gone: another for each look.
        int looks = (int) patience().dividedBy(LOOK) + 2;
        for (int look = 0; look < looks; look++) {
            store(0).put("short " + look, bytes("x"), Duration.ofMillis(1));
        }
        AtomicInteger look = new AtomicInteger();
        await().pollInterval(LOOK)
                .atMost(patience())
                .until(() -> store(1).take("short " + look.getAndIncrement()).isEmpty());
        assertThat(store(1).take("long")).isPresent();
    }

    @Test
    void aStoredValueOutlivesTheNodeThatPutIt() {
        assumeStore();
        start();
        opened.getLast().store().orElseThrow().put("left behind", bytes("x"), Duration.ofMinutes(1));
        opened.getLast().close();
        assertThat(store(0).take("left behind").orElseThrow()).isEqualTo(bytes("x"));
    }

    private TtlStore store(int node) {
        assumeStore();
        return opened.get(node).store().orElseThrow();
    }

    private void assumeStore() {
        assumeTrue(opened.getFirst().store().isPresent(), "this bus has no store");
    }

    private RecordedEvents start() {
        RecordedEvents events = new RecordedEvents(patience());
        ClusterBus bus = bus(descriptor(nodes++));
        opened.add(bus);
        heard.add(events);
        bus.start(events);
        return events;
    }

    private Capabilities capabilities() {
        return opened.getFirst().capabilities();
    }

    private void assumeOrder() {
        assumeTrue(capabilities().ordering() != Ordering.NONE, "this bus says that it keeps no order");
        assumeTrue(!capabilities().mayDuplicate(), "this bus says that frames may come twice");
    }

    private static NodeId id(int node) {
        return new NodeId(node + 1);
    }

    private static NodeDescriptor descriptor(int node) {
        return new NodeDescriptor(id(node), 1000 + node, "127.0.0.1:" + node, "test");
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static byte[] everyByte(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
