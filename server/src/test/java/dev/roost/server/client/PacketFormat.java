package dev.roost.server.client;

/** How packets are written: as stock servers do, or as {@code socket.io-msgpack-parser} does. */
public enum PacketFormat {
    JSON,
    MSGPACK
}
