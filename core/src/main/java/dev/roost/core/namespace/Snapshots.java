package dev.roost.core.namespace;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.JsonBinding;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes sockets for other nodes. Spec: adapter 6, socket-io 3. */
final class Snapshots {
    private static final System.Logger LOGGER = System.getLogger(Snapshots.class.getName());
    private static final LimitedLog FAILURES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private Snapshots() {}

    static SocketSnapshot of(Socket socket, NodeId node) {
        JsonBinding binding = socket.namespace().binding();
        Handshake handshake = socket.handshake();
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("headers", handshake.headers());
        described.put("time", Instant.ofEpochMilli(handshake.issued()));
        described.put("address", handshake.address());
        described.put("xdomain", handshake.xdomain());
        described.put("secure", handshake.secure());
        described.put("issued", handshake.issued());
        described.put("url", handshake.url());
        described.put("query", handshake.query());
        described.put("auth", handshake.authJson());
        return new SocketSnapshot(
                node, socket.id(), binding.value(described).payload(), socket.rooms(), data(socket, binding));
    }

    /** What cannot be written is the application's mistake, and must not hide the sockets of a whole cluster. */
    private static Payload data(Socket socket, JsonBinding binding) {
        try {
            return binding.value(socket.dataOrNone()).payload();
        } catch (IllegalArgumentException e) {
            FAILURES.log("the data of " + LimitedLog.safe(socket.toString()) + " is left out", e);
            return binding.value(Map.of()).payload();
        }
    }
}
