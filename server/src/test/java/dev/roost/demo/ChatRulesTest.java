package dev.roost.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.namespace.EventRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "Ana Lúcia", "<b>bold</b>", "鳥", "👩‍🚀", "x23456789012345678901234"})
    void visibleNicksAreKept(String nick) {
        assertThat(ChatRules.nick(nick)).isEqualTo(nick);
    }

    @Test
    void blanksAroundANickAreCut() {
        assertThat(ChatRules.nick("  Mira\t")).isEqualTo("Mira");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "   ", "x234567890123456789012345"})
    void nicksHaveOneTo24Characters(String nick) {
        assertThatThrownBy(() -> ChatRules.nick(nick))
                .isInstanceOf(EventRefused.class)
                .hasMessage("A nickname has 1 to 24 characters.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u202eb", "a\u2028b", "a\ud800b", "a\u200bb"})
    void whatCannotBeSeenIsRefusedInNames(String name) {
        assertThatThrownBy(() -> ChatRules.nick(name)).hasMessage("A nickname cannot contain control characters.");
        assertThatThrownBy(() -> ChatRules.room(name)).isInstanceOf(EventRefused.class);
    }

    @Test
    void messagesKeepTheirLinesAndHaveAtMost2000Characters() {
        assertThat(ChatRules.message(" one\ntwo \n")).isEqualTo("one\ntwo");
        assertThat(ChatRules.message("x".repeat(2000))).hasSize(2000);
        assertThatThrownBy(() -> ChatRules.message("x".repeat(2001))).hasMessage("A message has 1 to 2000 characters.");
        assertThatThrownBy(() -> ChatRules.message("\n")).isInstanceOf(EventRefused.class);
        assertThatThrownBy(() -> ChatRules.message(null)).isInstanceOf(EventRefused.class);
    }
}
