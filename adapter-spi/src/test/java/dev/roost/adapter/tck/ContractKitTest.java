package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract finds what it is for: a backend with one fault breaks the rule against it. */
class ContractKitTest {
    static Stream<Arguments> brokenAdapters() {
        String once = "anEventReachesEveryOtherNodeOnceAndNotItsSender";
        String ordered = "eventsOfOneNodeArriveInOrder";
        return Stream.of(
                arguments(BrokenAdapters.Drops.class, ordered),
                arguments(BrokenAdapters.Repeats.class, once),
                arguments(BrokenAdapters.Reorders.class, ordered),
                arguments(BrokenAdapters.EchoesToItself.class, once),
                arguments(BrokenAdapters.ForgetsFlags.class, "flagsAreForwarded"),
                arguments(BrokenAdapters.ForgetsExceptions.class, "roomsAndExceptionsArriveAsTheyWere"),
                arguments(BrokenAdapters.MixesNamespaces.class, "anEventKeepsItsNamespace"),
                arguments(BrokenAdapters.LosesBuffers.class, "buffersKeepTheirPlaces"),
                arguments(BrokenAdapters.AnswersOnlyWhenTheTimeIsUp.class, "withoutAClientTheResultIsEmptyAtOnce"),
                arguments(BrokenAdapters.CountsAcksTwice.class, "everyClientsAnswerArrives"),
                arguments(BrokenAdapters.HidesWhoIsMissing.class, "aNodeThatDoesNotAnswerIsNamed"),
                arguments(BrokenAdapters.DescribesSocketsTwice.class, "everySocketOfTheOtherNodesIsDescribedOnce"),
                arguments(BrokenAdapters.NeverForgetsANode.class, "aNodeThatSaysGoodByeIsNoLongerWaitedFor"));
    }

    static Stream<Arguments> brokenBuses() {
        String ordered = "framesOfOneSenderArriveOnceAndInOrder";
        return Stream.of(
                arguments(BrokenBuses.Drops.class, ordered),
                arguments(BrokenBuses.Repeats.class, "aFrameForAllReachesEveryOtherNodeOnceByteByByte"),
                arguments(BrokenBuses.Reorders.class, ordered),
                arguments(BrokenBuses.SendsEverythingToAll.class, "aFrameForOneNodeReachesOnlyThatNode"),
                arguments(BrokenBuses.CutsLargeFrames.class, "theSmallestAndTheLargestFrameArriveWhole"),
                arguments(BrokenBuses.SubscribesLater.class, "aBusIsReadyToReceiveWhenItsStartReturns"),
                arguments(BrokenBuses.HidesGaps.class, "anOutageFailsSendsAtOnceAndIsOneGapAtEachNode"),
                arguments(BrokenBuses.TakesFramesAfterItsClose.class, "aClosedBusRefusesToSendAndHearsNothingMore"),
                arguments(BrokenBuses.GivesStoredValuesTwice.class, "ofManyThatTakeAStoredValueOneGetsIt"),
                arguments(BrokenBuses.NeverForgetsStoredValues.class, "aStoredValueExpires"),
                arguments(BrokenBuses.StaysOpen.class, "aClosedBusRefusesToSendAndHearsNothingMore"));
    }

    @ParameterizedTest
    @MethodSource({"brokenAdapters", "brokenBuses"})
    void aFaultBreaksItsRule(Class<?> contract, String rule) {
        TestExecutionResult result = run(contract, rule);
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        // Not what prepares the rule, which every fault might break.
        assertThat(result.getThrowable().orElseThrow().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().contains(rule));
    }

    private static TestExecutionResult run(Class<?> contract, String rule) {
        List<TestExecutionResult> results = new CopyOnWriteArrayList<>();
        TestExecutionListener listener = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    results.add(result);
                }
            }
        };
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(contract, rule))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        listener);
        assertThat(results).as("runs of " + rule).hasSize(1);
        return results.getFirst();
    }
}
