package dev.roost.adapter.redis.wire;

/** Bytes that are no message of Node's adapters. Immutable; carries no stack trace, since anyone can cause it at will. */
public final class WireFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public WireFormatException(String reason) {
        super(reason, null, false, false);
    }
}
