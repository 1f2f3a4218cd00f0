package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of the standard wire format.
 *
 * <p>A message is read once from front to back. Numbers are never used to size anything, and end the reading as soon as
 * they are too large.
 *
 * <p>Spec: socket-io 1 and 2; security K1 to K10, K18.
 */
final class JsonPacketDecoder implements PacketDecoder {
    private static final byte[] NO_TEXT = {};
    /** The largest number that is exact in a browser. */
    static final long MOST_ACK_ID = (1L << 53) - 1;

    private static final Payload EMPTY_ARRAY = Payload.of(new byte[] {'[', ']'});

    private final PacketLimits limits;
    private final JsonBinding binding;

    // Of the message being read.
    private byte[] text = NO_TEXT;
    private int at;
    private int end;

    private @Nullable Incomplete incomplete;

    JsonPacketDecoder(PacketLimits limits, JsonBinding binding) {
        this.limits = limits;
        this.binding = binding;
    }

    @Override
    public boolean attachmentsDue() {
        return incomplete != null;
    }

    @Override
    public @Nullable Packet text(byte[] utf8, int offset, int length) throws PacketFormatException {
        if (incomplete != null) {
            throw new PacketFormatException("got plaintext data when reconstructing a packet");
        }
        if (length == 0) {
            throw new PacketFormatException("empty packet");
        }
        text = utf8;
        at = offset;
        end = offset + length;
        try {
            return packet();
        } finally {
            text = NO_TEXT; // the buffer is not ours
        }
    }

    @Override
    public @Nullable Packet binary(byte[] data) throws PacketFormatException {
        Incomplete packet = incomplete;
        if (packet == null) {
            throw new PacketFormatException("got binary data when not reconstructing a packet");
        }
        packet.bytes += data.length;
        if (packet.bytes > limits.maxAttachmentBytes()) {
            throw new PacketFormatException("more than " + limits.maxAttachmentBytes() + " bytes of attachments");
        }
        packet.attachments.add(data);
        if (packet.attachments.size() < packet.due) {
            return null;
        }
        incomplete = null;
        return packet.complete(binding);
    }

    private @Nullable Packet packet() throws PacketFormatException {
        byte type = text[at++];
        if (type < PacketType.CONNECT || type > PacketType.BINARY_ACK) {
            boolean digit = type > '0' && type <= '9';
            throw new PacketFormatException("unknown packet type " + (digit ? (char) type : "NaN"));
        }
        int attachments = type >= PacketType.BINARY_EVENT ? attachments() : 0;
        String namespace = namespace();
        long ackId = ackId();
        return switch (type) {
            case PacketType.CONNECT -> connect(namespace, ackId);
            case PacketType.DISCONNECT -> disconnect(namespace, ackId);
            case PacketType.CONNECT_ERROR -> connectError(namespace);
            default -> array(type, attachments, namespace, ackId);
        };
    }

    private int attachments() throws PacketFormatException {
        int from = at;
        long count = 0;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            count = Math.min(count * 10 + text[at] - '0', Integer.MAX_VALUE);
            at++;
        }
        if (at == from || at == end || text[at] != '-' || count == 0) {
            throw new PacketFormatException("Illegal attachments");
        }
        at++;
        if (count > limits.maxAttachments()) {
            throw new PacketFormatException("too many attachments");
        }
        return (int) count;
    }

    private String namespace() {
        if (at == end || text[at] != '/') {
            return "/";
        }
        int from = at;
        while (at < end && text[at] != ',') {
            at++;
        }
        String namespace = new String(text, from, at - from, UTF_8);
        if (at < end) {
            at++;
        }
        return namespace;
    }

    private long ackId() throws PacketFormatException {
        int from = at;
        long id = 0;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            id = id * 10 + text[at] - '0';
            at++;
            if (id > MOST_ACK_ID) {
                throw new PacketFormatException("ack id above " + MOST_ACK_ID);
            }
        }
        return at == from ? Packet.NO_ACK : id;
    }

    private Packet connect(String namespace, long ackId) throws PacketFormatException {
        require(ackId == Packet.NO_ACK);
        if (at == end) {
            return new Packet.Connect(namespace, null);
        }
        require(text[at] == '{');
        return new Packet.Connect(namespace, value());
    }

    private Packet disconnect(String namespace, long ackId) throws PacketFormatException {
        require(ackId == Packet.NO_ACK && at == end);
        return new Packet.Disconnect(namespace);
    }

    private Packet connectError(String namespace) throws PacketFormatException {
        if (at == end) {
            return new Packet.ConnectError(namespace, JsonBinding.NULL);
        }
        require(text[at] == '{' || text[at] == '"');
        return new Packet.ConnectError(namespace, value());
    }

    private JsonValue value() throws PacketFormatException {
        JsonScanner scanner = new JsonScanner(limits, text, at, end);
        scanner.scan();
        byte[] json = Arrays.copyOfRange(text, at, at + scanner.length());
        return new JsonValue(json, 0, json.length, binding);
    }

    /** An event or an answer. */
    private @Nullable Packet array(byte type, int attachments, String namespace, long ackId)
            throws PacketFormatException {
        boolean event = type == PacketType.EVENT || type == PacketType.BINARY_EVENT;
        if (at == end && type == PacketType.ACK) {
            // As the reference: an answer without a payload answers nothing.
            return new Packet.Ack(
                    namespace, ackId, new Arguments(EMPTY_ARRAY, binding, null, Placeholders.NONE, Placeholders.NONE));
        }
        require(at < end && text[at] == '[');
        JsonScanner scanner = new JsonScanner(limits, text, at, end);
        scanner.scan();
        byte[] json = Arrays.copyOfRange(text, at, at + scanner.length());
        int[] starts = scanner.starts();
        String name = null;
        if (event) {
            name = EventNames.read(json, starts, json.length, limits.maxEventNameLength());
            require(!EventNames.reserved(name));
        }
        int[] placeholders =
                attachments == 0 ? Placeholders.NONE : Placeholders.find(json, 0, json.length, attachments);
        Incomplete packet = new Incomplete(namespace, name, ackId, json, starts, placeholders, attachments);
        if (attachments == 0) {
            return packet.complete(binding);
        }
        incomplete = packet;
        return null;
    }

    private static void require(boolean valid) throws PacketFormatException {
        if (!valid) {
            throw new PacketFormatException("invalid payload");
        }
    }

    /** An event or an answer whose attachments may be due. */
    private static final class Incomplete {
        final String namespace;
        final @Nullable String name;
        final long ackId;
        final byte[] json;
        final int[] starts;
        final int[] placeholders;
        final int due;
        final List<byte[]> attachments;
        long bytes;

        Incomplete(
                String namespace,
                @Nullable String name,
                long ackId,
                byte[] json,
                int[] starts,
                int[] placeholders,
                int due) {
            this.namespace = namespace;
            this.name = name;
            this.ackId = ackId;
            this.json = json;
            this.starts = starts;
            this.placeholders = placeholders;
            this.due = due;
            this.attachments = due == 0 ? List.of() : new ArrayList<>();
        }

        Packet complete(JsonBinding binding) {
            Arguments arguments = new Arguments(new Payload(json, attachments), binding, name, starts, placeholders);
            return name == null
                    ? new Packet.Ack(namespace, ackId, arguments)
                    : new Packet.Event(namespace, name, ackId, arguments);
        }
    }
}
