package dev.roost.server.observe;

import dev.roost.server.reactor.ReactorGroup;
import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a load balancer and an orchestrator ask: does the process live, may clients be sent to it. */
public final class SocketIoHealth {
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(2);

    private SocketIoHealth() {}

    /** Makes the checks of a process. */
    public static List<HealthCheck> checks(ReactorGroup loops, List<? extends ObservedServer> servers) {
        return List.of(
                new Check("loops", HealthCheckType.LIVENESS, () -> answer(loops)),
                new Check(
                        "socketio",
                        HealthCheckType.READINESS,
                        () -> servers.stream().allMatch(ObservedServer::ready)));
    }

    private static boolean answer(ReactorGroup loops) {
        CountDownLatch answered = new CountDownLatch(1);
        loops.ping(answered::countDown);
        try {
            return answered.await(LOOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asked by the thread of the request, which may wait. */
    @FunctionalInterface
    private interface Question {
        boolean yes();
    }

    private record Check(String name, HealthCheckType type, Question question) implements HealthCheck {
        @Override
        public HealthCheckResponse call() {
            return HealthCheckResponse.builder().status(question.yes()).build();
        }
    }
}
