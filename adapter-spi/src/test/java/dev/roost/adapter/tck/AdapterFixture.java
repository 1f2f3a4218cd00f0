package dev.roost.adapter.tck;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What the rules of {@link AdapterContract} stand on: three nodes, and the hooks of the backend. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class AdapterFixture {
    /** Three nodes for all tests; a test that stops a node brings its own. */
    final TestCluster cluster = cluster("main");

    /** What a wire format of somebody else may be unable to say. */
    protected enum Limit {
        /** What is sent is written anew on the way: the same values, not the same bytes. */
        JSON_IS_REWRITTEN,
        /** A broadcast that wants acks has no flags. */
        QUESTIONS_HAVE_NO_FLAGS,
        /** Questions and server-side emits go another way than commands, so either may overtake the other. */
        QUESTIONS_HAVE_NO_PLACE
    }

    /** Makes the adapters. */
    protected abstract AdapterFactory factory();

    /** Returns what is impossible here, each with its reason, which the report shows; nothing unless told otherwise. */
    protected Map<Limit, String> limits() {
        return Map.of();
    }

    /**
     * Returns the settings of a node, by the factory's keys.
     *
     * @param cluster nodes of the same cluster reach each other, others do not
     */
    protected abstract Map<String, String> settings(String cluster, NodeId node);

    /** Ends a node of the cluster {@code main} as a crash does: without any word, and for good. */
    protected void kill(NodeId node) {
        abort("no node can be killed here without its process");
    }

    /** Has all nodes lose what connects them; called only together with {@link #bringMediumBack}. */
    protected void takeMediumAway() {
        abort("there is nothing between the nodes that could fail");
    }

    /** Undoes {@link #takeMediumAway}; the nodes find back by themselves. */
    protected void bringMediumBack() {}

    /** Puts bytes no node has sent where the nodes of the cluster {@code main} will take them for a message. */
    protected void inject(byte[] bytes) {
        abort("nothing but a node can send here");
    }

    /** How long anything may take before a rule counts as broken. */
    protected Duration patience() {
        return RecordedEvents.PATIENCE;
    }

    @BeforeAll
    void startThreeNodes() {
        cluster.settleDown(3);
    }

    @BeforeEach
    void startAfresh() {
        cluster.reset();
    }

    @AfterAll
    void closeAll() {
        cluster.close();
    }

    TestCluster cluster(String name) {
        return new TestCluster(
                new TestCluster.Backend() {
                    @Override
                    public Map<String, String> settings(NodeId node) {
                        return AdapterFixture.this.settings(name, node);
                    }

                    @Override
                    public Adapter create(AdapterContext context) {
                        return factory().create(context);
                    }
                },
                patience());
    }

    /** Skips a rule that is about a limit. */
    void assumeNot(Limit limit) {
        String reason = limits().get(limit);
        assumeTrue(reason == null, () -> limit + ": " + reason);
    }

    TestNode first() {
        return cluster.node(0);
    }

    TestNode second() {
        return cluster.node(1);
    }

    TestNode third() {
        return cluster.node(2);
    }

    /** Waits for an answer, which must come within the patience. */
    <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + patience(), e);
        } catch (ExecutionException e) {
            throw new AssertionError("the answer failed", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
