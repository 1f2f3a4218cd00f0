package dev.roost.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Many clients that come back when their connection ends, on one thread, and check what they get: WebSocket only, and no
 * more of the protocol than that takes.
 *
 * <p>Each is in one of a few rooms. Some of them speak: each has the application {@code conformance} tell a number, in turn
 * everyone and one of the rooms, and takes the next once that is acknowledged. What was not acknowledged when its
 * connection ended may have been told or not. Everything else must come once to each who is meant and to nobody else,
 * and what one connection of a speaker said in order.
 *
 * <p>Thread-safe: the members are confined to the thread; others read counters, and everything once it has ended.
 */
public final class ReturningClients implements AutoCloseable {
    /** More than one, so that somebody speaks while others come back. */
    private static final int SPEAKERS = 4;

    private static final int ROOMS = 20;
    /** What is said to everyone is said to no room. */
    private static final int EVERYONE = -1;

    private static final int CONNECTING_AT_ONCE = 200;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000L;
    /** Longer than any handshake takes here; who waited that long tries again, as stock clients do. */
    private static final long HANDSHAKE_NANOS = 20_000_000_000L;

    private static final long LOOK_NANOS = 100_000_000L;

    private static final Pattern REPLY = Pattern.compile("40\\{\"sid\":\"([^\"]+)\",\"pid\":\"([^\"]+)\"}");
    private static final Pattern TOLD = Pattern.compile("42\\[\"told\",\\[(\\d+),(\\d+),(-?\\d+)],\"([^\"]+)\"]");

    private final IntSupplier ports;
    private final long pauseNanos;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private final Random random = new Random(5);
    private final List<Member> members = new ArrayList<>();
    private final PriorityQueue<Member> due = new PriorityQueue<>((a, b) -> Long.compare(a.dueAt, b.dueAt));
    private final ArrayDeque<Member> handshakes = new ArrayDeque<>();
    /** Numbers that were acknowledged, for those who are in a room. */
    private final List<BitSet> sure = Stream.generate(BitSet::new).limit(ROOMS).toList();

    private final List<String> violations = new ArrayList<>();
    private final List<String> anew = new CopyOnWriteArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger recoveries = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger closedPorts = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private int number;
    private int streams;
    private volatile boolean speaking;
    private volatile boolean complete;
    private volatile boolean closed;

    /**
     * Has so many come.
     *
     * @param ports where the next connection goes to
     * @param tellsPerSecond the most of each speaker
     */
    public ReturningClients(IntSupplier ports, int count, int tellsPerSecond) throws IOException {
        this.ports = ports;
        pauseNanos = 1_000_000_000L / tellsPerSecond;
        selector = Selector.open();
        for (int i = 0; i < count; i++) {
            Member member = new Member(i % ROOMS);
            members.add(member);
            due.add(member);
        }
        thread = Thread.ofPlatform().name("returning-clients").start(this::run);
    }

    public int connected() {
        return connected.get();
    }

    /** How often one was a new client. */
    public int starts() {
        return starts.get();
    }

    /** How often one came back to its socket. */
    public int recoveries() {
        return recoveries.get();
    }

    /** How often a connection ended before it was one. */
    public int refused() {
        return refused.get();
    }

    /** How often nobody listened. */
    public int closedPorts() {
        return closedPorts.get();
    }

    /** Numbers that were acknowledged. */
    public int told() {
        return told.get();
    }

    public void speak(boolean value) {
        speaking = value;
        selector.wakeup();
    }

    /** True once everybody is there and has everything; asked when nobody speaks. */
    public boolean haveAll() {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError(thrown);
        }
        return complete;
    }

    @Override
    public String toString() {
        return connected + " of " + members.size() + " clients are connected; there were " + starts + " new ones, "
                + recoveries + " returns, " + refused + " attempts in vain, " + told + " events; anew began "
                + anew.stream().limit(10).toList();
    }

    /** Ends the thread, and says what was wrong: what came twice or too early, and what those lack that always returned. */
    public List<String> end() throws InterruptedException {
        closed = true;
        selector.wakeup();
        thread.join();
        List<String> found = new ArrayList<>(violations);
        for (Member member : members) {
            if (member.begun == 1 && !member.hasAll()) {
                found.add(member.sid + " lacks " + member.lacking());
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Member member : members) {
            SocketChannel channel = member.channel;
            if (channel != null) {
                channel.close();
            }
        }
        selector.close();
    }

    private void run() {
        long looked = System.nanoTime();
        try {
            while (!closed) {
                connectWhoIsDue();
                selector.select(this::ready, 5);
                if (speaking) {
                    members.subList(0, SPEAKERS).forEach(Member::tell);
                }
                if (speaking) {
                    complete = false;
                } else if (connected.get() == members.size() && System.nanoTime() - looked > LOOK_NANOS) {
                    complete = members.stream().allMatch(Member::hasAll);
                    looked = System.nanoTime();
                }
            }
        } catch (IOException | RuntimeException e) {
            failure.set(e);
        }
    }

    private void connectWhoIsDue() {
        long now = System.nanoTime();
        handshakes.removeIf(member -> member.in || member.channel == null);
        for (Member late = handshakes.peek(); late != null && now - late.dueAt > HANDSHAKE_NANOS; ) {
            handshakes.poll().lost();
            late = handshakes.peek();
        }
        while (handshakes.size() < CONNECTING_AT_ONCE && !due.isEmpty() && due.peek().dueAt - now <= 0) {
            Member member = due.poll();
            member.dueAt = now;
            handshakes.add(member);
            member.connect();
        }
    }

    private void ready(SelectionKey key) {
        ((Member) key.attachment()).ready(key);
    }

    /** One client. Confined to the thread. */
    private final class Member {
        private final int room;
        private final BitSet numbers = new BitSet();
        private final Map<Integer, Integer> last = new HashMap<>(4);
        private final List<int[]> early = new ArrayList<>(0);
        private boolean awaitsAck;
        private long dueAt = System.nanoTime();
        private @Nullable SocketChannel channel;
        private byte[] rest = new byte[0];
        private boolean upgraded;
        private boolean in;
        private String sid = "";
        private String pid = "";
        private String offset = "";
        private String newestOffset = "";
        private int begun;
        private int stream;
        private int asked;
        private int askedFor;
        private long thereAt;
        private long lostAt;
        private long toldAt;

        Member(int room) {
            this.room = room;
        }

        void connect() {
            try {
                SocketChannel opened = SocketChannel.open();
                channel = opened;
                opened.configureBlocking(false);
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
                boolean there = opened.connect(new InetSocketAddress("127.0.0.1", ports.getAsInt()));
                opened.register(selector, there ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
                if (there) {
                    ask();
                }
            } catch (IOException e) {
                lost(e);
            }
        }

        void ready(SelectionKey key) {
            SocketChannel opened = channel;
            if (opened == null || !key.isValid()) {
                return;
            }
            try {
                if (key.isConnectable()) {
                    opened.finishConnect();
                    key.interestOps(SelectionKey.OP_READ);
                    ask();
                    return;
                }
                buffer.clear().put(rest);
                int read = opened.read(buffer);
                if (read < 0) {
                    lost();
                    return;
                }
                buffer.flip();
                if (upgraded || head()) {
                    frames();
                }
                rest = new byte[buffer.remaining()];
                buffer.get(rest);
            } catch (IOException e) {
                lost(e);
            }
        }

        private void ask() throws IOException {
            write(("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
                            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(ISO_8859_1));
        }

        /** Reads the head of the answer; false until it is complete. */
        private boolean head() throws IOException {
            String text = new String(buffer.array(), 0, buffer.limit(), ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            if (!text.startsWith("HTTP/1.1 101")) {
                throw new IOException(text.substring(0, text.indexOf('\r')));
            }
            buffer.position(end + 4);
            upgraded = true;
            return true;
        }

        private void frames() throws IOException {
            while (channel != null && buffer.remaining() >= 2) {
                int start = buffer.position();
                int opcode = buffer.get() & 0xf;
                int length = buffer.get() & 0x7f;
                if (length == 126 && buffer.remaining() >= 2) {
                    length = buffer.getShort() & 0xffff;
                } else if (length == 127) {
                    throw new IOException("longer than any event here");
                }
                if (buffer.remaining() < length) {
                    buffer.position(start);
                    return;
                }
                String text = new String(buffer.array(), buffer.position(), length, UTF_8);
                buffer.position(buffer.position() + length);
                if (opcode == 8) {
                    lost();
                } else if (opcode == 1) {
                    packet(text);
                }
            }
        }

        private void packet(String text) throws IOException {
            Matcher event = TOLD.matcher(text);
            if (event.matches()) {
                told(
                        new int[] {
                            Integer.parseInt(event.group(1)),
                            Integer.parseInt(event.group(2)),
                            Integer.parseInt(event.group(3))
                        },
                        event.group(4));
            } else if (text.equals("2")) {
                send("3");
            } else if (text.startsWith("0")) {
                String shown = pid.isEmpty()
                        ? ""
                        : "{\"pid\":\"" + pid + "\"" + (offset.isEmpty() ? "" : ",\"offset\":\"" + offset + "\"") + "}";
                send("40" + shown);
            } else if (text.startsWith("40")) {
                entered(text);
            } else if (text.startsWith("430[")) {
                there();
            } else if (text.startsWith("43")) {
                acknowledged();
            } else if (text.startsWith("44") || text.startsWith("41") || text.equals("1")) {
                lost();
            }
        }

        private void entered(String text) throws IOException {
            Matcher reply = REPLY.matcher(text);
            if (!reply.matches()) {
                throw new IOException("no reply to CONNECT: " + text);
            }
            boolean recovered = reply.group(2).equals(pid);
            if (recovered && !reply.group(1).equals(sid)) {
                violations.add(sid + " came back as " + reply.group(1));
            }
            (recovered ? recoveries : starts).incrementAndGet();
            if (!recovered && begun++ > 0) {
                long now = System.nanoTime();
                anew.add("with " + pid + " and " + offset + " after " + (now - lostAt) / 1_000_000 + " ms, asked for "
                        + (now - dueAt) / 1_000_000 + " ms, was connected for " + (lostAt - thereAt) / 1_000_000
                        + " ms");
            }
            sid = reply.group(1);
            pid = reply.group(2);
            stream = ++streams;
            if (recovered) {
                there();
            } else {
                send("420[\"join\",\"" + room + "\"]");
            }
        }

        /** It is connected, and in its room. */
        private void there() {
            in = true;
            thereAt = System.nanoTime();
            connected.incrementAndGet();
            early.forEach(this::accept);
            early.clear();
            offset = newestOffset.isEmpty() ? offset : newestOffset;
        }

        /** What comes before it is there counts only once it is, as with stock clients. */
        private void told(int[] event, String at) {
            newestOffset = at;
            if (in) {
                offset = at;
                accept(event);
            } else {
                early.add(event);
            }
        }

        private void accept(int[] event) {
            Integer before = last.put(event[0], event[1]);
            if (numbers.get(event[1]) || before != null && before > event[1]) {
                violations.add(sid + " got " + event[1] + " after " + before);
            }
            if (event[2] != EVERYONE && event[2] != room) {
                violations.add(sid + " got " + event[1] + ", which is for another room");
            }
            numbers.set(event[1]);
        }

        BitSet lacking() {
            BitSet lacking = (BitSet) sure.get(room).clone();
            lacking.andNot(numbers);
            return lacking;
        }

        /** A new client has at least what was said last. */
        boolean hasAll() {
            return !awaitsAck
                    && (begun > 1
                            ? numbers.length() >= sure.get(room).length()
                            : lacking().isEmpty());
        }

        void tell() {
            long now = System.nanoTime();
            if (in && !awaitsAck && now - toldAt >= pauseNanos) {
                toldAt = now;
                asked = ++number;
                askedFor = asked % 2 == 0 ? EVERYONE : random.nextInt(ROOMS);
                awaitsAck = true;
                try {
                    String audience = askedFor == EVERYONE ? "{}" : "{\"to\":[\"" + askedFor + "\"]}";
                    send("42" + asked + "[\"tell\"," + audience + ",[" + stream + "," + asked + "," + askedFor + "]]");
                } catch (IOException e) {
                    lost();
                }
            }
        }

        private void acknowledged() {
            for (int i = 0; i < ROOMS; i++) {
                if (askedFor == EVERYONE || askedFor == i) {
                    sure.get(i).set(asked);
                }
            }
            told.incrementAndGet();
            awaitsAck = false;
        }

        private void lost(IOException reason) {
            if (reason instanceof ConnectException) {
                closedPorts.incrementAndGet();
            }
            lost();
        }

        /** Its connection is over: it tries again after a while. */
        void lost() {
            SocketChannel over = channel;
            channel = null;
            if (over != null) {
                try {
                    over.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            if (in) {
                lostAt = System.nanoTime();
                connected.decrementAndGet();
            } else {
                refused.incrementAndGet();
            }
            in = false;
            upgraded = false;
            awaitsAck = false;
            newestOffset = "";
            early.clear();
            rest = new byte[0];
            dueAt = System.nanoTime() + (long) (random.nextDouble() * LONGEST_PAUSE_NANOS);
            due.add(this);
        }

        private void send(String text) throws IOException {
            byte[] payload = text.getBytes(UTF_8);
            boolean isLong = payload.length > 125;
            ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
            frame.put((byte) 0x81).put((byte) (0x80 | (isLong ? 126 : payload.length)));
            if (isLong) {
                frame.putShort((short) payload.length);
            }
            // A mask of zeros leaves it as it is.
            frame.putInt(0).put(payload).flip();
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            write(bytes);
        }

        private void write(byte[] bytes) throws IOException {
            SocketChannel opened = channel;
            // So little always fits.
            if (opened != null && opened.write(ByteBuffer.wrap(bytes)) < bytes.length) {
                throw new IOException("no room for " + bytes.length + " bytes");
            }
        }
    }
}
