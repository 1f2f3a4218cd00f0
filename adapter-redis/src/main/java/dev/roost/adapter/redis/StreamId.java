package dev.roost.adapter.redis;

import java.util.regex.Pattern;

/** Ids of the entries of a stream: milliseconds, a dash, a number. */
final class StreamId {
    /** Before every entry. */
    static final String BEGINNING = "0-0";

    private static final Pattern FORM = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");

    private StreamId() {}

    /** Whether somebody else's text is an id. */
    static boolean isOne(String text) {
        if (!FORM.matcher(text).matches()) {
            return false;
        }
        try {
            return compare(text, text) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Orders ids as their stream does. */
    static int compare(String one, String other) {
        int dash = one.indexOf('-');
        int otherDash = other.indexOf('-');
        int millis = Long.compareUnsigned(
                Long.parseUnsignedLong(one, 0, dash, 10), Long.parseUnsignedLong(other, 0, otherDash, 10));
        return millis != 0
                ? millis
                : Long.compareUnsigned(
                        Long.parseUnsignedLong(one, dash + 1, one.length(), 10),
                        Long.parseUnsignedLong(other, otherDash + 1, other.length(), 10));
    }
}
