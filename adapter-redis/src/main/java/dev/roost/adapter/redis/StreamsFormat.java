package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import io.lettuce.core.XAddArgs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of {@code @socket.io/redis-streams-adapter}: events and commands are entries of a stream, questions and
 * answers pass channels.
 *
 * <p>What a stream carries is not lost while this node is away from Redis, as long as the stream still has it. Recovery
 * of sessions would begin here: the id of an entry is the offset Node gives to its clients.
 *
 * <p>Thread-safe: immutable but for the readers, which are started once. Spec: redis-wire 4.
 */
final class StreamsFormat extends PeerFormat {
    private static final byte[] UID = NodeChannels.bytes("uid");
    private static final byte[] NAMESPACE = NodeChannels.bytes("nsp");
    private static final byte[] TYPE = NodeChannels.bytes("type");
    private static final byte[] DATA = NodeChannels.bytes("data");

    private final NodeModeConfig options;
    private final List<StreamReader> readers = new ArrayList<>();

    /** Makes the format for a node that calls itself {@code uid}. */
    StreamsFormat(RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid) {
        super(config.node().shardedPubSub() ? PubSub.SHARDED : PubSub.PLAIN, link, config, inbound, uid);
        options = config.node();
    }

    /** Reads every stream; with several also the names that Node makes of negative hashes. */
    @Override
    public void start() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < options.streamCount(); i++) {
            names.add(name(i));
            if (i > 0) {
                names.add(name(-i));
            }
        }
        for (String name : names) {
            StreamReader reader = new StreamReader(link, name, config.commandTimeout(), this::entry, this::gap);
            readers.add(reader);
            reader.start();
        }
    }

    @Override
    public void stop() {
        readers.forEach(StreamReader::close);
    }

    @Override
    byte[] encode(String namespace, PeerMessage message) {
        return PeerMessageCodec.encode(uid, namespace, message, WireWriter.packed());
    }

    @Override
    public void send(Command command) {
        PeerMessage message = message(command);
        String namespace = command.namespace();
        if (command instanceof Command.ServerSideEmit) {
            publish(channels(namespace).all(), namespace, message, false);
            return;
        }
        boolean isVolatile = command instanceof Command.Broadcast event
                && event.selection().flags().isVolatile();
        byte[] data = data(message);
        Map<byte[], byte[]> entry = new LinkedHashMap<>();
        entry.put(UID, NodeChannels.bytes(uid));
        entry.put(NAMESPACE, NodeChannels.bytes(namespace));
        entry.put(TYPE, NodeChannels.bytes(Integer.toString(PeerMessageCodec.type(message))));
        entry.put(DATA, data);
        byte[] stream = NodeChannels.bytes(stream(namespace));
        XAddArgs trimming = new XAddArgs().maxlen(options.streamMaxLength()).approximateTrimming();
        link.send(data.length, isVolatile, connected -> connected.async().xadd(stream, trimming, entry));
    }

    /** JSON, or base64 of msgpack where there are buffers. */
    private static byte[] data(PeerMessage message) {
        boolean buffers = PeerMessageCodec.hasBuffers(message);
        WireWriter writer = buffers ? WireWriter.packed() : WireWriter.json();
        PeerMessageCodec.writeData(writer, message);
        return buffers ? Base64.getEncoder().encode(writer.message()) : writer.message();
    }

    /** As Node chooses it: the remainder keeps the sign of the hash. */
    private String stream(String namespace) {
        return options.streamCount() == 1 ? name(0) : name(namespace.hashCode() % options.streamCount());
    }

    private String name(int index) {
        return options.streamCount() == 1 ? options.streamName() : options.streamName() + "-" + index;
    }

    private void entry(Map<byte[], byte[]> fields) {
        byte[] data = new byte[0];
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
            String name = new String(field.getKey(), StandardCharsets.UTF_8);
            if (name.equals("data")) {
                data = field.getValue();
            } else if (field.getValue().length < 1000) {
                texts.put(name, new String(field.getValue(), StandardCharsets.UTF_8));
            }
        }
        handle((channel, bytes) -> entry(texts, bytes), data);
    }

    private void entry(Map<String, String> texts, byte[] data) throws WireFormatException {
        String sender = texts.getOrDefault("uid", "");
        if (sender.equals(uid) || data.length == 0) {
            return;
        }
        WireValue value;
        long type;
        try {
            type = Long.parseLong(texts.getOrDefault("type", ""));
            value = data[0] == '{'
                    ? WireValue.json(data)
                    : WireValue.packed(Base64.getDecoder().decode(data));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("expected a number for the type, and JSON or base64");
        }
        received(type, texts.getOrDefault("nsp", ""), sender, value.object());
    }
}
