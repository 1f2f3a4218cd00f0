package dev.roost.core.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("sec-S13: whose connection may be ended for a client that shows its secret")
class TakeoverTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final Scene scene =
            new Scene().with(options -> options.connectionStateRecovery(ConnectionStateRecovery.defaults()));

    private CompletableFuture<Boolean> end(Client client, Duration patience) {
        Socket socket = client.socket();
        Takeover takeover = new Takeover(scene.loop::nanoTime, patience);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread.startVirtualThread(() -> ended.complete(takeover.end(socket)));
        return ended;
    }

    private void awaitEnd(CompletableFuture<Boolean> ended, boolean expected) {
        scene.await("it is decided", ended::isDone);
        assertThat(ended).isCompletedWithValue(expected);
    }

    @Test
    @DisplayName("a socket that is a second old is ended")
    void oldSocketIsEnded() {
        Client client = scene.connect();
        scene.loop.advance(Takeover.YOUNG);
        awaitEnd(end(client, LONG), true);
        assertThat(client.closed()).isTrue();
    }

    @Test
    @DisplayName("a younger one that stays is not")
    void youngSocketThatStaysIsNotEnded() {
        Client client = scene.connect();
        scene.loop.advance(Takeover.YOUNG.minusNanos(1));
        awaitEnd(end(client, Duration.ofMillis(20)), false);
        assertThat(client.closed()).isFalse();
    }

    @Test
    @DisplayName("a younger one is waited for: it may be about to go")
    void youngSocketThatGoesIsWaitedFor() {
        Client client = scene.connect();
        CompletableFuture<Boolean> ended = end(client, LONG);
        scene.loop.run();
        assertThat(ended).isNotDone();
        client.vanish();
        awaitEnd(ended, true);
    }
}
