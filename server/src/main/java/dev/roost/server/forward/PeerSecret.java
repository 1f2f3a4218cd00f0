package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.NodeId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret the processes of a cluster share, as far as proving that one has it. Immutable.
 *
 * <p>A proof covers the random bytes of both sides, so it is good for one connection, and the role, so it cannot be
 * sent back to where it came from.
 */
final class PeerSecret {
    /** Bytes of a proof. */
    static final int PROOF_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    /** Mixed in, so that without a secret there is a key all the same, and none that is used for anything else. */
    private static final String PURPOSE = "roost internal listener\n";

    private final SecretKeySpec key;

    /** Takes the secret; empty is as good as known to everybody. */
    PeerSecret(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest((PURPOSE + secret).getBytes(UTF_8));
            key = new SecretKeySpec(digest, ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whose proof it is. */
    enum Role {
        /** The process that passes requests on. */
        ENTRY,
        /** The process whose sessions they are for. */
        OWNER
    }

    /** Makes the proof of one side of a connection. */
    byte[] proof(Role role, NodeId owner, byte[] entryNonce, byte[] ownerNonce) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((byte) role.ordinal());
            mac.update(ByteBuffer.allocate(4).putInt(owner.value()).array());
            mac.update(entryNonce);
            return mac.doFinal(ownerNonce);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Compares in a time that tells nothing. */
    boolean isProof(byte[] proof, Role role, NodeId owner, byte[] entryNonce, byte[] ownerNonce) {
        return MessageDigest.isEqual(proof, proof(role, owner, entryNonce, ownerNonce));
    }
}
