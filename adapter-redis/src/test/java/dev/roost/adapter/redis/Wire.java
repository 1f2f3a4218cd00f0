package dev.roost.adapter.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** Short forms of payloads, for tests. */
final class Wire {
    private Wire() {}

    static Payload payload(String json, byte[]... buffers) {
        return new Payload(json.getBytes(UTF_8), List.of(buffers));
    }

    /** Returns the text, and each buffer as hexadecimal digits in brackets. */
    static String text(Payload payload) {
        StringBuilder text = new StringBuilder(new String(payload.json(), UTF_8));
        payload.attachments()
                .forEach(buffer -> text.append('[')
                        .append(HexFormat.of().formatHex(buffer))
                        .append(']'));
        return text.toString();
    }

    static List<String> texts(Collection<Payload> payloads) {
        return payloads.stream().map(Wire::text).toList();
    }
}
