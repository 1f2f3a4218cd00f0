package dev.roost.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.cluster.impl.ClusterStateChange;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayName("sec-B19: members read failures of their own requests, the state of the cluster, and no other Java object")
class JavaObjectsTest {
    static final List<Object> OTHERS =
            List.of(URI.create("http://localhost"), new BitSet(), new Random(), Locale.ROOT, TimeUnit.SECONDS);

    private final InternalSerializationService writer = new DefaultSerializationServiceBuilder().build();
    private final InternalSerializationService reader = new DefaultSerializationServiceBuilder()
            .setConfig(new SerializationConfig().setJavaSerializationFilterConfig(JavaObjects.filter()))
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

    /** Without it a part of several members never joins another after a partition. */
    @Test
    void theStateOfTheClusterIsRead() {
        ClusterStateChange<ClusterState> change = ClusterStateChange.from(ClusterState.FROZEN);
        ClusterStateChange<ClusterState> read = reader.toObject(writer.toData(change));
        assertThat(read).isEqualTo(change);
    }

    /** Helidon, if it is in the same JVM, has a filter of its own for all of it. */
    @Test
    void helidonIsToldToLetTheSameThrough() throws Exception {
        Properties helidons = new Properties();
        try (InputStream file = JavaObjects.class.getResourceAsStream("/META-INF/helidon/serial-config.properties")) {
            helidons.load(file);
        }
        String pattern = helidons.getProperty("pattern");
        Set<String> expected = new HashSet<>(JavaObjects.filter().getWhitelist().getClasses());
        // Arrays count as their elements there, and a list has an array of objects.
        expected.remove(StackTraceElement[].class.getName());
        expected.add(Object.class.getName());
        assertThat(pattern.split(";")).containsExactlyInAnyOrderElementsOf(expected);

        ObjectInputFilter filter = ObjectInputFilter.Config.createFilter(pattern + ";!*");
        Exception failure = new TargetNotMemberException("gone");
        failure.addSuppressed(new IllegalStateException("suppressed"));
        assertThat(read(failure, filter)).isInstanceOf(TargetNotMemberException.class);
        assertThat(read(ClusterState.FROZEN, filter)).isEqualTo(ClusterState.FROZEN);
        for (Object other : OTHERS) {
            assertThatThrownBy(() -> read(other, filter)).isInstanceOf(InvalidClassException.class);
        }
    }

    private static Object read(Object written, ObjectInputFilter filter) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(written);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            in.setObjectInputFilter(filter);
            return in.readObject();
        }
    }

    @ParameterizedTest
    @FieldSource("OTHERS")
    void anyOtherJavaObjectIsRefused(Object other) {
        assertThatThrownBy(() -> reader.toObject(writer.toData(other))).hasRootCauseInstanceOf(SecurityException.class);
    }
}
