package dev.roost.adapter;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something about to be sent from outside the servers: a namespace, and whom of it is meant. Immutable.
 *
 * <p>Every operation that selects returns another one, so parts can be kept and used again. Nothing is answered: neither
 * acks nor results come back. What cannot be sent now throws {@link AdapterException}; nothing is kept for later.
 *
 * <p>Arguments are null, {@link Boolean}, {@link String}, the numbers of the JDK, {@code byte[]}, and {@link java.util.Map}
 * and {@link java.util.List} of these; anything else is an {@link IllegalArgumentException}. A {@code byte[]} arrives as
 * a buffer and must not be changed afterwards.
 */
public sealed class Emission permits Emitter {
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private final CommandSender sender;
    private final String namespace;
    private final Selection selection;

    Emission(CommandSender sender, String namespace, Selection selection) {
        this.sender = sender;
        this.namespace = namespace;
        this.selection = selection;
    }

    /** Adds rooms: members of any of them are meant. A room may be the id of a socket. */
    public final Emission to(String... rooms) {
        return to(Arrays.asList(rooms));
    }

    /** Adds rooms: members of any of them are meant. */
    public final Emission to(Collection<String> rooms) {
        return with(new Selection(union(selection.rooms(), rooms), selection.except(), selection.flags()));
    }

    /** The same as {@link #to(String...)}. */
    public final Emission in(String... rooms) {
        return to(rooms);
    }

    /** Leaves out the members of these rooms. */
    public final Emission except(String... rooms) {
        return except(Arrays.asList(rooms));
    }

    /** Leaves out the members of these rooms. */
    public final Emission except(Collection<String> rooms) {
        return with(new Selection(selection.rooms(), union(selection.except(), rooms), selection.flags()));
    }

    /** Drops events on the way to clients that are not ready to take them. */
    public final Emission asVolatile() {
        return with(new Selection.Flags(true, selection.flags().compress(), false));
    }

    /** Says whether events may be compressed; they may unless said otherwise. */
    public final Emission compress(boolean compress) {
        return with(new Selection.Flags(selection.flags().isVolatile(), compress, false));
    }

    /**
     * Sends an event to the selected clients of all servers.
     *
     * @throws IllegalArgumentException if the name is reserved, or an argument has no JSON form
     * @throws AdapterException if the servers cannot be reached
     */
    public final void emit(String event, @Nullable Object... arguments) {
        sender.send(new Command.Broadcast(namespace, selection, payload(event, arguments)));
    }

    /** Lets the selected sockets of all servers join rooms. */
    public final void socketsJoin(String... rooms) {
        sender.send(new Command.Join(namespace, selection, Set.copyOf(Arrays.asList(rooms))));
    }

    /** Lets the selected sockets of all servers leave rooms. */
    public final void socketsLeave(String... rooms) {
        sender.send(new Command.Leave(namespace, selection, Set.copyOf(Arrays.asList(rooms))));
    }

    /**
     * Disconnects the selected sockets of all servers.
     *
     * @param close true ends their whole connections, false only their part in this namespace
     */
    public final void disconnectSockets(boolean close) {
        sender.send(new Command.Disconnect(namespace, selection, close));
    }

    /**
     * Runs the handlers every server has registered on the namespace itself; rooms play no part in it.
     *
     * @throws IllegalArgumentException if the name is reserved, or an argument has no JSON form
     * @throws AdapterException if the servers cannot be reached
     */
    public final void serverSideEmit(String event, @Nullable Object... arguments) {
        sender.send(new Command.ServerSideEmit(namespace, payload(event, arguments)));
    }

    private static Payload payload(String event, @Nullable Object[] arguments) {
        if (RESERVED.contains(Objects.requireNonNull(event))) {
            throw new IllegalArgumentException("\"" + event + "\" is a reserved event name");
        }
        return ArgumentsWriter.write(event, arguments);
    }

    private Emission with(Selection.Flags flags) {
        return with(new Selection(selection.rooms(), selection.except(), flags));
    }

    private Emission with(Selection other) {
        return new Emission(sender, namespace, other);
    }

    private static Set<String> union(Set<String> some, Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return all;
    }
}
