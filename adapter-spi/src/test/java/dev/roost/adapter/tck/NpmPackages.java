package dev.roost.adapter.tck;

import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The npm packages that tests of one module use, installed once into its build folder.
 *
 * <p>Without {@code npm} the test is skipped, or fails where the environment says {@code CI=true}. Thread-safe:
 * guarded by a lock of its own.
 */
public final class NpmPackages {
    /** What is to be installed for programs of Node. */
    public static final String NODE = "Node.js 18 or later with npm";

    private static final String LOCK = "package-lock.json";
    /** A process has a lock of a file once, whichever of its threads asks. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final Path source;
    private final Path folder;

    /**
     * Names the packages.
     *
     * @param source folder with the lock file and the scripts
     * @param folder where both are copied and the packages installed
     */
    public NpmPackages(Path source, Path folder) {
        this.source = source;
        this.folder = folder;
    }

    /** Installs what the lock file names, if that was not done yet, and returns the folder with the scripts. */
    public Path install() {
        Path npm = Programs.require(NODE, "npm");
        ONE_AT_A_TIME.lock();
        try {
            Files.createDirectories(folder);
            // Keeps two test JVMs from installing at once; closing the channel releases it.
            try (FileChannel channel = FileChannel.open(
                    folder.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.lock();
                Path installed = folder.resolve("installed.json");
                boolean upToDate = Files.exists(installed) && Files.mismatch(installed, source.resolve(LOCK)) == -1;
                copyScripts();
                if (!upToDate) {
                    runNpm(npm);
                    Files.copy(source.resolve(LOCK), installed, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private void copyScripts() throws IOException {
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void runNpm(Path npm) throws IOException {
        Path log = folder.resolve("npm.log");
        Process process = new ProcessBuilder(List.of(
                        npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"))
                .directory(folder.toFile())
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
            throw new IOException("interrupted while npm installed packages", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("npm ci ended with " + process.exitValue() + ": " + Files.readString(log));
        }
    }
}
