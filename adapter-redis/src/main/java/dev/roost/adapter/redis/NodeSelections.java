package dev.roost.adapter.redis;

import dev.roost.adapter.Selection;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.util.Optional;

/** The {@code opts} of Node's adapters. Pure. Spec: redis-wire 1, adapter 7. */
final class NodeSelections {
    private NodeSelections() {}

    /** Writes rooms and except as the member {@code opts}. */
    static WireWriter write(WireWriter writer, Selection selection) {
        return writeRooms(writer.name("opts").object(2), selection).end();
    }

    /** Writes rooms, except and flags, an object. */
    static WireWriter writeAll(WireWriter writer, Selection selection) {
        Selection.Flags flags = selection.flags();
        writeRooms(writer.object(3), selection);
        writer.name("flags").object((flags.isVolatile() ? 1 : 0) + (flags.compress() ? 0 : 1));
        if (flags.isVolatile()) {
            writer.name("volatile").flag(true);
        }
        if (!flags.compress()) {
            writer.name("compress").flag(false);
        }
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
}
