package dev.roost.adapter.redis;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The npm packages of the Node peers, installed once into the build folder. */
final class NodePackages {
    private static final Path SOURCE = Path.of("src", "test", "node");
    private static final Path FOLDER = Path.of("target", "node");
    private static final String LOCK = "package-lock.json";

    private NodePackages() {}

    /** Returns a program of the path; without it the test is skipped, or fails where the environment says CI=true. */
    static Path program(String name) {
        for (String folder : System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        String reason = name + " is not on the path; install Node.js 18 or later with npm to run this test";
        return "true".equals(System.getenv("CI")) ? Assertions.fail(reason) : Assumptions.abort(reason);
    }

    /** Installs what the lock file names, if that was not done yet, and returns the folder with the scripts. */
    static Path install() throws IOException {
        Path npm = program("npm");
        Files.createDirectories(FOLDER);
        // Keeps two test JVMs from installing at once; closing the channel releases it.
        try (FileChannel channel =
                FileChannel.open(FOLDER.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            try (Stream<Path> files = Files.list(SOURCE)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path installed = FOLDER.resolve("installed.json");
            if (!Files.exists(installed) || Files.mismatch(installed, SOURCE.resolve(LOCK)) != -1) {
                run(npm);
                Files.copy(SOURCE.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return FOLDER;
    }

    private static void run(Path npm) throws IOException {
        Path log = FOLDER.resolve("npm.log");
        Process process = new ProcessBuilder(List.of(
                        npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"))
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(3, MINUTES)) {
                process.destroyForcibly();
                throw new IOException("npm ci did not end within 3 minutes");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException("interrupted while npm installed the Node peers", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("npm ci ended with " + process.exitValue() + ": " + Files.readString(log));
        }
    }
}
