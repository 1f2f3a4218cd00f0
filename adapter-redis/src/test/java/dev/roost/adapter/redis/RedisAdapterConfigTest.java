package dev.roost.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.adapter.AdapterFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAdapterConfigTest {
    @Test
    void defaultsNeedNoSetting() {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of());
        assertThat(config.address()).hasToString("redis://127.0.0.1:6379");
        assertThat(config.mode()).isEqualTo(RedisAdapterConfig.Mode.NATIVE);
        assertThat(config.key()).isEqualTo("roost");
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.commandTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theFactoryIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(AdapterFactory.class))
                .filteredOn(factory -> factory.name().equals("redis"))
                .singleElement()
                .satisfies(factory -> assertThat(factory.keys())
                        .containsExactlyInAnyOrder(
                                "uri",
                                "mode",
                                "key",
                                "connect-timeout",
                                "command-timeout",
                                "require-tls",
                                "trust-file",
                                "requests-timeout",
                                "publish-on-specific-response-channel",
                                "subscription-mode",
                                "stream-name",
                                "stream-count",
                                "stream-max-length",
                                "sharded-pub-sub",
                                "session-key-prefix"));
    }

    @Test
    @DisplayName("X02: the mode node has the options and defaults of Node's adapter")
    void theModeNodeHasTheDefaultsOfNode() {
        RedisAdapterConfig config = RedisAdapterConfig.from(Map.of("mode", "node"));
        assertThat(config.mode()).isEqualTo(RedisAdapterConfig.Mode.NODE);
        assertThat(config.key()).isEqualTo("socket.io");
        assertThat(config.node().requestsTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.node().answersToOne()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        mode            | nod      | socketio.redis.mode: got 'nod', allowed: native, node, node-sharded, node-streams
        connect-timeout | 5        | socketio.redis.connect-timeout: got '5', allowed: PT0.05S to PT5M, such as PT5S
        command-timeout | PT0S     | socketio.redis.command-timeout: got 'PT0S', allowed: PT0.05S to PT5M, such as PT2S
        stream-count    | 0        | socketio.redis.stream-count: got '0', allowed: 1 to 64
        subscription-mode | all    | socketio.redis.subscription-mode: got 'all', allowed: static, dynamic, dynamic-private
        require-tls     | yes      | socketio.redis.require-tls: got 'yes', allowed: true, false
        require-tls     | true     | socketio.redis.uri: got 'redis://127.0.0.1:6379', allowed: rediss:// and the like
        trust-file      | no.pem   | socketio.redis.trust-file: got 'no.pem', allowed: with an address of rediss:// only
        uri             | http://h | socketio.redis.uri: got 'http://h', allowed: redis://
        uri             | localhost:6379 | socketio.redis.uri: got 'localhost:6379', allowed: redis://
        """)
    void wrongValuesAreRefusedWithKeyValueAndWhatIsAllowed(String key, String value, String message) {
        assertThatThrownBy(() -> RedisAdapterConfig.from(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @DisplayName("sec-B14: credentials are masked")
    @ValueSource(
            strings = {
                "redis://user:s3cret@host:1",
                "redis://:s3cret@host",
                "rediss://user:s3cret@host:1/2?verifyPeer=none",
                "redis-sentinel://s3cret@a:1,b:2/0?sentinelMasterId=m",
                "redis://user:p@s3cret/x@host",
                "redis://user:s3cret@",
                "bogus://user:s3cret@host",
                "redis://user:s3cret%zz@host"
            })
    void credentialsAreNeverShown(String uri) {
        String shown;
        try {
            shown = RedisAdapterConfig.from(Map.of("uri", uri)).toString();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasNoCause();
            shown = String.valueOf(refused.getMessage());
        }
        assertThat(shown).contains("***@").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @DisplayName("sec-B14: the user may be shown, what may be a password not")
    @CsvSource({
        "redis://user:s3cret@host:1, user",
        "redis://:s3cret@host:1,",
        "redis://s3cret@host:1,",
        "redis-sentinel://s3cret@a:1/0?sentinelMasterId=m,",
        "redis://host:1,"
    })
    void onlyTheUserIsKnown(String uri, @Nullable String user) {
        RedisAddress address = RedisAdapterConfig.from(Map.of("uri", uri)).address();
        assertThat(address.user()).isEqualTo(Optional.ofNullable(user));
    }

    @ParameterizedTest
    @DisplayName("sec-B12: which addresses go over the network without TLS")
    @CsvSource({
        "redis://127.0.0.1:6379, true, false",
        "redis://localhost, true, false",
        "redis://[::1]:6379, true, false",
        "redis://10.0.0.1, false, false",
        "rediss://10.0.0.1, false, true",
        "redis-sentinel://127.0.0.1?sentinelMasterId=m, true, false",
        "rediss-sentinel://10.0.0.1?sentinelMasterId=m, false, true",
        "redis-socket:///tmp/redis.sock, true, true"
    })
    void addressesKnowWhoCanReadAlong(String uri, boolean loopback, boolean encrypted) {
        RedisAddress address = RedisAdapterConfig.from(Map.of("uri", uri)).address();
        assertThat(address.loopbackOnly()).isEqualTo(loopback);
        assertThat(address.encrypted()).isEqualTo(encrypted);
    }

    @ParameterizedTest
    @DisplayName("sec-B13: TLS that verifies nothing is known as such")
    @CsvSource({
        "rediss://h, false",
        "rediss://h?verifyPeer=none, true",
        "rediss://h?verifyPeer=ca, false",
        "redis://h, false"
    })
    void unverifiedTlsIsNoticed(String uri, boolean unverified) {
        assertThat(RedisAdapterConfig.from(Map.of("uri", uri)).address().unverified())
                .isEqualTo(unverified);
    }
}
