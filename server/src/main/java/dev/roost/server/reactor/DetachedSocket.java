package dev.roost.server.reactor;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;

/**
 * Stands where Helidon's connection thread had a socket, so that its end closes nothing. Immutable.
 *
 * @param remotePeer as of the socket it replaces
 * @param localPeer as of the socket it replaces
 * @param socketId as of the socket it replaces
 * @param childSocketId as of the socket it replaces
 */
record DetachedSocket(PeerInfo remotePeer, PeerInfo localPeer, String socketId, String childSocketId)
        implements HelidonSocket {
    static DetachedSocket insteadOf(HelidonSocket socket) {
        return new DetachedSocket(socket.remotePeer(), socket.localPeer(), socket.socketId(), socket.childSocketId());
    }

    @Override
    public void close() {
        // the channel belongs to a reactor now
    }

    @Override
    public void idle() {
        // nothing to prepare: nobody will read here again
    }

    @Override
    public boolean isConnected() {
        return false;
    }

    @Override
    @SuppressWarnings("removal") // still abstract in 4.5
    public int read(BufferData buffer) {
        return -1;
    }

    @Override
    public void write(BufferData buffer) {
        throw new IllegalStateException("the connection was detached");
    }

    @Override
    public byte[] get() {
        return new byte[0];
    }

    @Override
    public boolean isSecure() {
        return false;
    }
}
