package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads pieces of JSON text that has been checked. */
final class JsonText {
    private JsonText() {}

    /** Counts the UTF-16 units of a string. */
    static int characters(byte[] json, int from, int to) {
        int units = 0;
        for (int i = from; i < to; i++) {
            int b = json[i];
            if (b == '\\') {
                i += json[i + 1] == 'u' ? 5 : 1;
                units++;
            } else if ((b & 0xc0) != 0x80) {
                units += (b & 0xf8) == 0xf0 ? 2 : 1;
            }
        }
        return units;
    }

    /** Returns what stands between the quotes of a string. */
    static String string(byte[] json, int from, int to) {
        int escape = from;
        while (escape < to && json[escape] != '\\') {
            escape++;
        }
        if (escape == to) {
            return new String(json, from, to - from, UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int plain = from;
        int at = escape;
        while (at < to) {
            if (json[at] != '\\') {
                at++;
                continue;
            }
            text.append(new String(json, plain, at - plain, UTF_8));
            byte kind = json[at + 1];
            if (kind == 'u') {
                text.append((char) Integer.parseInt(new String(json, at + 2, 4, UTF_8), 16));
                at += 6;
            } else {
                text.append(unescaped(kind));
                at += 2;
            }
            plain = at;
        }
        return text.append(new String(json, plain, to - plain, UTF_8)).toString();
    }

    private static char unescaped(byte kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) kind;
        };
    }

    /** What a value is, in words for messages. */
    static String kind(byte first) {
        return switch (first) {
            case '{' -> "object";
            case '[' -> "array";
            case '"' -> "string";
            case 't', 'f' -> "boolean";
            case 'n' -> "null";
            default -> "number";
        };
    }
}
