package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.NodeId;
import dev.roost.core.engine.packet.PacketType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session on a manual loop over a fake transport, with all it told the layer above. */
final class SessionScene {
    final ManualLoop loop = new ManualLoop();
    final List<String> heard = new ArrayList<>();
    final List<String> observed = new ArrayList<>();
    final FakeTransport transport;
    final Engine engine;
    final EngineSession session;

    private SessionScene(EngineConfig config, FakeTransport transport, int revision) {
        this.transport = transport;
        this.engine = new Engine(config, new SessionIds(new NodeId(7)), s -> new Heard(), new Observed());
        this.session = engine.open(new NoHandshake(), revision, true, loop, transport::of);
    }

    static SessionScene polling() {
        return polling(EngineConfig.builder());
    }

    static SessionScene polling(EngineConfig.Builder config) {
        return new SessionScene(config.build(), FakeTransport.polling(), 4).opened();
    }

    static SessionScene webSocket() {
        return webSocket(EngineConfig.builder());
    }

    static SessionScene webSocket(EngineConfig.Builder config) {
        return new SessionScene(config.build(), FakeTransport.webSocket(), 4).opened();
    }

    static SessionScene revision3() {
        return new SessionScene(EngineConfig.defaults(), FakeTransport.webSocket(), 3).opened();
    }

    /** Before the open packet was taken. */
    static SessionScene untouched(EngineConfig config, FakeTransport transport) {
        return new SessionScene(config, transport, 4);
    }

    private SessionScene opened() {
        transport.flush();
        transport.written().clear();
        heard.clear();
        observed.clear();
        return this;
    }

    /** A WebSocket of the same client that wants to take over. */
    FakeTransport newcomer() {
        return FakeTransport.webSocket().of(session);
    }

    /** Moves the session to a new WebSocket. */
    FakeTransport upgrade() {
        FakeTransport newcomer = newcomer();
        session.startUpgrade(newcomer);
        newcomer.receive("2probe");
        newcomer.receive("5");
        return newcomer;
    }

    static OutboundMessage message(String text) {
        return OutboundMessage.of(("4" + text).getBytes(UTF_8), List.of(), false, true);
    }

    static OutboundMessage volatileMessage(String text) {
        return OutboundMessage.of(("4" + text).getBytes(UTF_8), List.of(), true, true);
    }

    /** Writes down what a session tells. */
    private final class Heard implements SessionListener {
        @Override
        public void text(byte[] utf8, int offset, int length) {
            heard.add("text " + new String(utf8, offset, length, UTF_8));
        }

        @Override
        public void binary(byte[] data) {
            heard.add("binary " + Arrays.toString(data));
        }

        @Override
        public void closed(CloseReason reason, @Nullable String description) {
            heard.add("closed " + reason.text() + (description == null ? "" : ": " + description));
        }

        @Override
        public void upgraded(Transport.Name to) {
            heard.add("upgraded " + to.wire());
        }
    }

    /** Writes down what an observer sees. */
    private final class Observed implements SessionObserver {
        @Override
        public void packetReceived(EngineSession s, PacketType type, int bytes) {
            observed.add("received " + type + " " + bytes);
        }

        @Override
        public void packetCreated(EngineSession s, OutboundMessage message) {
            observed.add("created " + FakeTransport.text(message));
        }

        @Override
        public void dropped(EngineSession s, OutboundMessage message) {
            observed.add("dropped " + FakeTransport.text(message));
        }

        @Override
        public void flushed(EngineSession s, int messages) {
            observed.add("flushed " + messages);
        }

        @Override
        public boolean watchesDrain() {
            return true;
        }

        @Override
        public void drained(EngineSession s) {
            observed.add("drained");
        }

        @Override
        public void heartbeat(EngineSession s) {
            observed.add("heartbeat");
        }

        @Override
        public void upgrading(EngineSession s, Transport.Name to) {
            observed.add("upgrading " + to.wire());
        }

        @Override
        public void upgraded(EngineSession s, Transport.Name to) {
            observed.add("upgraded " + to.wire());
        }

        @Override
        public void closed(EngineSession s, CloseReason reason, @Nullable String description) {
            observed.add("closed " + reason.text());
        }
    }

    /** A handshake that says nothing. */
    record NoHandshake() implements Handshake {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public Map<String, String> query() {
            return Map.of();
        }

        @Override
        public List<String> queryAll(String name) {
            return List.of();
        }

        @Override
        public String url() {
            return "/engine.io/?EIO=4";
        }

        @Override
        public String address() {
            return "127.0.0.1";
        }

        @Override
        public boolean xdomain() {
            return false;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public long issued() {
            return 0;
        }
    }
}
