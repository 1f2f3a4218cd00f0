package dev.roost.server.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Pins what the server knows of Helidon's internals: this fails with a Helidon in which that is not so any more. */
class HelidonChannelsTest {
    @Test
    void channelsOfThisHelidonCanBeTaken() {
        HelidonChannels channels = HelidonChannels.detect();

        assertThat(channels.reason()).contains("found");
        assertThat(channels.mode()).isEqualTo(HelidonChannels.Mode.DETACHED);
    }

    @Test
    void channelsOfAnotherHelidonStayWithIt() {
        HelidonChannels unknown = HelidonChannels.detect("io.helidon.webserver.NoSuchHandler");
        assertThat(unknown.mode()).isEqualTo(HelidonChannels.Mode.STREAM);
        assertThat(unknown.reason()).contains("NoSuchHandler");

        HelidonChannels changed = HelidonChannels.detect("io.helidon.webserver.WebServer");
        assertThat(changed.mode()).isEqualTo(HelidonChannels.Mode.STREAM);
        assertThatThrownBy(() -> changed.detach(null)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void streamsMayBeChosen() {
        assertThat(HelidonChannels.streamOnly().mode()).isEqualTo(HelidonChannels.Mode.STREAM);
    }
}
