package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisChannelsTest {
    @Test
    void namesAreReadable() {
        RedisChannels channels = new RedisChannels("roost");
        assertThat(text(channels.all())).isEqualTo("roost:all");
        assertThat(text(channels.node(new NodeId(0xab)))).isEqualTo("roost:node:000000ab");
        assertThat(text(channels.stored("x"))).isEqualTo("roost:store:x");
    }

    @Test
    @DisplayName("sec-B10: patterns, hash tags, separators and line ends in a key are encoded")
    void specialCharactersInAKeyAreEncoded() {
        assertThat(text(new RedisChannels("a:b*{c}\r\né").all())).isEqualTo("a%3Ab%2A%7Bc%7D%0D%0A%C3%A9:all");
    }

    @Test
    @DisplayName("sec-B11: no name of one key equals a name of another")
    void keysThatLookAlikeShareNoName() {
        NodeId node = new NodeId(1);
        List<String> keys = List.of("app", "app2", "app:node", "app:", "app%3A", "app:all", "APP");
        Set<String> names = new HashSet<>();
        for (String key : keys) {
            RedisChannels channels = new RedisChannels(key);
            names.add(text(channels.all()));
            names.add(text(channels.node(node)));
            names.add(text(channels.stored("all")));
        }
        assertThat(names).hasSize(3 * keys.size());
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
