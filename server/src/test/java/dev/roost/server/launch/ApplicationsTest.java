package dev.roost.server.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplicationsTest {
    private record Named(String name) implements SocketIoApplication {
        @Override
        public void configure(SocketIo io) {}
    }

    private static final SocketIoApplication DEMO = new Named("demo");
    private static final SocketIoApplication MINE = new Named("mine");
    private static final SocketIoApplication OTHER = new Named("other");

    @Test
    void theDemoGivesWayToAnyOther() {
        assertThat(Applications.choose("", List.of(DEMO, MINE))).contains(MINE);
        assertThat(Applications.choose("", List.of(DEMO))).contains(DEMO);
        assertThat(Applications.choose("", List.of())).isEmpty();
    }

    @Test
    void aNameChooses() {
        assertThat(Applications.choose("demo", List.of(DEMO, MINE))).contains(DEMO);
        assertThat(Applications.choose("other", List.of(DEMO, MINE, OTHER))).contains(OTHER);
    }

    @Test
    void anUnknownNameIsRefusedWithTheNamesThereAre() {
        assertThatThrownBy(() -> Applications.choose("yours", List.of(OTHER, MINE)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("'yours'")
                .hasMessageContaining("mine, other");
    }

    @Test
    void severalApplicationsNeedAChoice() {
        assertThatThrownBy(() -> Applications.choose("", List.of(OTHER, MINE, DEMO)))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("socketio.application")
                .hasMessageContaining("mine, other");
    }
}
