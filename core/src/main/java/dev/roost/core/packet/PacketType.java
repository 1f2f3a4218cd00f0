package dev.roost.core.packet;

/** The digits of the packet types on the wire. */
final class PacketType {
    static final byte CONNECT = '0';
    static final byte DISCONNECT = '1';
    static final byte EVENT = '2';
    static final byte ACK = '3';
    static final byte CONNECT_ERROR = '4';
    static final byte BINARY_EVENT = '5';
    static final byte BINARY_ACK = '6';

    private PacketType() {}
}
