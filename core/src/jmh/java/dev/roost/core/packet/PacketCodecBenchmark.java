package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What an event costs on its way in and out, by the length of its argument. */
@State(Scope.Thread)
public class PacketCodecBenchmark {
    /** Characters of the argument. */
    @Param({"16", "1024", "10240"})
    private int length;

    private final JsonBinding binding = JsonBinding.defaults();
    private final PacketEncoder jsonEncoder = new JsonPacketParser().encoder();
    private final PacketEncoder msgpackEncoder = new MsgpackPacketParser().encoder();
    private final PacketDecoder jsonDecoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, binding);
    private final PacketDecoder msgpackDecoder = new MsgpackPacketParser().decoder(PacketLimits.DEFAULT, binding);

    private Payload payload = new Payload(new byte[0], List.of());
    private byte[] json = {};
    private byte[] msgpack = {};

    /** Makes the packets that are read. */
    @Setup
    public void packets() {
        payload = binding.event("msg", "x".repeat(length));
        json = ("2[\"msg\",\"" + "x".repeat(length) + "\"]").getBytes(UTF_8);
        msgpack =
                msgpackEncoder.event("/", Packet.NO_ACK, payload).attachments().getFirst();
    }

    /** An event that is only passed on: checked, but bound to nothing. */
    @Benchmark
    public Object decodeJson() throws PacketFormatException {
        return jsonDecoder.text(json, 0, json.length);
    }

    /** An event whose argument a handler takes as text. */
    @Benchmark
    public Object decodeJsonAndBind() throws PacketFormatException {
        Packet.Event event = (Packet.Event) jsonDecoder.text(json, 0, json.length);
        return event.arguments().get(0, String.class);
    }

    /** The same in MessagePack. */
    @Benchmark
    public Object decodeMsgpack() throws PacketFormatException {
        return msgpackDecoder.binary(msgpack);
    }

    /** An event of text as a handler emits it. */
    @Benchmark
    public Object bindAndEncodeJson() {
        return jsonEncoder.event("/", Packet.NO_ACK, binding.event("msg", "hello"));
    }

    /** An event whose arguments are JSON already, as a relayed one's are. */
    @Benchmark
    public Object encodeJson() {
        return jsonEncoder.event("/", Packet.NO_ACK, payload);
    }

    /** The same in MessagePack. */
    @Benchmark
    public Object encodeMsgpack() {
        return msgpackEncoder.event("/", Packet.NO_ACK, payload);
    }
}
