package dev.roost.server.polling;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.server.http.QueryParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JSONP dress of polling, for browsers older than CORS.
 *
 * <p>Spec: engine-io 13, "JSONP"; security P12.
 */
final class JsonpForm {
    private static final int MOST_DIGITS = 10;

    private JsonpForm() {}

    /** True if the index may stand in a script. */
    static boolean isIndex(String index) {
        return !index.isEmpty()
                && index.length() <= MOST_DIGITS
                && index.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Wraps a text payload in a call of the client's function. */
    static byte[] wrap(String index, byte[] payload) {
        String text = new String(payload, UTF_8);
        StringBuilder script = new StringBuilder(text.length() + 32)
                .append("___eio[")
                .append(index)
                .append("](\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> script.append('\\').append(c);
                // Line ends for JavaScript though not for JSON, and what could end a script element.
                case '\u2028', '\u2029', '<', '>' -> escape(script, c);
                default -> {
                    if (c < ' ') {
                        escape(script, c);
                    } else {
                        script.append(c);
                    }
                }
            }
        }
        return script.append("\");").toString().getBytes(UTF_8);
    }

    private static void escape(StringBuilder script, char c) {
        script.append(String.format("\\u%04x", (int) c));
    }

    /** Takes the payload out of a form; null if the form has no {@code d}. */
    static byte @Nullable [] unwrap(byte[] form) {
        @Nullable String[] found = new String[1];
        QueryParameters.forEach(new String(form, UTF_8), (name, value) -> {
            if (name.equals("d")) {
                found[0] = value;
            }
        });
        return found[0] == null ? null : unescape(found[0]).getBytes(UTF_8);
    }

    /** {@code \n} means a line end, {@code \\n} means {@code \n}: forms cannot carry bare line ends. */
    private static String unescape(String text) {
        if (text.indexOf("\\n") < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\\\n", i)) {
                plain.append("\\n");
                i += 2;
            } else if (text.startsWith("\\n", i)) {
                plain.append('\n');
                i++;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}
