package dev.roost.core.packet;

import org.jspecify.annotations.Nullable;

/**
 * A value that does not fit the Java type a handler asked for.
 *
 * <p>The text names the type, the kind of what came and where, never the value itself.
 */
public final class ArgumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param cause what a constructor or deserializer of the application threw, or null
     */
    public ArgumentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
