package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Feeds a decoder with messages written as text, and shows what comes out as text. */
final class Wire {
    private Wire() {}

    /**
     * Decodes messages.
     *
     * @param messages text after the engine's digit, or {@code b:} and the bytes of a binary message in hexadecimal
     * @return each packet as one line; the text of the exception last, after {@code !}
     */
    static List<String> decode(PacketLimits limits, String... messages) {
        PacketDecoder decoder = new JsonPacketParser().decoder(limits, JsonBinding.defaults());
        List<String> seen = new ArrayList<>();
        for (String message : messages) {
            try {
                Packet packet = give(decoder, message);
                if (packet != null) {
                    seen.add(show(packet));
                }
            } catch (PacketFormatException e) {
                seen.add("!" + e.getMessage());
                break;
            }
        }
        return seen;
    }

    static List<String> decode(String... messages) {
        return decode(PacketLimits.DEFAULT, messages);
    }

    private static @Nullable Packet give(PacketDecoder decoder, String message) throws PacketFormatException {
        if (message.startsWith("b:")) {
            return decoder.binary(HexFormat.of().parseHex(message.substring(2)));
        }
        // In the middle of other bytes, which are overwritten afterwards as a transport does.
        byte[] buffer = ("4" + message + "\"]}0").getBytes(UTF_8);
        Packet packet = decoder.text(buffer, 1, buffer.length - 5);
        Arrays.fill(buffer, (byte) 'x');
        return packet;
    }

    static String show(Packet packet) {
        return switch (packet) {
            case Packet.Connect connect -> "connect " + connect.namespace() + " " + connect.auth();
            case Packet.Disconnect disconnect -> "disconnect " + disconnect.namespace();
            case Packet.ConnectError error -> "error " + error.namespace() + " " + error.reason();
            case Packet.Event event ->
                "event " + event.namespace() + " " + event.ackId() + " " + event.name() + " " + show(event.arguments());
            case Packet.Ack ack -> "ack " + ack.namespace() + " " + ack.ackId() + " " + show(ack.arguments());
        };
    }

    /** Shows arguments, the buffers of each in hexadecimal behind it. */
    static String show(Arguments arguments) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < arguments.count(); i++) {
            text.append(i == 0 ? "" : ", ").append(show(arguments.get(i)));
        }
        return text.append(")").toString();
    }

    static String show(JsonValue value) {
        StringBuilder text = new StringBuilder(value.toString());
        for (byte[] buffer : value.payload().attachments()) {
            text.append(" <").append(HexFormat.of().formatHex(buffer)).append(">");
        }
        return text.toString();
    }

    /** Shows an encoded packet as its messages. */
    static List<String> show(EncodedPacket packet) {
        List<String> messages = new ArrayList<>();
        if (packet.text() != null) {
            messages.add(new String(packet.text(), UTF_8));
        }
        packet.attachments()
                .forEach(buffer -> messages.add("b:" + HexFormat.of().formatHex(buffer)));
        return messages;
    }
}
