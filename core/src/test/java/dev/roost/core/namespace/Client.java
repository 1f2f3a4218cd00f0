package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.FakeTransport;
import dev.roost.core.engine.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client as it is on the wire: it sends engine packets as text, and sees those written to it, heartbeats left out.
 *
 * <p>Confined to the test's thread.
 */
final class Client {
    private static final Pattern REPLY =
            Pattern.compile("40(/[^,]*,)?\\{\"sid\":\"([^\"]+)\"(?:,\"pid\":\"([^\"]+)\")?}");
    private static final Pattern LAST_TEXT = Pattern.compile("42(/[^,]*,)?\\[.*\"([^\"]*)\"]");

    final EngineSession session;
    private final Scene scene;
    private final FakeTransport transport;
    private final List<String> unread = new ArrayList<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> pids = new HashMap<>();
    private final Map<String, String> offsets = new HashMap<>();

    Client(Scene scene, FakeTransport transport, int revision) {
        this.scene = scene;
        this.transport = transport;
        this.session = scene.engine().open(new FirstRequest(), revision, true, scene.loop, transport::of);
        collect();
        unread.removeIf(packet -> packet.startsWith("0{"));
    }

    // ---- sending

    /** Sends packets, each in a turn of the loop of its own. */
    Client send(String... packets) {
        for (String packet : packets) {
            transport.receive(packet);
            scene.loop.run();
        }
        return this;
    }

    /** Sends packets in one turn of the loop, as those of one read or one POST. */
    Client sendTogether(String... packets) {
        for (String packet : packets) {
            transport.receive(packet);
        }
        scene.loop.run();
        return this;
    }

    /** Sends a binary message. */
    Client send(byte[] data) {
        transport.receive(data);
        scene.loop.run();
        return this;
    }

    /** Enters a namespace and waits until it is in. */
    Client enter(String namespace) {
        send(namespace.equals("/") ? "40" : "40" + namespace + ",");
        entered(namespace);
        return this;
    }

    /** Waits until it is in a namespace it asked for; returns the socket's id. */
    String entered(String namespace) {
        String reply = next();
        Matcher matcher = REPLY.matcher(reply);
        assertThat(matcher.matches()).as("reply to CONNECT: " + reply).isTrue();
        assertThat(matcher.group(1)).isEqualTo(namespace.equals("/") ? null : namespace + ",");
        ids.put(namespace, matcher.group(2));
        if (matcher.group(3) != null) {
            pids.put(namespace, matcher.group(3));
        }
        return matcher.group(2);
    }

    // ---- receiving

    /** The next packet; waits for it. */
    String next() {
        assertThat(scene.loop.runUntil(() -> {
                    collect();
                    return !unread.isEmpty();
                }))
                .as("a packet comes")
                .isTrue();
        String packet = unread.removeFirst();
        Matcher matcher = LAST_TEXT.matcher(packet);
        if (matcher.matches()) {
            // As stock clients do: the last argument is remembered if it is a text.
            offsets.put(matcher.group(1) == null ? "/" : packet.substring(2, packet.indexOf(',')), matcher.group(2));
        }
        return packet;
    }

    /** Waits for the next packets, and expects exactly these. */
    Client expect(String... packets) {
        for (String packet : packets) {
            assertThat(next()).isEqualTo(packet);
        }
        return this;
    }

    /** Packets that are there by now and were not looked at; nothing is waited for. */
    List<String> unread() {
        collect();
        List<String> packets = List.copyOf(unread);
        unread.clear();
        return packets;
    }

    /** Expects that nothing more has come by now. */
    Client expectNothing() {
        assertThat(unread()).isEmpty();
        return this;
    }

    private void collect() {
        scene.loop.run();
        boolean polling = transport.name() == Transport.Name.POLLING;
        for (String packet : polling ? transport.poll() : transport.flush()) {
            if (!packet.equals("2")) {
                unread.add(packet);
            }
        }
        scene.loop.run();
    }

    // ---- what it is to the server

    /** Its id in a namespace. */
    String id(String namespace) {
        String id = ids.get(namespace);
        assertThat(id).as("id in " + namespace).isNotNull();
        return id;
    }

    /** The secret it can come back with; empty if there is none. */
    String pid(String namespace) {
        return pids.getOrDefault(namespace, "");
    }

    /** What it remembers of the last event; empty if nothing. */
    String offset(String namespace) {
        return offsets.getOrDefault(namespace, "");
    }

    /** Asks to have its socket back, on a new connection, with what stock clients send. */
    Client comeBack(String namespace) {
        return comeBack(namespace, offsets.containsKey(namespace) ? "\"" + offset(namespace) + "\"" : "");
    }

    /** Asks to have its socket back, on a new connection, with something of its own as offset. */
    Client comeBack(String namespace, String offset) {
        Client next = scene.open();
        next.offsets.putAll(offsets);
        next.send("40" + (namespace.equals("/") ? "" : namespace + ",") + "{\"pid\":\"" + pid(namespace) + "\""
                + (offset.isEmpty() ? "" : ",\"offset\":" + offset) + "}");
        return next;
    }

    /** Its socket in the main namespace. */
    Socket socket() {
        return socket("/");
    }

    /** Its socket in a namespace. */
    Socket socket(String namespace) {
        return scene.io().of(namespace).socket(id(namespace)).orElseThrow();
    }

    /** Its transport. */
    FakeTransport transport() {
        return transport;
    }

    /** True once its connection is over. */
    boolean closed() {
        collect();
        return !transport.closings().isEmpty();
    }

    /** Waits until the server has ended its connection. */
    void awaitClosed() {
        scene.await("the connection is closed", this::closed);
    }

    // ---- leaving

    /** Its connection ends without a word. */
    void vanish() {
        fail(CloseReason.TRANSPORT_CLOSE);
    }

    /** Its connection fails. */
    void fail(CloseReason reason) {
        transport.fail(reason, null);
        scene.loop.run();
    }
}
