package dev.roost.server.launch;

import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the application to run. */
final class Applications {
    /** The demo chat comes with the server and gives way to any other. */
    static final String DEMO = "demo";

    private Applications() {}

    /**
     * Returns the application that is configured, or the only one on the class path; empty if there is none at all.
     *
     * @throws LaunchException naming the applications there are
     */
    static Optional<SocketIoApplication> chosenBy(SocketIoConfig config) {
        try {
            List<SocketIoApplication> found = new ArrayList<>();
            ServiceLoader.load(SocketIoApplication.class).forEach(found::add);
            return choose(config.get(Settings.APPLICATION), found);
        } catch (ServiceConfigurationError e) {
            throw new LaunchException(
                    LaunchException.CONFIGURATION, "an application cannot be loaded: " + e.getMessage());
        }
    }

    static Optional<SocketIoApplication> choose(String name, List<SocketIoApplication> found) {
        if (!name.isEmpty()) {
            return Optional.of(found.stream()
                    .filter(application -> application.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> refused("socketio.application: '" + name + "' is not allowed", found)));
        }
        List<SocketIoApplication> others = found.stream()
                .filter(application -> !application.name().equals(DEMO))
                .toList();
        if (others.size() > 1) {
            throw refused("socketio.application has to choose one of several applications", others);
        }
        return others.isEmpty() ? found.stream().findFirst() : Optional.of(others.get(0));
    }

    private static LaunchException refused(String what, List<SocketIoApplication> found) {
        String names = found.stream().map(SocketIoApplication::name).sorted().collect(Collectors.joining(", "));
        return new LaunchException(
                LaunchException.CONFIGURATION, what + "; allowed: " + (names.isEmpty() ? "none was found" : names));
    }
}
