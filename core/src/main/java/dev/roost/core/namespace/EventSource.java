package dev.roost.core.namespace;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Where handlers are registered by the name of an event.
 *
 * <p>Several handlers of one event run in the order they were registered. Arguments are bound by position: an absent one
 * is as JSON {@code null}, surplus ones are ignored, and one that does not fit its type refuses the event. Types may be
 * records, collections, {@code byte[]}, {@code JsonNode}, {@code Optional}, or {@link
 * dev.roost.core.packet.JsonValue} for a value as it came.
 *
 * <p>Spec: socket-io 7, features S17.
 */
public interface EventSource {
    /** Has a handler called with every event of that name, arguments as they came. */
    Registration on(String event, Handlers.Raw handler);

    /** Has a handler called with the next event of that name only. */
    Registration once(String event, Handlers.Raw handler);

    /** Handles an event whose arguments do not matter. */
    default Registration on(String event, Handlers.None handler) {
        return on(event, (arguments, ack) -> handler.handle());
    }

    /** Handles an event with one argument. */
    default <A> Registration on(String event, Class<A> first, Handlers.One<A> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first)));
    }

    /** Handles an event with one argument of a generic type. */
    default <A> Registration on(String event, TypeReference<A> first, Handlers.One<A> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first)));
    }

    /** Handles an event with one argument that may be answered. */
    default <A> Registration on(String event, Class<A> first, Handlers.OneAck<A> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first), ack));
    }

    /** Handles an event with one argument of a generic type that may be answered. */
    default <A> Registration on(String event, TypeReference<A> first, Handlers.OneAck<A> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first), ack));
    }

    /** Handles an event with two arguments. */
    default <A, B> Registration on(String event, Class<A> first, Class<B> second, Handlers.Two<A, B> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first), arguments.get(1, second)));
    }

    /** Handles an event with two arguments that may be answered. */
    default <A, B> Registration on(String event, Class<A> first, Class<B> second, Handlers.TwoAck<A, B> handler) {
        return on(event, (arguments, ack) -> handler.handle(arguments.get(0, first), arguments.get(1, second), ack));
    }

    /** Handles the next event only, with one argument. */
    default <A> Registration once(String event, Class<A> first, Handlers.One<A> handler) {
        return once(event, (arguments, ack) -> handler.handle(arguments.get(0, first)));
    }

    /** Handles an event whose argument's type is known to the compiler. */
    default <A> Registration on(EventType<A> event, Handlers.One<A> handler) {
        return on(event.name(), (arguments, ack) -> handler.handle(event.argument(arguments)));
    }

    /** Handles an event whose argument's type is known to the compiler, and that may be answered. */
    default <A> Registration on(EventType<A> event, Handlers.OneAck<A> handler) {
        return on(event.name(), (arguments, ack) -> handler.handle(event.argument(arguments), ack));
    }

    /** Handles the next event only, with an argument whose type is known to the compiler. */
    default <A> Registration once(EventType<A> event, Handlers.One<A> handler) {
        return once(event.name(), (arguments, ack) -> handler.handle(event.argument(arguments)));
    }

    /** Answers an event whose argument's type is known to the compiler: what the handler returns is the answer. */
    default <A, R> Registration onRequest(EventType<A> event, Handlers.OneAnswer<A, R> handler) {
        return on(event.name(), (arguments, ack) -> answer(ack, handler.answer(event.argument(arguments))));
    }

    /** Answers an event without arguments: what the handler returns is the answer. */
    default <R> Registration onRequest(String event, Handlers.Answer<R> handler) {
        return on(event, (arguments, ack) -> answer(ack, handler.answer()));
    }

    /** Answers an event with one argument: what the handler returns is the answer. */
    default <A, R> Registration onRequest(String event, Class<A> first, Handlers.OneAnswer<A, R> handler) {
        return on(event, (arguments, ack) -> answer(ack, handler.answer(arguments.get(0, first))));
    }

    /** Answers an event with one argument of a generic type: what the handler returns is the answer. */
    default <A, R> Registration onRequest(String event, TypeReference<A> first, Handlers.OneAnswer<A, R> handler) {
        return on(event, (arguments, ack) -> answer(ack, handler.answer(arguments.get(0, first))));
    }

    /** Answers an event with two arguments: what the handler returns is the answer. */
    default <A, B, R> Registration onRequest(
            String event, Class<A> first, Class<B> second, Handlers.TwoAnswer<A, B, R> handler) {
        return on(
                event,
                (arguments, ack) -> answer(ack, handler.answer(arguments.get(0, first), arguments.get(1, second))));
    }

    private static void answer(Ack ack, @Nullable Object value) {
        // One value, be it an array: the varargs of send would take it apart.
        ack.send(new Object[] {value});
    }
}
