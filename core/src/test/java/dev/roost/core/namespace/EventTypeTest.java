package dev.roost.core.namespace;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.type.TypeReference;

@DisplayName("S18: events whose argument the compiler knows")
class EventTypeTest {
    private static final EventType<Message> SAY = EventType.of("say", Message.class);
    private static final EventType<List<Integer>> SUM = EventType.of("sum", new TypeReference<List<Integer>>() {});

    @RegisterExtension
    final Scene scene = new Scene();

    record Message(String room, String text) {}

    @Test
    void typedEventsAreSentAndHandled() {
        scene.io().onConnection(socket -> {
            socket.join("r");
            socket.on(SAY, message -> scene.io().to(message.room()).emit(SAY, message));
            socket.once(SAY, message -> socket.emit(SAY, new Message("to you", message.text())));
            socket.onRequest(
                    SUM, numbers -> numbers.stream().mapToInt(Integer::intValue).sum());
        });
        Client client = scene.connect().send("42[\"say\",{\"room\":\"r\",\"text\":\"t\"}]");
        client.expect(
                "42[\"say\",{\"room\":\"r\",\"text\":\"t\"}]", "42[\"say\",{\"room\":\"to you\",\"text\":\"t\"}]");
        client.send("420[\"sum\",[1,2]]").expect("430[3]");
    }

    @Test
    void listIsOneArgument() {
        Client client = scene.connect();
        client.socket().emit(SUM, List.of(1, 2));
        client.socket().asVolatile().emit(SUM, List.of());
        client.socket().on(SUM, (numbers, ack) -> ack.send(numbers.size()));
        client.expect("42[\"sum\",[1,2]]", "42[\"sum\",[]]");
        client.send("421[\"sum\",[7]]").expect("431[1]");
    }
}
