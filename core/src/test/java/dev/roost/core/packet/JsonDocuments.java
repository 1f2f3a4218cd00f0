package dev.roost.core.packet;

import java.util.Random;

/** Makes JSON texts, good ones and damaged ones, from a seed. */
final class JsonDocuments {
    private static final String[] SCALARS = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "-12",
        "3.25",
        "1e9",
        "-1.5E-7",
        "9007199254740993",
        "\"\"",
        "\"a\"",
        "\"hello there, this is longer\"",
        "\"\\u00e9\\n\\\\\"",
        "\"\u20ac\ud83d\ude00\"",
        "\"\\\"\"",
        "\"a\\\\\""
    };
    private static final String[] NAMES = {"a", "b", "", "_placeholder", "num", "\\u0061", "key with spaces", "\u20ac"};
    private static final String[] SPACES = {"", "", "", " ", "\n", "\t\r\n  "};
    private static final String INSERTED = "[]{},:\"\\ \n\t0123456789.eE+-truefalsn'/\u00e9\u0001\u0000";

    private final Random random;

    JsonDocuments(Random random) {
        this.random = random;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    String space() {
        return SPACES[below(SPACES.length)];
    }

    /** A good text. */
    String next() {
        StringBuilder text = new StringBuilder();
        value(text, 4);
        return text.toString();
    }

    private void value(StringBuilder text, int levels) {
        int kind = below(levels > 0 ? 4 : 2);
        if (kind < 2) {
            text.append(SCALARS[below(SCALARS.length)]);
            return;
        }
        boolean object = kind == 3;
        text.append(object ? '{' : '[').append(space());
        for (int i = below(4); i > 0; i--) {
            if (object) {
                text.append('"')
                        .append(NAMES[below(NAMES.length)])
                        .append('"')
                        .append(space())
                        .append(':');
                text.append(space());
            }
            value(text, levels - 1);
            text.append(space()).append(i > 1 ? "," + space() : "");
        }
        text.append(object ? '}' : ']');
    }

    /** The text with one to three small damages, some of which leave it good. */
    String mutate(String json) {
        StringBuilder text = new StringBuilder(json);
        for (int i = 1 + below(3); i > 0 && !text.isEmpty(); i--) {
            int at = below(text.length());
            char other = INSERTED.charAt(below(INSERTED.length()));
            switch (below(4)) {
                case 0 -> text.setCharAt(at, other);
                case 1 -> text.insert(at, other);
                case 2 -> text.deleteCharAt(at);
                default -> text.setLength(at);
            }
        }
        // Half of a character outside the basic plane has no UTF-8 form.
        String damaged = text.toString().replaceAll("[\ud800-\udfff]", "x");
        return damaged.isEmpty() ? "[" : damaged;
    }
}
