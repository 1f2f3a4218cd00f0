package dev.roost.adapter.redis;

import dev.roost.adapter.Selection;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The {@code opts} of Node's adapters. Pure. Spec: redis-wire 1, adapter 7. */
final class NodeSelections {
    /** For events of peers that do not say how long they wait. */
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration LONGEST_ACK_TIMEOUT = Duration.ofHours(1);

    private NodeSelections() {}

    /** Writes rooms and except as the member {@code opts}. */
    static WireWriter write(WireWriter writer, Selection selection) {
        return writeRooms(writer.name("opts").object(2), selection).end();
    }

    /** Writes rooms, except and flags, an object. */
    static WireWriter writeAll(WireWriter writer, Selection selection) {
        return writeAll(writer, selection, OptionalLong.empty());
    }

    /** Writes rooms, except, flags and how many milliseconds acks are waited for, an object. */
    static WireWriter writeAll(WireWriter writer, Selection selection, OptionalLong timeout) {
        Selection.Flags flags = selection.flags();
        int count = (flags.isVolatile() ? 1 : 0) + (flags.compress() ? 0 : 1) + (timeout.isPresent() ? 1 : 0);
        writeRooms(writer.object(3), selection).name("flags").object(count);
        if (flags.isVolatile()) {
            writer.name("volatile").flag(true);
        }
        if (!flags.compress()) {
            writer.name("compress").flag(false);
        }
        timeout.ifPresent(millis -> writer.name("timeout").number(millis));
        return writer.end().end();
    }

    /** Writes the members rooms and except. */
    static WireWriter writeRooms(WireWriter writer, Selection selection) {
        return writer.name("rooms").texts(selection.rooms()).name("except").texts(selection.except());
    }

    /** Reads the member {@code opts} of an object. */
    static Selection read(WireObject holder) throws WireFormatException {
        return read(holder.get("opts"));
    }

    /** Reads {@code opts}. */
    static Selection read(WireValue value) throws WireFormatException {
        WireObject opts = value.object();
        Optional<WireValue> member = opts.find("flags");
        Selection.Flags flags = Selection.Flags.NONE;
        if (member.isPresent()) {
            WireObject set = member.get().object();
            flags = new Selection.Flags(set.isTrue("volatile"), !set.isFalse("compress"), false);
        }
        return new Selection(opts.texts("rooms"), opts.texts("except"), flags);
    }

    /** Reads how long acks are waited for from the member {@code opts}; some time if it does not say. */
    static Duration readTimeout(WireObject holder) throws WireFormatException {
        Optional<WireValue> flags = holder.get("opts").object().find("flags");
        Optional<WireValue> timeout =
                flags.isEmpty() ? Optional.empty() : flags.get().object().find("timeout");
        if (timeout.isEmpty()) {
            return ACK_TIMEOUT;
        }
        return Duration.ofMillis(Math.clamp(timeout.get().integer(), 0, LONGEST_ACK_TIMEOUT.toMillis()));
    }
}
