package dev.roost.core.namespace;

import java.util.regex.Pattern;

/**
 * Text that a pattern may look at for a limited time only.
 *
 * <p>Some patterns take time exponential in the length of a text made for them, and a client chooses the text. What
 * is counted is characters looked at, so the outcome does not depend on the machine.
 *
 * <p>Confined to one thread. Spec: security K15.
 */
final class BoundedText implements CharSequence {
    private static final int MOST_LOOKS = 1_000_000;

    private final String text;
    private int looks;

    private BoundedText(String text) {
        this.text = text;
    }

    /**
     * True if the pattern is found in the text.
     *
     * @throws IllegalStateException if it takes too long to tell
     */
    static boolean finds(Pattern pattern, String text) {
        return pattern.matcher(new BoundedText(text)).find();
    }

    @Override
    public char charAt(int index) {
        if (++looks > MOST_LOOKS) {
            throw new IllegalStateException("the pattern takes too long");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
