package dev.roost.core.namespace;

import dev.roost.core.packet.Arguments;
import java.util.function.Function;
import tools.jackson.core.type.TypeReference;

/**
 * The name of an event with one argument, and what that argument is: the compiler checks who sends and who handles it.
 *
 * <pre>{@code
 * static final EventType<Message> SAY = EventType.of("say", Message.class);
 * socket.on(SAY, message -> io.to(message.room()).emit(SAY, message));
 * }</pre>
 *
 * <p>Immutable. Spec: features S18.
 *
 * @param <A> kind of argument
 */
public final class EventType<A> {
    private final String name;
    private final Function<Arguments, A> argument;

    private EventType(String name, Function<Arguments, A> argument) {
        this.name = name;
        this.argument = argument;
    }

    /** An event whose argument is of a class. */
    public static <A> EventType<A> of(String name, Class<A> argument) {
        return new EventType<>(name, arguments -> arguments.get(0, argument));
    }

    /** An event whose argument is of a generic type. */
    public static <A> EventType<A> of(String name, TypeReference<A> argument) {
        return new EventType<>(name, arguments -> arguments.get(0, argument));
    }

    /** The name on the wire. */
    public String name() {
        return name;
    }

    A argument(Arguments arguments) {
        return argument.apply(arguments);
    }

    /** Shows the name. */
    @Override
    public String toString() {
        return name;
    }
}
