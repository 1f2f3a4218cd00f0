package dev.roost.adapter.hazelcast;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.HazelcastOverloadException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.LocalMemberResetException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.core.RuntimeInterruptedException;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.cluster.impl.ConfigMismatchException;
import com.hazelcast.internal.cluster.impl.MasterNodeChangedException;
import com.hazelcast.internal.cluster.impl.VersionMismatchException;
import com.hazelcast.internal.partition.PartitionStateVersionMismatchException;
import com.hazelcast.map.ReachedMaxSizeException;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.spi.exception.CallerNotMemberException;
import com.hazelcast.spi.exception.DistributedObjectDestroyedException;
import com.hazelcast.spi.exception.PartitionMigratingException;
import com.hazelcast.spi.exception.ResponseAlreadySentException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.RetryableIOException;
import com.hazelcast.spi.exception.ServiceNotFoundException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.spi.exception.WrongTargetException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import com.hazelcast.topic.TopicOverloadException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Which Java objects a member reads from the network: failures of its own requests, the state of the cluster, and
 * nothing else.
 *
 * <p>Our frames are byte arrays, which are no Java objects. But Hazelcast answers a request that failed with its
 * exception as a Java object. An answer that is refused here counts as none: the request is not tried again but waits
 * for twenty seconds and then fails. So members that start at once depend on this list: the cluster changes while they
 * subscribe, and they are told to try again by an exception.
 *
 * <p>The state is an enum. When one part of a cluster that was torn apart joins the other, its oldest member first tells
 * those with it to change theirs; a part of several members whose others cannot read that never joins.
 */
final class JavaObjects {
    /** What Hazelcast's members answer to each other. */
    static final List<Class<? extends Throwable>> HAZELCAST = List.of(
            CallerNotMemberException.class,
            ClusterTopologyChangedException.class,
            ConfigMismatchException.class,
            DistributedObjectDestroyedException.class,
            HazelcastException.class,
            HazelcastInstanceNotActiveException.class,
            HazelcastOverloadException.class,
            HazelcastSerializationException.class,
            IndeterminateOperationStateException.class,
            LocalMemberResetException.class,
            MasterNodeChangedException.class,
            MemberLeftException.class,
            NoDataMemberInClusterException.class,
            OperationTimeoutException.class,
            PartitionMigratingException.class,
            PartitionStateVersionMismatchException.class,
            ReachedMaxSizeException.class,
            ResponseAlreadySentException.class,
            RetryableHazelcastException.class,
            RetryableIOException.class,
            RuntimeInterruptedException.class,
            ServiceNotFoundException.class,
            SplitBrainProtectionException.class,
            TargetDisconnectedException.class,
            TargetNotMemberException.class,
            TopicOverloadException.class,
            VersionMismatchException.class,
            WrongTargetException.class);

    private static final List<Class<? extends Throwable>> JAVA = List.of(
            ArithmeticException.class,
            AssertionError.class,
            CancellationException.class,
            ClassCastException.class,
            CompletionException.class,
            ConcurrentModificationException.class,
            EOFException.class,
            Error.class,
            Exception.class,
            ExecutionException.class,
            IOException.class,
            IllegalArgumentException.class,
            IllegalStateException.class,
            IndexOutOfBoundsException.class,
            InterruptedException.class,
            NoSuchElementException.class,
            NullPointerException.class,
            OutOfMemoryError.class,
            RejectedExecutionException.class,
            RuntimeException.class,
            SecurityException.class,
            StackOverflowError.class,
            Throwable.class,
            TimeoutException.class,
            UnsupportedOperationException.class,
            VirtualMachineError.class);

    private JavaObjects() {}

    /** A list of allowed classes refuses all others. */
    static JavaSerializationFilterConfig filter() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        ClassFilter allowed = filter.getWhitelist();
        HAZELCAST.forEach(each -> allowed.addClasses(each.getName()));
        JAVA.forEach(each -> allowed.addClasses(each.getName()));
        allowed.addClasses(ClusterState.class.getName(), Enum.class.getName());
        // What every exception holds: its stack, and the list of the exceptions it suppressed, empty or not.
        allowed.addClasses(StackTraceElement.class.getName(), StackTraceElement[].class.getName());
        allowed.addClasses("java.util.CollSer", "java.util.ArrayList");
        allowed.addClasses(Collections.emptyList().getClass().getName());
        return filter;
    }
}
