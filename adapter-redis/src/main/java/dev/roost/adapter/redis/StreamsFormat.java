package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireWriter;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code @socket.io/redis-streams-adapter}: events and commands are entries of a stream, questions and
 * answers pass channels.
 *
 * <p>What a stream carries is not lost while this node is away from Redis, as long as the stream still has it. If clients
 * may come back they do so by the streams: the id of an entry is the offset they are given, here as in Node.
 *
 * <p>Thread-safe: immutable but for what is started once. Spec: redis-wire 4.
 */
final class StreamsFormat extends PeerFormat {
    private static final byte[] UID = NodeChannels.bytes("uid");
    private static final byte[] NAMESPACE = NodeChannels.bytes("nsp");
    private static final byte[] TYPE = NodeChannels.bytes("type");
    private static final byte[] DATA = NodeChannels.bytes("data");
    private static final byte[] TOKEN = NodeChannels.bytes(StreamEntry.TOKEN);

    private final NodeModeConfig options;
    private final Map<String, StreamReader> readers = new LinkedHashMap<>();
    private volatile @Nullable StreamLog log;

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
        if (remembers()) {
            StreamSessions sessions = new StreamSessions(link.reader().sync(), options.sessionKeyPrefix());
            names.forEach(name -> sessions.begin(NodeChannels.bytes(name), UID, NodeChannels.bytes(uid)));
            log = new StreamLog(this, sessions, config);
        }
        for (String name : names) {
            readers.put(name, new StreamReader(link, name, config.commandTimeout(), this::entry, this::gap));
        }
        readers.values().forEach(StreamReader::start);
    }

    @Override
    public Optional<SharedLog> sharedLog() {
        return Optional.ofNullable(log);
    }

    @Override
    public void stop() {
        readers.values().forEach(StreamReader::close);
    }

    /** Reads the stream of a namespace. */
    StreamReader reader(String namespace) {
        return Objects.requireNonNull(readers.get(stream(namespace)), "every stream is read");
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
        link.send(data.length, isVolatile, adding(namespace, message, data, null));
    }

    /**
     * Appends an event.
     *
     * @param token what this node knows it by when it is read back
     */
    CompletionStage<String> append(Command.Broadcast event, String token) {
        PeerMessage message = message(event);
        byte[] data = data(message);
        return link.publisher().send(data.length, adding(event.namespace(), message, data, token));
    }

    private Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<String>> adding(
            String namespace, PeerMessage message, byte[] data, @Nullable String token) {
        Map<byte[], byte[]> entry = new LinkedHashMap<>();
        entry.put(UID, NodeChannels.bytes(uid));
        entry.put(NAMESPACE, NodeChannels.bytes(namespace));
        entry.put(TYPE, NodeChannels.bytes(Integer.toString(PeerMessageCodec.type(message))));
        entry.put(DATA, data);
        if (token != null) {
            entry.put(TOKEN, NodeChannels.bytes(token));
        }
        byte[] stream = NodeChannels.bytes(stream(namespace));
        XAddArgs trimming = new XAddArgs().maxlen(options.streamMaxLength()).approximateTrimming();
        return connected -> connected.async().xadd(stream, trimming, entry);
    }

    /** JSON, or base64 of msgpack where there are buffers. */
    private static byte[] data(PeerMessage message) {
        boolean buffers = PeerMessageCodec.hasBuffers(message);
        WireWriter writer = buffers ? WireWriter.packed() : WireWriter.json();
        PeerMessageCodec.writeData(writer, message);
        return buffers ? Base64.getEncoder().encode(writer.message()) : writer.message();
    }

    /** As Node chooses it: the remainder keeps the sign of the hash. */
    String stream(String namespace) {
        return options.streamCount() == 1 ? name(0) : name(namespace.hashCode() % options.streamCount());
    }

    private String name(int index) {
        return options.streamCount() == 1 ? options.streamName() : options.streamName() + "-" + index;
    }

    private void entry(String id, Map<byte[], byte[]> fields) {
        StreamEntry entry = StreamEntry.of(fields);
        handle((channel, bytes) -> entry(id, entry), entry.data());
    }

    private void entry(String id, StreamEntry entry) throws WireFormatException {
        StreamLog events = log;
        if (entry.sender().equals(uid)) {
            if (events != null) {
                events.readBack(entry.token(), event -> logged(id, event));
            }
        } else if (entry.data().length > 0) {
            PeerMessage message = entry.message();
            if (events != null && message instanceof PeerMessage.Event(Command.Broadcast event)) {
                logged(id, event);
            } else {
                received(entry.namespace(), entry.sender(), message);
            }
        }
    }
}
