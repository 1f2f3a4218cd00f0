package dev.roost.core.engine.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Throws bytes at the readers of POST bodies: only a format exception may come out. */
class PollingPayloadFuzz {
    private static final PacketVisitor NOBODY = new PacketVisitor() {
        @Override
        public void text(byte[] utf8, int offset, int length) {
            if (length < 1 || offset < 0 || offset + length > utf8.length) {
                throw new IllegalStateException("a packet outside of the payload: " + offset + ", " + length);
            }
        }

        @Override
        public void binary(byte[] data) {}
    };

    @FuzzTest(maxDuration = "60s")
    void revision4(byte[] body) {
        read(PollingPayload.revision4(body));
    }

    @FuzzTest(maxDuration = "60s")
    void revision3Text(byte[] body) {
        read(PollingPayload.revision3Text(body));
    }

    @FuzzTest(maxDuration = "60s")
    void revision3Binary(byte[] body) {
        read(PollingPayload.revision3Binary(body));
    }

    private static void read(PollingPayload payload) {
        try {
            while (payload.read(16, NOBODY)) {
                // On to the next ones.
            }
        } catch (PacketFormatException expected) {
            // Refused, as it should be.
        }
    }
}
