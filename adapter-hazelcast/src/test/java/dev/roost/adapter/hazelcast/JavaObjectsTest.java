package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import java.net.URI;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayName("sec-B19: members read failures of their own requests and no other Java object")
class JavaObjectsTest {
    static final List<Object> OTHERS = List.of(URI.create("http://localhost"), new BitSet(), new Random(), Locale.ROOT);

    private final InternalSerializationService writer = new DefaultSerializationServiceBuilder().build();
    private final InternalSerializationService reader = new DefaultSerializationServiceBuilder()
            .setConfig(new SerializationConfig().setJavaSerializationFilterConfig(JavaObjects.failuresOnly()))
            .build();

    @AfterEach
    void dispose() {
        writer.dispose();
        reader.dispose();
    }

    @Test
    void aFailureIsReadWithItsCauseAndWhatItSuppressed() {
        Exception failure =
                new ClusterTopologyChangedException("Current member list version 3 does not match expected 2");
        failure.initCause(new RetryableHazelcastException(new IllegalStateException("cause")));
        failure.addSuppressed(new TargetNotMemberException("suppressed"));
        Throwable read = reader.toObject(writer.toData(failure));
        assertThat(read)
                .isExactlyInstanceOf(ClusterTopologyChangedException.class)
                .hasMessage(failure.getMessage());
        assertThat(read.getCause()).hasRootCauseMessage("cause");
        assertThat(read.getSuppressed()).singleElement().isInstanceOf(TargetNotMemberException.class);
        assertThat(read.getStackTrace()).isEqualTo(failure.getStackTrace());
    }

    @ParameterizedTest
    @FieldSource("OTHERS")
    void anyOtherJavaObjectIsRefused(Object other) {
        assertThatThrownBy(() -> reader.toObject(writer.toData(other))).hasRootCauseInstanceOf(SecurityException.class);
    }
}
