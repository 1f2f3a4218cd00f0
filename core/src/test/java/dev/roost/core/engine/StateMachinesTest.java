package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every cell of the transition tables. */
class StateMachinesTest {
    @ParameterizedTest(name = "{0} on {1} is {2} and leads to {3}")
    @CsvSource({
        "OPENING, opened, true, OPEN",
        "OPENING, closeRequested, false, OPENING",
        "OPENING, goodbyeTaken, false, OPENING",
        "OPENING, ended, true, CLOSED",
        "OPEN, opened, false, OPEN",
        "OPEN, closeRequested, true, CLOSING",
        "OPEN, goodbyeTaken, false, OPEN",
        "OPEN, ended, true, CLOSED",
        "CLOSING, opened, false, CLOSING",
        "CLOSING, closeRequested, false, CLOSING",
        "CLOSING, goodbyeTaken, true, CLOSING",
        "CLOSING, ended, true, CLOSED",
        "CLOSED, opened, false, CLOSED",
        "CLOSED, closeRequested, false, CLOSED",
        "CLOSED, goodbyeTaken, false, CLOSED",
        "CLOSED, ended, false, CLOSED",
    })
    void lifeOfASession(SessionState.Phase from, String event, boolean duty, SessionState.Phase to) {
        SessionState state = new SessionState();
        switch (from) {
            case OPENING -> {}
            case OPEN -> state.opened();
            case CLOSING -> {
                state.opened();
                state.closeRequested();
            }
            case CLOSED -> state.ended();
        }
        assertThat(state.phase()).isEqualTo(from);
        assertThat(happens(state, event)).isEqualTo(duty);
        assertThat(state.phase()).isEqualTo(to);
        assertThat(state.accepts()).isEqualTo(to == SessionState.Phase.OPENING || to == SessionState.Phase.OPEN);
        assertThat(happens(state, event)).as("the duty is given once").isFalse();
    }

    private static boolean happens(SessionState state, String event) {
        return switch (event) {
            case "opened" -> state.opened();
            case "closeRequested" -> state.closeRequested();
            case "goodbyeTaken" -> state.goodbyeTaken();
            case "ended" -> state.ended();
            default -> throw new IllegalArgumentException(event);
        };
    }

    /** Events are packets of the newcomer, {@code !} its failure. */
    @ParameterizedTest(name = "after {0} comes {1}: {2}")
    @CsvSource({
        "'', 2probe, ANSWER",
        "'', 5, FAIL",
        "'', 4x, FAIL",
        "'', !, FAIL",
        "2probe, 2probe, ANSWER",
        "2probe, 5, SWITCH",
        "2probe, 5x, FAIL",
        "2probe, 3, FAIL",
        "2probe, !, FAIL",
        "2probe 5, 2probe, IGNORE",
        "2probe 5, 5, IGNORE",
        "2probe 5, !, IGNORE",
        "!, 2probe, IGNORE",
        "!, 5, IGNORE",
        "!, !, IGNORE",
    })
    void upgradeOfATransport(String before, String event, TransportUpgrade.Duty duty) {
        TransportUpgrade upgrade = new TransportUpgrade();
        if (!before.isEmpty()) {
            for (String earlier : before.split(" ")) {
                happens(upgrade, earlier);
            }
        }
        assertThat(happens(upgrade, event)).isEqualTo(duty);
    }

    private static TransportUpgrade.Duty happens(TransportUpgrade upgrade, String event) {
        byte[] packet = ("-" + event).getBytes(UTF_8);
        return event.equals("!") ? upgrade.failed() : upgrade.textReceived(packet, 1, packet.length - 1);
    }

    /**
     * Interval 25 s, timeout 20 s. Events {@code at:name}; the last one is judged: what it asks for, and when the next
     * is due.
     */
    @ParameterizedTest(name = "revision {0}, {1}: {2}, due at {3}")
    @CsvSource({
        "4, '', -, 25",
        "4, 25:due, PING, 45",
        "4, 25:due 26:pong, -, 51",
        "4, 25:due 45:due, MISSED, 45",
        "4, 10:pong, -, 35",
        "4, 10:packet, -, 25",
        "4, 25:due 30:packet, -, 50",
        "4, 25:due 30:packet 40:packet, -, 50",
        "4, 25:due 30:packet 50:due, MISSED, 50",
        "4, 25:due 30:packet 40:pong, -, 65",
        "4, 10:upgraded, false, 25",
        "4, 25:due 30:upgraded, true, 50",
        "4, 25:due 30:packet 35:upgraded, true, 55",
        "4, 25:due 30:packet 35:upgraded 40:packet, -, 60",
        "4, 10:pause 25:due, PING, 50",
        "4, 10:pause 25:due 50:due, PING, 75",
        "4, 10:pause 25:due 50:due 60:resume, -, 80",
        "4, 10:pause 25:due 50:due 60:resume 80:due, MISSED, 80",
        "4, 10:pause 20:resume, -, 25",
        "4, 25:due 30:pause 45:due, PING, 70",
        "3, '', -, 45",
        "3, 10:ping, -, 55",
        "3, 45:due, MISSED, 45",
        "3, 10:packet, -, 45",
        "3, 10:upgraded, false, 45",
        "3, 10:pause 45:due, NONE, 90",
        "3, 10:pause 45:due 60:resume, -, 105",
    })
    void heartbeat(int revision, String events, String asks, long due) {
        long start = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();
        Heartbeat heartbeat = new Heartbeat(EngineConfig.defaults(), revision, start);
        String last = "-";
        if (!events.isEmpty()) {
            for (String event : events.split(" ")) {
                String[] parts = event.split(":");
                last = happens(
                        heartbeat,
                        parts[1],
                        start + Duration.ofSeconds(Long.parseLong(parts[0])).toNanos());
            }
        }
        assertThat(last).isEqualTo(asks);
        assertThat(Duration.ofNanos(heartbeat.due() - start)).isEqualTo(Duration.ofSeconds(due));
    }

    private static String happens(Heartbeat heartbeat, String event, long now) {
        return switch (event) {
            case "due" -> heartbeat.passed(now).name();
            case "upgraded" -> Boolean.toString(heartbeat.upgraded(now));
            case "pong" -> silently(() -> heartbeat.pongReceived(now));
            case "ping" -> silently(() -> heartbeat.pingReceived(now));
            case "packet" -> silently(() -> heartbeat.packetReceived(now));
            case "pause" -> silently(() -> heartbeat.paused(true, now));
            case "resume" -> silently(() -> heartbeat.paused(false, now));
            default -> throw new IllegalArgumentException(event);
        };
    }

    private static String silently(Runnable event) {
        event.run();
        return "-";
    }
}
