package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Command;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.Selection.Flags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Commands: who applies them, with which content, in which order. Spec: adapter 13, broadcast and utilities. */
abstract class BroadcastRules extends AdapterFixture {
    @Test
    @DisplayName("adapter-17, adapter-34: an event reaches every other node once, binary equal, and not its sender")
    void anEventReachesEveryOtherNodeOnceAndNotItsSender() {
        Command.Broadcast event = new Command.Broadcast(
                "/", Selection.ALL, Payloads.of("[\"e\",1,\"2\",{\"_placeholder\":true,\"num\":0}]", new byte[] {3, 4
                }));
        first().adapter().send(event);
        expectAtOthers(event);
    }

    @Test
    @DisplayName("adapter-18, adapter-36: an event keeps its namespace")
    void anEventKeepsItsNamespace() {
        Command.Broadcast one = new Command.Broadcast("/chat", Selection.ALL, Payloads.of("[\"e\"]"));
        Command.Broadcast other = new Command.Broadcast("/chat/ä?x=1#y", Selection.ALL, Payloads.of("[\"e\"]"));
        first().adapter().send(one);
        first().adapter().send(other);
        expectAtOthers(one, other);
    }

    @Test
    @DisplayName("adapter-19, adapter-20, adapter-21, adapter-23, adapter-24: rooms and exceptions arrive as they were,"
            + " and once for several rooms")
    void roomsAndExceptionsArriveAsTheyWere() {
        Command.Broadcast event = new Command.Broadcast(
                "/",
                new Selection(
                        Set.of("r1", "r 2", "räume/€:#", "AbCdEfGhIjKlMnOpQrSt", ""),
                        Set.of("x", "ZyXwVuTsRqPoNmLkJiHg"),
                        Flags.NONE),
                Payloads.of("[\"e\"]"));
        first().adapter().send(event);
        expectAtOthers(event);
    }

    @Test
    @DisplayName("adapter-27: the flags volatile and compress are forwarded")
    void flagsAreForwarded() {
        List<Command> events = new ArrayList<>();
        for (boolean isVolatile : new boolean[] {true, false}) {
            for (boolean compress : new boolean[] {true, false}) {
                events.add(new Command.Broadcast(
                        "/",
                        new Selection(Set.of(), Set.of(), new Flags(isVolatile, compress, false)),
                        Payloads.of("[\"" + isVolatile + compress + "\"]")));
            }
        }
        events.forEach(first().adapter()::send);
        expectAtOthers(events.toArray(Command[]::new));
    }

    @Test
    @DisplayName("adapter-26: buffers keep their places, also empty ones and many")
    void buffersKeepTheirPlaces() {
        byte[][] buffers = IntStream.range(0, 20).mapToObj(i -> new byte[i * i]).toArray(byte[][]::new);
        for (int i = 1; i < buffers.length; i++) {
            buffers[i][i * i - 1] = (byte) i;
        }
        String places = IntStream.range(0, buffers.length)
                .mapToObj(i -> "{\"_placeholder\":true,\"num\":" + i + "}")
                .collect(Collectors.joining(","));
        Command.Broadcast event =
                new Command.Broadcast("/", Selection.ALL, Payloads.of("[\"e\",{\"a\":[" + places + "]}]", buffers));
        first().adapter().send(event);
        expectAtOthers(event);
    }

    @Test
    @DisplayName("adapter-28: an event of 5 MB arrives intact, and the next one after it")
    void aLargeEventArrivesIntact() {
        byte[] large = new byte[5_000_000];
        new Random(7).nextBytes(large);
        Command.Broadcast event = new Command.Broadcast(
                "/", Selection.ALL, Payloads.of("[\"e\",{\"_placeholder\":true,\"num\":0}]", large));
        first().adapter().send(event);
        first().adapter().send(Payloads.event("[\"after\"]"));
        for (TestNode node : List.of(second(), third())) {
            List<Command> came = node.local().awaitCommands(2, patience());
            Payload arrived = ((Command.Broadcast) came.getFirst()).arguments();
            assertThat(arrived.attachments().getFirst()).isEqualTo(large);
            assertThat(node.local().events()).endsWith("[\"after\"]");
        }
    }

    @Test
    @DisplayName("adapter-29: text arrives byte by byte")
    void textArrivesByteByByte() {
        assumeNot(Limit.JSON_IS_REWRITTEN);
        String json = "[\"\",null,\"\\u0000\u2028😀\\ud800\",9007199254740993,1e-7,-0.0,{\"\":{\"__proto__\":[]}},"
                + "[".repeat(100) + "]".repeat(100) + "]";
        Command.Broadcast event = Payloads.event(json);
        first().adapter().send(event);
        expectAtOthers(event);
        assertThat(second().local().events().getFirst().getBytes(StandardCharsets.UTF_8))
                .isEqualTo(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("adapter-30: thousands of events from one node arrive in order, none twice")
    void eventsOfOneNodeArriveInOrder() {
        List<String> sent =
                IntStream.range(0, 5000).mapToObj(i -> "[\"n\"," + i + "]").toList();
        sent.forEach(json -> first().adapter().send(Payloads.event(json)));
        for (TestNode node : List.of(second(), third())) {
            node.local().awaitCommands(sent.size(), patience());
            assertThat(node.local().events()).containsExactlyElementsOf(sent);
        }
        assertThat(first().local().commands()).isEmpty();
        assertThat(second().local().gaps()).isEmpty();
    }

    @Test
    @DisplayName("adapter-31, adapter-32, adapter-48 to 52: joins, leaves, disconnects and events keep their order and"
            + " content")
    void commandsOfAllKindsKeepTheirOrder() {
        Selection room = new Selection(Set.of("r1"), Set.of("x"), Flags.NONE);
        Selection socket = new Selection(Set.of("AbCdEfGhIjKlMnOpQrSt"), Set.of(), Flags.NONE);
        Command[] commands = {
            new Command.Join("/", Selection.ALL, Set.of("r1")),
            new Command.Join("/", room, Set.of("r2", "r3", "")),
            new Command.Join("/", socket, Set.of("r4")),
            new Command.Broadcast("/", room, Payloads.of("[\"joined\"]")),
            new Command.Leave("/", Selection.ALL, Set.of("r1")),
            new Command.Leave("/", room, Set.of("r2", "r3")),
            new Command.Leave("/chat", socket, Set.of("r4")),
            Payloads.event("[\"bye\"]"),
            new Command.Disconnect("/", room, false),
            new Command.Disconnect("/", socket, true),
            new Command.Disconnect("/chat", Selection.ALL, true)
        };
        for (Command command : commands) {
            first().adapter().send(command);
        }
        expectAtOthers(commands);
    }

    @Test
    @DisplayName("adapter-31, adapter-60: a server-side emit keeps its place among the commands")
    void aServerSideEmitKeepsItsPlace() {
        assumeNot(Limit.QUESTIONS_HAVE_NO_PLACE);
        Command[] commands = {
            new Command.Join("/", Selection.ALL, Set.of("r1")),
            new Command.ServerSideEmit("/", Payloads.of("[\"between\"]")),
            Payloads.event("[\"bye\"]")
        };
        for (Command command : commands) {
            first().adapter().send(command);
        }
        expectAtOthers(commands);
    }

    @Test
    @DisplayName("adapter-60, adapter-66: a server-side emit reaches the other nodes only, with its binary arguments")
    void aServerSideEmitReachesTheOtherNodesOnly() {
        Command.ServerSideEmit emit =
                Payloads.serverSide("[\"e\",{\"_placeholder\":true,\"num\":0}]", new byte[] {0, -1, 7});
        first().adapter().send(emit);
        expectAtOthers(emit);
    }

    @Test
    @DisplayName("adapter-68: a command whose application fails is that node's affair, and the next one is applied")
    void aCommandWhoseApplicationFailsHarmsNoOther() {
        second().local().onApply(command -> {
            throw new IllegalStateException("told to fail");
        });
        Command.Broadcast one = Payloads.event("[1]");
        Command.Broadcast two = Payloads.event("[2]");
        first().adapter().send(one);
        first().adapter().send(two);
        expectAtOthers(one, two);
    }

    @Test
    @DisplayName("adapter-35: strange bytes on the medium are dropped, and the next event arrives")
    void strangeBytesAreDropped() {
        Random random = new Random(42);
        List<byte[]> hostile = new ArrayList<>(List.of(
                new byte[0],
                new byte[1],
                new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 0x73, 0x72},
                "{\"uid\":\"x\",\"type\":3}".getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && i % 2 == 0) {
                bytes[0] = 1;
            }
            hostile.add(bytes);
        }
        hostile.forEach(this::inject);
        Command.Broadcast good = Payloads.event("[\"good\"]");
        first().adapter().send(good);
        expectAtOthers(good);
        assertThat(first().adapter().nodes()).isEqualTo(cluster.members());
    }

    private void expectAtOthers(Command... expected) {
        for (TestNode node : List.of(second(), third())) {
            node.local().awaitCommands(expected.length, patience());
        }
        // What comes too often, or comes back, comes before this.
        second().adapter().send(new Command.Disconnect("/end", Selection.ALL, false));
        first().local().awaitCommand(command -> command.namespace().equals("/end"), patience());
        third().local().awaitCommand(command -> command.namespace().equals("/end"), patience());
        first().adapter().send(new Command.Disconnect("/end", Selection.ALL, false));
        second().local().awaitCommand(command -> command.namespace().equals("/end"), patience());
        for (TestNode node : List.of(second(), third())) {
            assertThat(node.local().commands())
                    .filteredOn(command -> !command.namespace().equals("/end"))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(expected);
        }
        assertThat(first().local().commands())
                .as("what came back to the sender")
                .allMatch(command -> command.namespace().equals("/end"));
    }
}
