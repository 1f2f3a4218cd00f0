package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Reads a raw query string without building anything that is not asked for.
 *
 * <p>Broken percent-encoding is taken literally, as Node does; broken UTF-8 becomes U+FFFD.
 */
public final class QueryParameters {
    private QueryParameters() {}

    /** Receives each parameter in order, decoded. */
    @FunctionalInterface
    public interface Visitor {
        void parameter(String name, String value);
    }

    /** Visits every parameter of a query; a parameter without {@code =} has an empty value. */
    public static void forEach(String rawQuery, Visitor visitor) {
        int start = 0;
        while (start < rawQuery.length()) {
            int end = rawQuery.indexOf('&', start);
            if (end < 0) {
                end = rawQuery.length();
            }
            if (end > start) {
                int equals = rawQuery.indexOf('=', start);
                boolean bare = equals < 0 || equals >= end;
                String name = decode(rawQuery, start, bare ? end : equals);
                visitor.parameter(name, bare ? "" : decode(rawQuery, equals + 1, end));
            }
            start = end + 1;
        }
    }

    /** Decodes a part of a form-encoded text. */
    public static String decode(String text, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) != '%' && text.charAt(i) != '+') {
            i++;
        }
        if (i == to) {
            return text.substring(from, to);
        }
        // Everything becomes bytes, since a character may be written as several %XX.
        byte[] source = text.substring(from, to).getBytes(UTF_8);
        return new String(decode(source, 0, source.length), UTF_8);
    }

    /** Decodes a part of a form-encoded text, of which the result need not be UTF-8. */
    public static byte[] decode(byte[] source, int from, int to) {
        byte[] decoded = new byte[to - from];
        int length = 0;
        for (int at = from; at < to; at++) {
            byte b = source[at];
            if (b == '+') {
                decoded[length++] = ' ';
            } else if (b == '%' && at + 2 < to && hex(source[at + 1]) >= 0 && hex(source[at + 2]) >= 0) {
                decoded[length++] = (byte) (hex(source[at + 1]) << 4 | hex(source[at + 2]));
                at += 2;
            } else {
                decoded[length++] = b;
            }
        }
        return Arrays.copyOf(decoded, length);
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }
}
