package dev.roost.adapter.tck;

import dev.roost.adapter.Command;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes and shows payloads and events. */
final class Payloads {
    private Payloads() {}

    static Payload of(String json, byte[]... attachments) {
        return new Payload(json.getBytes(StandardCharsets.UTF_8), List.of(attachments));
    }

    static String text(Payload payload) {
        return new String(payload.json(), StandardCharsets.UTF_8);
    }

    static List<String> texts(List<Payload> payloads) {
        return payloads.stream().map(Payloads::text).toList();
    }

    /** An event for everyone. */
    static Command.Broadcast event(String json) {
        return new Command.Broadcast("/", Selection.ALL, of(json));
    }

    static Command.ServerSideEmit serverSide(String json, byte[]... attachments) {
        return new Command.ServerSideEmit("/", of(json, attachments));
    }
}
