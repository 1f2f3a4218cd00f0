package dev.roost.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.server.NothingLeft;
import dev.roost.server.client.Browser;
import dev.roost.server.client.BrowserPage;
import dev.roost.server.launch.RoostProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The chat as people use it: in browsers, on two processes.
 *
 * <p>Pictures go to {@code target/screenshots}, or to the folder that {@code -Dscreenshots=...} names; one of them is
 * {@code docs/chat.png}.
 */
@ExtendWith(NothingLeft.class)
class ChatIT {
    private static final Map<String, Object> DESKTOP =
            Map.of("viewport", Map.of("width", 1200, "height", 760), "colorScheme", "light");
    private static final Map<String, Object> PHONE = Map.of(
            "viewport",
            Map.of("width", 390, "height", 780),
            "deviceScaleFactor",
            2,
            "isMobile",
            true,
            "hasTouch",
            true,
            "colorScheme",
            "dark");

    private static Map<String, Object> cluster;
    private static RoostProcess first;

    @RegisterExtension
    final Browser browser = new Browser();

    private RoostProcess second;

    @BeforeAll
    static void startFirst() {
        cluster = RoostProcess.hazelcastOnItsOwn();
        first = process(0);
        first.awaitServing();
    }

    @AfterAll
    static void stopFirst() {
        first.close();
    }

    @BeforeEach
    void startSecond() {
        second = process(0);
        second.awaitServing();
    }

    @AfterEach
    void stopSecond() {
        second.close();
    }

    @Test
    void peopleOnTwoProcessesChat() {
        BrowserPage mira = enter(first, DESKTOP, "Mira");
        BrowserPage jon = enter(second, PHONE, "Jon Falke");
        BrowserPage ada = enter(second, DESKTOP, "Ada");

        mira.await("#people .entry:has-text('Jon Falke')");
        mira.await("#people .entry:has-text('Ada')");
        mira.await("#people .entry:has-text('you')");
        assertThat(mira.texts("#people .entry")).hasSize(3);
        assertThat(mira.texts("#legend li")).hasSize(2);
        assertThat(jon.texts("#people-count")).containsExactly("3");
        assertThat(mira.texts("#served")).isNotEqualTo(jon.texts("#served"));

        say(mira, "Morning! Does anyone know why the kettle is on the roof?");
        jon.await(".message:not(.own) .bubble:has-text('kettle')");
        say(jon, "The jackdaws again. They like the warmth.");
        say(ada, "I saw them. Three of them, and a plan.");
        ada.fill("#text", "And one more");
        mira.await("#typing:has-text('Ada is typing')");
        say(ada, "They even left a note:\n“Tea at four.”");
        mira.await(".bubble:has-text('Tea at four')");
        say(mira, "Well. Four it is, then.");
        mira.await(".own:not(.pending) .bubble:has-text('Four it is')");
        assertThat(mira.texts(".message:not(.own) .byline b")).containsExactly("Jon Falke", "Ada");

        joinRoom(ada, "garden");
        say(ada, "Anyone for the garden?");
        mira.await("#others .entry:has-text('garden')");
        joinRoom(mira, "garden");
        ada.await("#people .entry:has-text('Mira')");
        mira.click("#mine .entry:has-text('lobby')");
        say(ada, "Mira, over here!");
        mira.await("#mine .entry:has-text('garden') .badge");
        assertThat(jon.texts(".bubble")).noneMatch(text -> text.toString().contains("over here"));

        jon.await(".own:not(.pending)");
        mira.click("#text");
        mira.screenshot(picture("chat.png"));
        jon.screenshot(picture("chat-phone.png"));
        assertThat(mira.failures()).isEmpty();
        assertThat(jon.failures()).isEmpty();
    }

    @Test
    void onAPhoneNothingIsCutOffAndTheListsAreDrawers() {
        BrowserPage jon = enter(second, PHONE, "Jon");
        say(jon, "a-word-without-any-break".repeat(20));
        jon.await(".own:not(.pending)");

        assertThat(jon.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        jon.click("button.menu");
        jon.await("#rooms-panel.open #mine .entry:has-text('lobby')");
        jon.screenshot(picture("chat-phone-rooms.png"));
        jon.press("#rooms-panel [data-close]", "Escape");
        jon.await("#text");
        jon.click("button.people");
        jon.await("#people-panel.open #people .entry:has-text('Jon')");
        jon.screenshot(picture("chat-phone-people.png"));
        jon.click("#people-panel [data-close]");
        assertThat(jon.failures()).isEmpty();
    }

    @Test
    void whatPeopleWriteIsShownAndNeverRun() {
        String markup = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>&amp;";
        BrowserPage mallory = enter(first, DESKTOP, "<b id=n>&lt;x</b>");
        BrowserPage jon = enter(second, DESKTOP, "Jon");
        jon.await("#people .entry:has-text('<b id=n>&lt;x</b>')");

        say(mallory, markup);
        jon.await(".message:not(.own) .bubble");
        assertThat(jon.texts(".message:not(.own) .bubble")).containsExactly(markup);
        assertThat(jon.texts(".message:not(.own) .byline b")).containsExactly("<b id=n>&lt;x</b>");
        joinRoom(mallory, "<i>room</i>");
        jon.await("#others .entry:has-text('<i>room</i>')");
        mallory.fill("#text", "typing");
        jon.click("#others .entry:has-text('<i>room</i>')");
        jon.await("#room-name:has-text('<i>room</i>')");

        for (BrowserPage page : List.of(mallory, jon)) {
            assertThat(page.evaluate("document.querySelectorAll('#n, main img, main script, i').length"))
                    .isEqualTo(0);
            assertThat(page.evaluate("document.title")).isNotEqualTo("run");
            assertThat(page.failures()).isEmpty();
        }
    }

    @Test
    void whatIsNotAllowedIsSaidToThePerson() {
        BrowserPage page = browser.open(url(first), DESKTOP);
        page.await("#welcome[open]");
        page.screenshot(picture("chat-welcome.png"));
        page.fill("#nick", "   ");
        page.press("#nick", "Enter");
        page.await("#nick-error:has-text('A nickname has 1 to 24 characters.')");
        page.fill("#nick", "Mira");
        page.press("#nick", "Enter");
        page.await("#state[data-state=online]");

        page.evaluate("""
            for (let i = 1; i <= 15; i++) {
              document.getElementById("text").value = `message ${i}`;
              document.getElementById("composer").requestSubmit();
            }\
            """);
        page.await(".failure:has-text('Slow down a little, please.')");
        assertThat(page.failures()).isEmpty();
    }

    @Test
    void aProcessThatDiesIsNoticedByAllAndItsPeopleComeBack() {
        BrowserPage mira = enter(first, DESKTOP, "Mira");
        BrowserPage jon = enter(second, DESKTOP, "Jon");
        mira.await("#people .entry:has-text('Jon')");
        int port = second.awaitServing();
        List<Object> before = jon.texts("#served");

        second.signal("KILL", second.pid());
        second.awaitAllGone();
        jon.await("#banner:has-text('Connection lost')");
        jon.await("#state[data-state=offline]");
        jon.fill("#text", "kept for later");
        assertThat(jon.evaluate("document.getElementById('send').disabled")).isEqualTo(true);
        jon.screenshot(picture("chat-offline.png"));
        mira.await("#people:not(:has-text('Jon'))");

        second = process(port);
        jon.await("#state[data-state=online]");
        jon.await(".note:has-text('Connected again')");
        assertThat(jon.evaluate("document.getElementById('banner').hidden")).isEqualTo(true);
        assertThat(jon.texts("#served")).isNotEqualTo(before);
        jon.press("#text", "Enter");
        mira.await("#people .entry:has-text('Jon')");
        mira.await(".bubble:has-text('kept for later')");
    }

    private BrowserPage enter(RoostProcess process, Map<String, Object> device, String nick) {
        BrowserPage page = browser.open(url(process), device);
        page.fill("#nick", nick);
        page.press("#nick", "Enter");
        page.await("#state[data-state=online]");
        return page;
    }

    private static void say(BrowserPage page, String text) {
        page.fill("#text", text);
        page.press("#text", "Enter");
    }

    private static void joinRoom(BrowserPage page, String name) {
        page.fill("#add-name", name);
        page.press("#add-name", "Enter");
        page.await("#room-name:has-text('" + name + "')");
    }

    private static RoostProcess process(int port) {
        RoostProcess.Command command = RoostProcess.single().property("server.port", port);
        cluster.forEach(command::property);
        return command.start();
    }

    private static URI url(RoostProcess process) {
        return URI.create("http://127.0.0.1:" + process.awaitServing() + "/");
    }

    private static Path picture(String name) {
        try {
            Path folder = Path.of(System.getProperty("screenshots", "target/screenshots"));
            return Files.createDirectories(folder).resolve(name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
