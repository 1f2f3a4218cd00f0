package dev.roost.server.reactor;

import dev.roost.core.engine.SessionLoop;
import dev.roost.server.timer.TimerWheel;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A platform thread with a selector: the home of sessions and of the channels that carry them.
 *
 * <p>A turn is: see which channels are ready and read and parse them in place; run tasks of the mailbox; run timers
 * that are due; run what was left for the end of the turn; write once for each connection that has something to
 * write. Everything that fell due for a client in a turn leaves in one system call, and that is the whole secret of
 * a cheap broadcast: kernel time per write is most of what a message costs, and no code of ours makes one cheaper.
 *
 * <p>There is one direct buffer for reading and one for writing, none per connection. Whoever is called on the loop
 * may use them until it returns.
 *
 * <p>A caller from outside wakes the selector at most once per sleep. An exception of a task, handler or timer is
 * logged and never ends the loop.
 *
 * <p>Thread-safe where {@link SessionLoop} is; everything else is confined to the loop.
 */
public final class Reactor implements SessionLoop {
    /** Size of the shared buffers. */
    public static final int BUFFER_BYTES = 64 * 1024;

    private static final Logger LOG = System.getLogger(Reactor.class.getName());
    private static final int FIRST_DIRTY = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long FINISH_NANOS = 1_000_000_000;

    private final LoopThread thread;
    private final Selector selector;
    private final Mailbox mailbox;
    private final TimerWheel wheel = new TimerWheel(System.nanoTime());
    private final TurnBudget budget = new TurnBudget();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final AtomicInteger connections = new AtomicInteger();
    private final Consumer<SelectionKey> onReady = this::ready;
    private final Consumer<Runnable> runner = Reactor::runSafely;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] scratch = new byte[BUFFER_BYTES];
    private final FrameQueue frames = new FrameQueue();
    private final Set<Resident> residents = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Runnable> afterSelect = new ArrayList<>();
    private final List<Runnable> endOfTurn = new ArrayList<>();
    private EndOfTurn[] dirty = new EndOfTurn[FIRST_DIRTY];
    private EndOfTurn[] spare = new EndOfTurn[FIRST_DIRTY];
    private int dirtyCount;
    private volatile boolean stopping;

    /**
     * Makes a loop; {@link #start} starts it.
     *
     * @param name of its thread
     * @param mailboxBytes bound of the mailbox
     */
    public Reactor(String name, long mailboxBytes) throws IOException {
        selector = Selector.open();
        mailbox = new Mailbox(mailboxBytes);
        thread = new LoopThread(this::run, name);
        wheel.confineTo(thread);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends the loop once it has done what was handed over before; connections still there are closed. From any thread. */
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Waits until the thread has ended; false if it has not within the time. */
    public boolean awaitStop(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    @Override
    public void execute(Runnable task) {
        mailbox.add(task);
        wake();
    }

    @Override
    public void execute(Runnable task, long bytes) {
        if (bytes > 0) {
            mailbox.awaitRoom();
        }
        enqueue(task, bytes);
    }

    @Override
    public void awaitRoom() {
        mailbox.awaitRoom();
    }

    @Override
    public void enqueue(Runnable task, long bytes) {
        if (bytes > 0) {
            mailbox.add(task, bytes);
        } else {
            mailbox.add(task);
        }
        wake();
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        endOfTurn.add(task);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        TimerWheel.Entry timer = wheel.timer(task, System.nanoTime() + delay.toNanos());
        if (inLoop()) {
            wheel.insert(timer);
        } else {
            execute(() -> wheel.insert(timer));
        }
        return timer;
    }

    /** Connections that live here: channels of {@link #register} and residents. From any thread. */
    public int connections() {
        return connections.get();
    }

    /** Bytes kept alive by tasks that wait. From any thread. */
    public long mailboxBytes() {
        return mailbox.bytes();
    }

    /** Timers that wait; one taken back on another thread counts until its time is near. Loop only. */
    public int timers() {
        return wheel.size();
    }

    /** Buffer for a channel's {@code read}; loop only. */
    public ByteBuffer readBuffer() {
        return readBuffer;
    }

    /** Buffer for a channel's {@code write}; loop only. */
    public ByteBuffer writeBuffer() {
        return writeBuffer;
    }

    /** Array as large as the read buffer, for what was read; loop only. */
    public byte[] scratch() {
        return scratch;
    }

    /** Queue to gather what is due for one connection in; loop only. */
    public FrameQueue frames() {
        return frames;
    }

    /**
     * Registers a connection's channel, which must be non-blocking; loop only.
     *
     * <p>Its owner closes the channel and then calls {@link #closed}.
     */
    public SelectionKey register(SelectableChannel channel, int interest, ChannelHandler handler) throws IOException {
        SelectionKey key = channel.register(selector, interest, handler);
        connections.incrementAndGet();
        return key;
    }

    /** A connection of {@link #register} is no more. */
    public void closed() {
        connections.decrementAndGet();
    }

    /** Counts a connection without channel; loop only. */
    public void enter(Resident resident) {
        if (residents.add(resident)) {
            connections.incrementAndGet();
        }
    }

    /** The connection is no more; loop only. */
    public void leave(Resident resident) {
        if (residents.remove(resident)) {
            connections.decrementAndGet();
        }
    }

    /** Has {@link EndOfTurn#flush} called at the end of this turn, once for each call of this; loop only. */
    public void flushAtEndOfTurn(EndOfTurn connection) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
        }
        dirty[dirtyCount++] = connection;
    }

    /** Registers a channel that is only watched, and not counted; loop only. */
    SelectionKey watch(SelectableChannel channel, ChannelHandler handler) throws IOException {
        return channel.register(selector, SelectionKey.OP_READ, handler);
    }

    /** Runs a task when the selector has let go of cancelled keys; loop only. */
    void afterSelect(Runnable task) {
        afterSelect.add(task);
    }

    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                select();
                runAll(afterSelect);
                long now = System.nanoTime();
                budget.restart(now);
                mailbox.run(budget, runner);
                wheel.advance(System.nanoTime(), runner);
                runAll(endOfTurn);
                flush();
            }
        } catch (IOException e) {
            LOG.log(Logger.Level.ERROR, "selector of " + thread.getName() + " failed", e);
        } finally {
            end();
        }
    }

    private void select() throws IOException {
        boolean busy = dirtyCount > 0 || !afterSelect.isEmpty() || !mailbox.isEmpty();
        long nanos = busy ? 0 : wheel.nanosToNext(System.nanoTime());
        if (nanos == 0) {
            selector.selectNow(onReady);
            return;
        }
        asleep.set(true);
        // whoever added a task before it could see us asleep has not woken us
        if (mailbox.isEmpty() && !stopping) {
            selector.select(onReady, nanos == Long.MAX_VALUE ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        } else {
            selector.selectNow(onReady);
        }
        asleep.set(false);
    }

    private void ready(SelectionKey key) {
        ChannelHandler handler = (ChannelHandler) key.attachment();
        try {
            handler.ready(key);
        } catch (RuntimeException | Error e) {
            LOG.log(Logger.Level.WARNING, "connection closed: its handler failed", e);
            runSafely(handler::abort);
        }
    }

    private void runAll(List<Runnable> tasks) {
        // a task may add another
        for (int i = 0; i < tasks.size(); i++) {
            runSafely(tasks.get(i));
        }
        tasks.clear();
    }

    private void flush() {
        int count = dirtyCount;
        if (count == 0) {
            return;
        }
        EndOfTurn[] now = dirty;
        dirty = spare;
        spare = now;
        dirtyCount = 0;
        for (int i = 0; i < count; i++) {
            EndOfTurn connection = now[i];
            try {
                connection.flush();
            } catch (RuntimeException | Error e) {
                LOG.log(Logger.Level.WARNING, "connection closed: its flush failed", e);
                runSafely(connection::abort);
            }
        }
        Arrays.fill(now, 0, count, null);
    }

    private void end() {
        mailbox.close();
        finishTasks();
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.isValid() && key.attachment() instanceof ChannelHandler handler) {
                runSafely(handler::abort);
            }
        }
        for (Resident resident : List.copyOf(residents)) {
            runSafely(resident::abort);
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "selector did not close", e);
        }
    }

    /** Does what was handed over before the stop: the end of a session must not be lost. */
    private void finishTasks() {
        long start = System.nanoTime();
        while (!mailbox.isEmpty() && System.nanoTime() - start < FINISH_NANOS) {
            budget.restart(System.nanoTime());
            mailbox.run(budget, runner);
        }
        runAll(endOfTurn);
        flush();
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Logger.Level.WARNING, "task of a loop failed", e);
        }
    }
}
