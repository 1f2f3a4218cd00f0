package dev.roost.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EngineConfigTest {
    @Test
    void defaultsAreTheReferences() {
        EngineConfig config = EngineConfig.defaults();
        assertThat(config.pingInterval()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.pingTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.upgradeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.maxPayload()).isEqualTo(1_000_000);
        assertThat(config.allowUpgrades()).isTrue();
        assertThat(config.allowRevision3()).isFalse();
        assertThat(config.transports()).containsExactly(Transport.Name.POLLING, Transport.Name.WEBSOCKET);
        assertThat(config.outboxMaxBytes()).isEqualTo(4 << 20);
        assertThat(config.outboxOverflow()).isEqualTo(OverflowPolicy.CLOSE);
        assertThat(config.initialPacket()).isNull();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        b -> b.pingInterval(Duration.ZERO),
                        "pingInterval must be between PT0.001S and PT24H, got PT0S"),
                mistake(
                        b -> b.pingTimeout(Duration.ofDays(2)),
                        "pingTimeout must be between PT0.001S and PT24H, got PT48H"),
                mistake(
                        b -> b.upgradeTimeout(Duration.ofMillis(-1)),
                        "upgradeTimeout must be between PT0.001S and PT24H, got PT-0.001S"),
                mistake(b -> b.maxPayload(0), "maxPayload must be between 1 and 2147483583 bytes, got 0"),
                mistake(
                        b -> b.outboxMaxBytes(-5),
                        "outboxMaxBytes must be between 1 and 4611686018427387903 bytes, got -5"),
                mistake(
                        b -> b.transports(List.of()),
                        "transports must name at least one of [POLLING, WEBSOCKET], got none"),
                mistake(
                        b -> b.transports(List.of(Transport.Name.POLLING, Transport.Name.POLLING)),
                        "transports must name each transport once, got [POLLING, POLLING]"));
    }

    private static Arguments mistake(UnaryOperator<EngineConfig.Builder> mistake, String message) {
        return arguments(mistake, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void mistakeIsNamedWithItsValueAndTheBound(UnaryOperator<EngineConfig.Builder> mistake, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mistake.apply(EngineConfig.builder()).build())
                .withMessage(message);
    }
}
