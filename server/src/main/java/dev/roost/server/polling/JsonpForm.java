package dev.roost.server.polling;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.server.http.QueryParameters;
import java.util.Arrays;
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

    /** Takes the payload out of a form, whatever bytes it is made of; null if the form has no {@code d}. */
    static byte @Nullable [] unwrap(byte[] form) {
        byte[] found = null;
        int start = 0;
        while (start < form.length) {
            int end = start;
            while (end < form.length && form[end] != '&') {
                end++;
            }
            if (end - start >= 2 && form[start] == 'd' && form[start + 1] == '=') {
                found = unescape(QueryParameters.decode(form, start + 2, end));
            }
            start = end + 1;
        }
        return found;
    }

    /** {@code \n} means a line end, {@code \\n} means {@code \n}: forms cannot carry bare line ends. */
    private static byte[] unescape(byte[] text) {
        byte[] plain = new byte[text.length];
        int length = 0;
        int at = 0;
        while (at < text.length) {
            if (startsWith(text, at, '\\', '\\', 'n')) {
                plain[length++] = '\\';
                plain[length++] = 'n';
                at += 3;
            } else if (startsWith(text, at, '\\', 'n')) {
                plain[length++] = '\n';
                at += 2;
            } else {
                plain[length++] = text[at++];
            }
        }
        return Arrays.copyOf(plain, length);
    }

    private static boolean startsWith(byte[] text, int at, char... wanted) {
        if (text.length - at < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (text[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
