package dev.roost.adapter.redis.wire;

import dev.roost.adapter.Payload;
import java.util.Collection;

/**
 * Writes a message, in the encoding of the implementation. Confined to a thread.
 *
 * <p>Sizes are announced, since msgpack puts them first. Spec: redis-wire 1 and 3.
 */
public sealed interface WireWriter permits JsonWriter, PackedWriter {
    /** Makes a writer of JSON; it takes no payload with buffers. */
    static WireWriter json() {
        return new JsonWriter();
    }

    /** Makes a writer of msgpack. */
    static WireWriter packed() {
        return new PackedWriter();
    }

    /** Begins an object of so many members, each of which is a name and a value. */
    WireWriter object(int members);

    /** Begins an array of so many values. */
    WireWriter array(int elements);

    /** Ends what was begun last. */
    WireWriter end();

    /** Writes the name of a member. */
    WireWriter name(String name);

    /** Writes a text. */
    WireWriter text(String text);

    /** Writes a number. */
    WireWriter number(long number);

    /** Writes true or false. */
    WireWriter flag(boolean flag);

    /** Writes JSON and its buffers in place. */
    WireWriter payload(Payload payload);

    /** Writes an array of texts. */
    default WireWriter texts(Collection<String> texts) {
        array(texts.size());
        texts.forEach(this::text);
        return end();
    }

    /** Returns the message; the writer is used up. */
    byte[] message();
}
