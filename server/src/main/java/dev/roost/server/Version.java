package dev.roost.server;

import org.jspecify.annotations.Nullable;

/** The version of this build. */
final class Version {
    private Version() {}

    /** As in the jar's manifest, or {@code dev} without a jar. */
    static String text() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
