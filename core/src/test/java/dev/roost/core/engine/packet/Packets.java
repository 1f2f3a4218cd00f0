package dev.roost.core.engine.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes the packets of a payload down as {@code text …} and {@code binary <hex>}. */
final class Packets implements PacketVisitor {
    final List<String> seen = new ArrayList<>();

    @Override
    public void text(byte[] utf8, int offset, int length) {
        seen.add("text " + new String(utf8, offset, length, UTF_8));
    }

    @Override
    public void binary(byte[] data) {
        seen.add("binary " + HexFormat.of().formatHex(data));
    }

    /** Reads a whole payload, so many packets at a time; a failure is the last entry. */
    static List<String> read(PollingPayload payload, int at) {
        Packets packets = new Packets();
        try {
            boolean more = payload.read(at, packets);
            while (more) {
                more = payload.read(at, packets);
            }
        } catch (PacketFormatException e) {
            packets.seen.add("bad at " + e.offset());
        }
        return packets.seen;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
