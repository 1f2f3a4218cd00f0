package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transport that writes into lists when a test says so. Confined to the test's thread.
 *
 * <p>Polling is writable while a GET waits, which {@link #poll} makes; WebSocket is writable unless told otherwise.
 */
public final class FakeTransport implements Transport {
    private final Name name;
    private final List<OutboundMessage> written = new ArrayList<>();
    private final List<Closing> closings = new ArrayList<>();
    private final List<String> controls = new ArrayList<>();
    private @Nullable EngineSession session;
    private boolean writable;
    private boolean reading = true;
    private int readyCalls;
    private Runnable whenUsed = () -> {};

    private FakeTransport(Name name) {
        this.name = name;
        this.writable = name == Name.WEBSOCKET;
    }

    /** A polling transport without a waiting GET. */
    public static FakeTransport polling() {
        return new FakeTransport(Name.POLLING);
    }

    /** A WebSocket transport. */
    public static FakeTransport webSocket() {
        return new FakeTransport(Name.WEBSOCKET);
    }

    /** Ties it to its session; made to be passed to {@link Engine#open}. */
    public FakeTransport of(EngineSession carried) {
        session = carried;
        return this;
    }

    @Override
    public Name name() {
        return name;
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void outboxReady() {
        readyCalls++;
        whenUsed.run();
    }

    @Override
    public void sendControl(OutboundMessage packet) {
        controls.add(text(packet));
        whenUsed.run();
    }

    @Override
    public void readable(boolean on) {
        reading = on;
    }

    @Override
    public void close(Closing how) {
        closings.add(how);
        writable = false;
    }

    /** Runs code inside every call that brings something to write, such as a failure. */
    public FakeTransport whenUsed(Runnable code) {
        whenUsed = code;
        return this;
    }

    /** Says whether a packet would leave at once. */
    public FakeTransport writable(boolean on) {
        writable = on;
        return this;
    }

    /** Takes what is due without having written it. */
    public List<String> take() {
        return take(Long.MAX_VALUE);
    }

    /** Takes what is due, up to so many bytes, without having written it. */
    public List<String> take(long maxBytes) {
        List<OutboundMessage> batch = new ArrayList<>();
        carried().takeBatch(this, maxBytes, batch);
        written.addAll(batch);
        return batch.stream().map(FakeTransport::text).toList();
    }

    /** Takes what is due and writes it. */
    public List<String> flush() {
        List<String> batch = take();
        carried().drained(this);
        return batch;
    }

    /** A GET: answered at once if anything is due, else it waits. */
    public List<String> poll() {
        List<String> batch = take();
        if (batch.isEmpty()) {
            writable = true;
        } else {
            writable = false;
            carried().drained(this);
        }
        return batch;
    }

    /** The client sends a text packet. */
    public void receive(String packet) {
        byte[] utf8 = ("pad" + packet + "pad").getBytes(UTF_8);
        carried().receiveText(this, utf8, 3, utf8.length - 6);
    }

    /** The client sends a binary message. */
    public void receive(byte[] data) {
        carried().receiveBinary(this, data);
    }

    /** The client or the network ends it. */
    public void fail(CloseReason reason, @Nullable String description) {
        carried().transportFailed(this, reason, description);
    }

    /** Everything taken so far. */
    public List<OutboundMessage> written() {
        return written;
    }

    /** How it was closed, in order. */
    public List<Closing> closings() {
        return closings;
    }

    /** Packets written past the outbox. */
    public List<String> controls() {
        return controls;
    }

    /** False while the session wants nothing read. */
    public boolean reading() {
        return reading;
    }

    /** How often it was told that something is due. */
    public int readyCalls() {
        return readyCalls;
    }

    private EngineSession carried() {
        if (session == null) {
            throw new IllegalStateException("the transport has no session yet: pass FakeTransport::of to open");
        }
        return session;
    }

    /** Text of a message, with {@code +n} for each attachment of n bytes. */
    public static String text(OutboundMessage message) {
        byte[] utf8 = message.text();
        StringBuilder text = new StringBuilder(utf8 == null ? "" : new String(utf8, UTF_8));
        for (byte[] attachment : message.attachments()) {
            text.append('+').append(attachment.length);
        }
        return text.toString();
    }
}
