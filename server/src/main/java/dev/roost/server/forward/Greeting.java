package dev.roost.server.forward;

import dev.roost.adapter.NodeId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * How two processes make sure of each other before the first request. Pure, but for random bytes.
 *
 * <pre>
 * entry to owner   hello      8 bytes that name this protocol, 4 of the owner's node id, 16 random
 * owner to entry   challenge  16 random
 * entry to owner   proof      32
 * owner to entry   proof      32
 * </pre>
 *
 * <p>The entry proves itself first, so who merely finds the port learns nothing to guess the secret by. It sends no
 * request before it has seen the owner's proof: the port may belong to somebody else by now. All lengths are fixed.
 * What follows is HTTP/1.1 until the connection ends.
 */
final class Greeting {
    /** Random bytes of each side. */
    static final int NONCE_BYTES = 16;
    /** Bytes of a hello. */
    static final int HELLO_BYTES = 28;

    private static final byte[] PROTOCOL = {'R', 'o', 'o', 's', 't', '/', '1', '\n'};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PeerSecret secret;

    Greeting(PeerSecret secret) {
        this.secret = secret;
    }

    /** Where the bytes of a greeting come from and go to. */
    interface Wire {
        /** Reads exactly that many bytes. */
        byte[] read(int count) throws IOException;

        void write(byte[] bytes) throws IOException;
    }

    /** Why a connection is not trusted. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /** What an owner has to know. */
    @FunctionalInterface
    interface Here {
        /** True if that node is served by this process. */
        boolean lives(NodeId node);
    }

    /** Greets as the entry. */
    void asEntry(Wire wire, NodeId owner) throws IOException {
        byte[] mine = nonce();
        wire.write(ByteBuffer.allocate(HELLO_BYTES)
                .put(PROTOCOL)
                .putInt(owner.value())
                .put(mine)
                .array());
        byte[] theirs = wire.read(NONCE_BYTES);
        wire.write(secret.proof(PeerSecret.Role.ENTRY, owner, mine, theirs));
        byte[] proof = wire.read(PeerSecret.PROOF_BYTES);
        if (!secret.isProof(proof, PeerSecret.Role.OWNER, owner, mine, theirs)) {
            throw new Refused("the owner does not know the secret");
        }
    }

    /**
     * Greets as the owner.
     *
     * @throws Refused if the other side is no process of this cluster, or looks for another one
     * @throws EOFException if it went away
     */
    void asOwner(Wire wire, Here here) throws IOException {
        byte[] start = wire.read(PROTOCOL.length);
        if (!Arrays.equals(start, PROTOCOL)) {
            throw new Refused("not the protocol of this listener");
        }
        ByteBuffer hello = ByteBuffer.wrap(wire.read(HELLO_BYTES - PROTOCOL.length));
        NodeId owner = new NodeId(hello.getInt());
        byte[] theirs = new byte[NONCE_BYTES];
        hello.get(theirs);
        byte[] mine = nonce();
        wire.write(mine);
        byte[] proof = wire.read(PeerSecret.PROOF_BYTES);
        if (!secret.isProof(proof, PeerSecret.Role.ENTRY, owner, theirs, mine)) {
            throw new Refused("wrong secret");
        }
        if (!here.lives(owner)) {
            throw new Refused("node " + owner + " does not live here");
        }
        wire.write(secret.proof(PeerSecret.Role.OWNER, owner, theirs, mine));
    }

    private static byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }
}
