package dev.roost.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.SocketIoServer;
import dev.roost.server.client.Client;
import dev.roost.server.client.StockClient;
import dev.roost.server.client.StockClients;
import dev.roost.server.client.Transports;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(NothingLeft.class)
class ChatTest {
    private static SocketIoServer server;

    @RegisterExtension
    final StockClients clients = new StockClients();

    @BeforeAll
    static void start() {
        server = SocketIoServer.builder()
                .host("127.0.0.1")
                .port(0)
                .application(new Chat())
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void whoHasNoNicknameIsToldWhy() {
        Client nobody = connect(Map.of());
        Client blank = connect(Map.of("auth", Map.of("nick", " ")));

        for (Client refused : List.of(nobody, blank)) {
            assertThat(refused.await("$connect_error"))
                    .containsExactly(Map.of("message", "A nickname has 1 to 24 characters."));
        }
    }

    @Test
    void aVisitorIsToldWhichProcessServesThem() {
        Client mira = connect(Map.of("auth", Map.of("nick", " Mira ")));
        String id = mira.awaitConnected();

        Map<?, ?> welcome = (Map<?, ?>) mira.await("welcome").getFirst();

        assertThat(welcome.get("id")).isEqualTo(id);
        assertThat(welcome.get("node")).asString().hasSize(8);
        assertThat(welcome.get("pid"))
                .asString()
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void everybodyLearnsWhoComesAndGoes() {
        Client mira = enter("Mira");
        Client jon = enter("Jon");

        jon.request("join", "pond");
        jon.request("join", "pond");
        jon.request("join", "garden");
        jon.request("leave", "garden");
        jon.request("leave", "garden");
        jon.disconnect();

        assertPresence(mira, "pond", "Jon", true);
        assertPresence(mira, "garden", "Jon", true);
        assertPresence(mira, "garden", "Jon", false);
        assertPresence(mira, "pond", "Jon", false);
        assertThat(mira.received()).isEmpty();
    }

    @Test
    void aMessageReachesTheOthersInItsRoomOnly() {
        Client mira = enter("Mira");
        Client jon = enter("Jon");
        Client ada = enter("Ada");
        mira.request("join", "kitchen");
        jon.request("join", "kitchen");
        ada.request("join", "attic");

        Map<?, ?> taken =
                (Map<?, ?>) mira.request("say", "kitchen", " Tea?\nOr coffee? ").getFirst();
        mira.request("join", "attic");
        mira.request("say", "attic", "Hello up there");

        Map<?, ?> said = (Map<?, ?>) jon.await("said").getFirst();
        assertThat(said.get("room")).isEqualTo("kitchen");
        assertThat(said.get("text")).isEqualTo("Tea?\nOr coffee?");
        assertThat(said.get("at")).isEqualTo(taken.get("at"));
        assertThat(((Map<?, ?>) said.get("member")).get("nick")).isEqualTo("Mira");
        assertThat(((Map<?, ?>) ada.await("said").getFirst()).get("text")).isEqualTo("Hello up there");
        assertThat(mira.received()).noneMatch(report -> report.event().equals("said"));
    }

    @Test
    void typingIsShownToTheOthersInTheRoom() {
        Client mira = enter("Mira");
        Client jon = enter("Jon");
        mira.request("join", "desk");
        jon.request("join", "desk");

        mira.emit("typing", "desk");

        Map<?, ?> typing = (Map<?, ?>) jon.await("typing").getFirst();
        assertThat(typing.get("room")).isEqualTo("desk");
        assertThat(((Map<?, ?>) typing.get("member")).get("nick")).isEqualTo("Mira");
    }

    @Test
    void aRollCallNamesEverybodyByRoom() {
        Client mira = enter("Mira");
        Client jon = enter("Jon");
        mira.request("join", "roof");
        jon.request("join", "roof");
        jon.request("join", "cellar");

        Map<?, ?> rooms = (Map<?, ?>) ((Map<?, ?>) mira.request("who").getFirst()).get("rooms");

        assertThat(nicks(rooms.get("roof"))).containsExactlyInAnyOrder("Mira", "Jon");
        assertThat(nicks(rooms.get("cellar"))).containsExactly("Jon");
    }

    @Test
    void whatIsNotAllowedIsAnsweredWithASentence() {
        Client mira = enter("Mira");

        assertError(mira.request("say", "nowhere", "Hello?"), "You are not in this room.");
        assertError(mira.request("join", "two\nlines"), "The name of a room cannot contain control characters.");
        assertError(mira.request("join"), "The name of a room has 1 to 32 characters.");
        assertError(mira.request("join", JSONObject.NULL), "The name of a room has 1 to 32 characters.");
        mira.request("join", "hall");
        assertError(mira.request("say", "hall", "  "), "A message has 1 to 2000 characters.");
        assertError(mira.request("say", "hall"), "A message has 1 to 2000 characters.");
    }

    @Test
    void aRoomNamedLikeASocketIsNotThatSocket() {
        Client mira = connect(Map.of("auth", Map.of("nick", "Mira")));
        String id = mira.awaitConnected();
        Client mallory = enter("Mallory");

        mallory.request("join", id);
        mallory.request("say", id, "can you hear me?");
        mallory.request("leave", id);

        assertPresence(mira, id, "Mallory", true);
        assertPresence(mira, id, "Mallory", false);
        assertThat(mira.received()).noneMatch(report -> report.event().equals("said"));
    }

    @Test
    void nobodyIsInMoreThan50Rooms() {
        Client mira = enter("Mira");
        for (int i = 1; i <= Visitor.MAX_ROOMS; i++) {
            assertThat(mira.request("join", "room " + i)).isEmpty();
        }

        assertError(mira.request("join", "one more"), "You are in 50 rooms already. Leave one first.");
        assertThat(mira.request("join", "room 1")).isEmpty();
        mira.request("leave", "room 1");
        assertThat(mira.request("join", "one more")).isEmpty();
    }

    @Test
    void whoTalksTooFastIsAskedToSlowDown() {
        Client mira = enter("Mira");
        mira.request("join", "hall");

        List<Object> answer = mira.request("say", "hall", "first");
        for (int i = 1; i < 100 && !((Map<?, ?>) answer.getFirst()).containsKey("error"); i++) {
            answer = mira.request("say", "hall", "and " + i);
        }

        assertError(answer, "Slow down a little, please.");
    }

    private Client enter(String nick) {
        Client client = connect(Map.of("auth", Map.of("nick", nick)));
        client.await("welcome");
        return client;
    }

    private Client connect(Map<String, ?> options) {
        URI url = URI.create("http://127.0.0.1:" + server.port() + "/");
        return clients.connect(StockClient.MAVEN, url, Transports.WEBSOCKET, options);
    }

    private static void assertPresence(Client witness, String room, String nick, boolean here) {
        Map<?, ?> presence = (Map<?, ?>) witness.await("presence").getFirst();
        assertThat(presence.get("room")).isEqualTo(room);
        assertThat(((Map<?, ?>) presence.get("member")).get("nick")).isEqualTo(nick);
        assertThat(presence.get("here")).isEqualTo(here);
    }

    private static void assertError(List<Object> answer, String error) {
        assertThat(answer).containsExactly(Map.of("error", error));
    }

    private static List<Object> nicks(Object members) {
        return ((List<?>) members)
                .stream()
                        .<Object>map(member -> ((Map<?, ?>) member).get("nick"))
                        .toList();
    }
}
