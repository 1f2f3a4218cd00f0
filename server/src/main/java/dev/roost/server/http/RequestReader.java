package dev.roost.server.http;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.net.InetSocketAddress;

/** Makes a request of what Helidon read; listeners differ in whom they believe. Thread-safe. */
@FunctionalInterface
public interface RequestReader {
    /** For listeners of clients: the client is who is at the other end. */
    RequestReader DIRECT = (prologue, headers, peer, secure) -> EngineRequest.parse(
            prologue.method().text(),
            prologue.uriPath().rawPath(),
            prologue.query().rawValue(),
            HeaderSource.of(headers),
            address(peer),
            secure);

    /**
     * Reads a request.
     *
     * @param peer the other end of the TCP connection
     * @param secure true if that connection is encrypted
     */
    EngineRequest read(HttpPrologue prologue, Headers headers, PeerInfo peer, boolean secure);

    /** Address of the other end of a connection, without its port. */
    static String address(PeerInfo peer) {
        return peer.address() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : peer.host();
    }
}
