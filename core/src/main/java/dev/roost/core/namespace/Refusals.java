package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.packet.JsonBinding;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a refused client is sent. Spec: socket-io 1 and 15, features S23. */
final class Refusals {
    private Refusals() {}

    /** The payload of CONNECT_ERROR where no middleware was asked. */
    static Payload body(String message, JsonBinding binding) {
        return binding.inline(Map.of("message", message));
    }

    /** The same where one refused: an object, but for clients of revision 3 the data or the message itself. */
    static Payload body(ConnectRefused refusal, int revision, JsonBinding binding) {
        Object data = refusal.data();
        if (revision == 3) {
            return binding.inline(data != null ? data : refusal.getMessage());
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("message", refusal.getMessage());
        if (data != null) {
            body.put("data", data);
        }
        return binding.inline(body);
    }
}
