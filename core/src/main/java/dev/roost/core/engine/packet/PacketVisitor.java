package dev.roost.core.engine.packet;

/** Receives the packets of a payload one after the other, without an object for each. */
public interface PacketVisitor {
    /**
     * A packet in text form, its type digit first.
     *
     * @param utf8 the payload's own array, to be read only during the call
     * @param offset position of the type digit
     * @param length bytes of valid UTF-8, the digit included; at least 1
     */
    void text(byte[] utf8, int offset, int length);

    /** A binary message, already decoded. The array belongs to the visitor. */
    void binary(byte[] data);
}
