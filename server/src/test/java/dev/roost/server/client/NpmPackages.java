package dev.roost.server.client;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The npm packages the tests use, installed once into the build folder. */
final class NpmPackages {
    private static final Path SOURCE = Path.of("src", "test", "clients");
    private static final Path FOLDER = Path.of("target", "clients");
    private static final String LOCK = "package-lock.json";

    private NpmPackages() {}

    /** Installs what the lock file names, if that was not done yet, and returns the folder with the scripts. */
    static Path install() {
        Path npm = Programs.require("Node.js 18 or later with npm", "npm");
        try {
            Files.createDirectories(FOLDER);
            // Keeps two test JVMs from installing at once; closing the channel releases it.
            try (FileChannel channel = FileChannel.open(
                    FOLDER.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                Path installed = FOLDER.resolve("installed.json");
                boolean upToDate = Files.exists(installed) && Files.mismatch(installed, SOURCE.resolve(LOCK)) == -1;
                copyScripts();
                if (!upToDate) {
                    runNpm(npm);
                    Files.copy(SOURCE.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return FOLDER;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyScripts() throws IOException {
        try (Stream<Path> files = Files.list(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void runNpm(Path npm) throws IOException {
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
            throw new IOException("interrupted while npm installed the clients", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("npm ci ended with " + process.exitValue() + ": " + Files.readString(log));
        }
    }
}
