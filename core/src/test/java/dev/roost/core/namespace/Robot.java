package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.FakeTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that does what stock ones do, and writes down what it got: events {@code ["e", sender, number]} of streams
 * that have numbers of their own.
 *
 * <p>Thread-safe: its connection is confined to the loop of the node it is at; what it wrote down is in concurrent lists.
 */
final class Robot {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern REPLY = Pattern.compile("40\\{\"sid\":\"([^\"]+)\",\"pid\":\"([^\"]+)\"}");
    private static final Pattern EVENT = Pattern.compile("42\\[\"e\",\"([^\"]+)\",(\\d+),\"([^\"]+)\"]");

    /** What it shows when it connects. */
    record Auth(String room) {}

    /** What happened to it. */
    sealed interface Happening {
        record Connected(String id, boolean recovered, RecoveringNode at) implements Happening {}

        record Got(String stream, int number) implements Happening {}
    }

    final String room;
    private final List<Happening> happenings = new CopyOnWriteArrayList<>();
    private volatile String id = "";
    private volatile String pid = "";
    private volatile String offset = "";
    private volatile @Nullable Connection connection;

    Robot(String room) {
        this.room = room;
    }

    /** Connects to a node, which it may have been at before, and waits until it is in. */
    Robot connect(RecoveringNode node) {
        Connection made = new Connection(node);
        connection = made;
        node.loop.execute(made::open);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> made.in || made.over || node.gone);
        if (!made.in && node.gone) {
            made.over = true;
            return this;
        }
        if (made.over) {
            // The server could not keep what it promised: clients try again.
            return connect(node);
        }
        // A new one is put in its room by its connection listener, after the reply.
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> node.io
                        .main()
                        .socket(id)
                        .map(socket -> socket.rooms().contains(room))
                        .orElse(node.gone));
        return this;
    }

    /** Its connection breaks. */
    void drop() {
        Connection present = connection;
        if (present != null) {
            present.node.loop.execute(present::fail);
            present.over |= present.node.gone;
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> present.over);
        }
    }

    /** Loses its connection in a way the server does not notice. */
    void abandon() {
        Connection present = connection;
        if (present != null) {
            present.deaf = true;
        }
    }

    /** Another that knows what this one knows. */
    Robot twin() {
        Robot twin = new Robot(room);
        twin.id = id;
        twin.pid = pid;
        twin.offset = offset;
        return twin;
    }

    String id() {
        return id;
    }

    List<Happening> happenings() {
        return happenings;
    }

    /** What it got of one stream, in order. */
    List<Integer> numbers(String stream) {
        List<Integer> numbers = new ArrayList<>();
        for (Happening each : happenings) {
            if (each instanceof Happening.Got(String of, int number) && of.equals(stream)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    /** Waits for an event. */
    void await1(String stream, int number) {
        await(this + " gets " + number + " of " + stream)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> numbers(stream).contains(number));
    }

    boolean recovered() {
        boolean last = false;
        for (Happening each : happenings) {
            if (each instanceof Happening.Connected connected) {
                last = connected.recovered();
            }
        }
        return last;
    }

    /** True if its last connection was to that node. */
    boolean isAt(RecoveringNode node) {
        Connection present = connection;
        return present != null && present.node == node;
    }

    /** How often it was a new client. */
    int starts() {
        return (int) happenings.stream()
                .filter(each -> each instanceof Happening.Connected connected && !connected.recovered())
                .count();
    }

    int recoveries() {
        return (int) happenings.stream()
                .filter(each -> each instanceof Happening.Connected connected && connected.recovered())
                .count();
    }

    /**
     * What must not be: an event twice or out of order; one missing between the last it got before it came back to its
     * socket and the next after.
     *
     * @param strict whether one missing while it was connected is a violation too
     */
    List<String> violations(boolean strict) {
        List<String> found = new ArrayList<>();
        Map<String, Integer> last = new HashMap<>();
        Map<String, Boolean> certain = new HashMap<>();
        RecoveringNode node = null;
        for (Happening each : happenings) {
            switch (each) {
                case Happening.Connected(String as, boolean recovered, RecoveringNode at) -> {
                    if (!recovered && at != node) {
                        // A new client of another node, which may be behind the one it was at.
                        last.clear();
                    }
                    node = at;
                    if (recovered) {
                        last.keySet().forEach(stream -> certain.put(stream, true));
                    } else {
                        last.replaceAll((stream, number) -> -1 - Math.abs(number));
                        certain.clear();
                    }
                }
                case Happening.Got(String stream, int number) -> {
                    Integer before = last.get(stream);
                    if (before != null && before >= 0 && number != before + 1) {
                        if (number <= before || strict || certain.getOrDefault(stream, false)) {
                            found.add(this + " got " + number + " of " + stream + " after " + before);
                        }
                    } else if (before != null && before < 0 && number <= -1 - before) {
                        found.add(this + " got " + number + " of " + stream + " again, after a fresh start");
                    }
                    last.put(stream, number);
                    certain.put(stream, false);
                }
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return "Robot[" + id + " in " + room + "]";
    }

    /** One connection. Confined to the loop of its node, but for the flags. */
    private final class Connection {
        private final RecoveringNode node;
        private final FakeTransport transport = FakeTransport.webSocket();
        private final List<Happening.Got> early = new ArrayList<>();
        private String lastOffset = "";
        private volatile boolean in;
        private volatile boolean over;
        private volatile boolean deaf;

        Connection(RecoveringNode node) {
            this.node = node;
        }

        void open() {
            node.engine.open(new FirstRequest(), 4, true, node.loop, transport::of);
            transport.whenUsed(() -> node.loop.execute(this::read));
            String shown = pid.isEmpty()
                    ? ""
                    : ",\"pid\":\"" + pid + "\"" + (offset.isEmpty() ? "" : ",\"offset\":\"" + offset + "\"");
            transport.receive("40{\"room\":\"" + room + "\"" + shown + "}");
            read();
        }

        void fail() {
            over = true;
            transport.fail(CloseReason.TRANSPORT_CLOSE, null);
        }

        private void read() {
            if (over || deaf) {
                return;
            }
            transport.flush().forEach(this::read);
            over |= !transport.closings().isEmpty();
        }

        private void read(String packet) {
            Matcher event = EVENT.matcher(packet);
            Matcher reply = REPLY.matcher(packet);
            if (packet.equals("2")) {
                transport.receive("3");
            } else if (event.matches()) {
                Happening.Got got = new Happening.Got(event.group(1), Integer.parseInt(event.group(2)));
                lastOffset = event.group(3);
                if (in) {
                    happenings.add(got);
                    offset = lastOffset;
                } else {
                    early.add(got);
                }
            } else if (reply.matches()) {
                boolean recovered = reply.group(2).equals(pid);
                assertThat(recovered && !reply.group(1).equals(id)).isFalse();
                id = reply.group(1);
                pid = reply.group(2);
                happenings.add(new Happening.Connected(id, recovered, node));
                happenings.addAll(early);
                offset = lastOffset.isEmpty() ? offset : lastOffset;
                in = true;
            }
        }
    }
}
