package dev.roost.adapter.tck;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that tests start: found on the path, or the test is skipped, or fails in CI. */
public final class Programs {
    private Programs() {}

    /** Returns where the first program of these is. */
    public static Path require(String toInstall, String... names) {
        return find(List.of(names)).orElseGet(() -> missing(toInstall, names));
    }

    private static Optional<Path> find(List<String> names) {
        List<Path> folders = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return names.stream()
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path missing(String toInstall, String... names) {
        String message = "none of " + List.of(names) + " is on the path; install " + toInstall + " to run this test";
        if ("true".equals(System.getenv("CI"))) {
            return Assertions.fail(message);
        }
        return Assumptions.abort(message);
    }
}
