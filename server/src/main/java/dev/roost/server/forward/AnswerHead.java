package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Status and headers of an owner's answer, in the part of HTTP/1.1 an owner uses. Immutable.
 *
 * @param headers names and values in turn, as sent
 * @param contentLength bytes of the body, {@link #NO_LENGTH} if the answer does not say
 * @param closes true if the owner closes the connection after it
 * @param raw the bytes it was read from
 */
record AnswerHead(int status, List<String> headers, long contentLength, boolean closes, byte[] raw) {
    static final int SWITCHING_PROTOCOLS = 101;
    static final int NO_LENGTH = -1;

    private static final String VERSION = "HTTP/1.1 ";

    AnswerHead {
        headers = List.copyOf(headers);
    }

    /**
     * Reads a head.
     *
     * @param raw ends in the empty line
     * @throws IOException if it is none
     */
    static AnswerHead parse(byte[] raw) throws IOException {
        String text = new String(raw, UTF_8);
        int end = text.indexOf("\r\n");
        if (!text.startsWith(VERSION) || end < VERSION.length() + 3) {
            throw new IOException("an answer does not begin with " + VERSION);
        }
        int status = (int) number(text.substring(VERSION.length(), VERSION.length() + 3));
        List<String> headers = new ArrayList<>(24);
        long length = NO_LENGTH;
        boolean closes = false;
        for (int start = end + 2; start < text.length() - 2; start = end + 2) {
            end = text.indexOf("\r\n", start);
            int colon = text.indexOf(':', start);
            if (colon <= start || colon > end) {
                throw new IOException("a header of an answer has no name");
            }
            String name = text.substring(start, colon);
            String value = text.substring(colon + 1, end).strip();
            if (name.equalsIgnoreCase("content-length")) {
                length = number(value);
            } else if (name.equalsIgnoreCase("connection")) {
                closes |= value.equalsIgnoreCase("close");
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                throw new IOException("an answer has no length");
            } else if (!isOfConnection(name)) {
                headers.add(name);
                headers.add(value);
            }
        }
        return new AnswerHead(status, headers, length, closes, raw);
    }

    /** What the entry says itself. */
    private static boolean isOfConnection(String name) {
        return name.equalsIgnoreCase("date") || name.equalsIgnoreCase("keep-alive");
    }

    private static long number(String digits) throws IOException {
        if (digits.isEmpty() || digits.length() > 18) {
            throw new IOException("a number of an answer has " + digits.length() + " digits");
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                throw new IOException("a number of an answer is none");
            }
            number = 10 * number + (c - '0');
        }
        return number;
    }
}
