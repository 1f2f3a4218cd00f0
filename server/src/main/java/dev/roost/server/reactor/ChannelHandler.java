package dev.roost.server.reactor;

import java.nio.channels.SelectionKey;

/** What a reactor tells the owner of a registered channel. Called on the loop; must not block. */
public interface ChannelHandler {
    /** The channel is ready for some of the key's interest. */
    void ready(SelectionKey key);

    /** Close at once: the loop ends, or a call of this handler failed. */
    void abort();
}
