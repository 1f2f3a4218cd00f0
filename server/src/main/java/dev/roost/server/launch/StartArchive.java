package dev.roost.server.launch;

import java.io.IOException;
import java.lang.System.Logger;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An archive of classes loaded and linked beforehand, which halves the start of a worker; made on the first start.
 *
 * <p>It lies beside the jar and belongs to one Java and one class path: a note beside it says which, and another one makes it
 * anew. It needs the ahead-of-time cache of Java 25 and a folder that can be written;
 * otherwise workers start without.
 *
 * <p>Confined to the supervisor's thread.
 */
final class StartArchive {
    /** No archive. */
    static final StartArchive NONE = new StartArchive(null, "");

    private static final Logger LOG = System.getLogger(StartArchive.class.getName());
    /** The oldest Java that makes an archive in one step. */
    static final int ONE_STEP = 25;

    /** What a Java says of an archive is nothing to those who read the log. */
    static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    private final @Nullable Path file;
    private final String key;

    private StartArchive(@Nullable Path file, String key) {
        this.file = file;
        this.key = key;
    }

    /** The archive for workers with that command. */
    static StartArchive of(WorkerCommand command) {
        CodeSource source = StartArchive.class.getProtectionDomain().getCodeSource();
        if (command.javaVersion() < ONE_STEP || source == null) {
            return NONE;
        }
        try {
            Path jar = Path.of(source.getLocation().toURI());
            Path folder = jar.getParent();
            if (!Files.isRegularFile(jar) || folder == null) {
                return NONE;
            }
            String key = Runtime.version() + "\n" + System.getProperty("java.class.path") + "\n"
                    + Files.getLastModifiedTime(jar) + " " + Files.size(jar) + "\n";
            return new StartArchive(folder.resolve("roost.aot"), key);
        } catch (URISyntaxException | IOException | IllegalArgumentException e) {
            LOG.log(Logger.Level.DEBUG, "no start archive", e);
            return NONE;
        }
    }

    /** Flags of a worker that starts from the archive; none while there is none. */
    List<String> use() {
        return present() ? flags("-XX:AOTCache=" + file) : List.of();
    }

    /** Flags of a worker that makes the archive; none if there is nothing to do. */
    List<String> make() {
        if (file == null || present() || !Files.isWritable(file.toAbsolutePath().getParent())) {
            return List.of();
        }
        return flags("-XX:AOTCacheOutput=" + made());
    }

    private static List<String> flags(String archive) {
        return Stream.concat(Stream.of(archive), QUIET.stream()).toList();
    }

    /** Puts what was made in its place, if its maker did well. */
    void made(int exitCode) {
        Path target = file;
        if (target == null) {
            return;
        }
        try {
            if (exitCode == 0 && Files.exists(made())) {
                Files.deleteIfExists(note());
                Files.move(made(), target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                Files.writeString(note(), key);
            }
            Files.deleteIfExists(made());
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "no start archive", e);
        }
    }

    private boolean present() {
        try {
            return file != null
                    && Files.exists(file)
                    && Files.exists(note())
                    && Files.readString(note()).equals(key);
        } catch (IOException e) {
            return false;
        }
    }

    private Path note() {
        return Path.of(file + ".note");
    }

    private Path made() {
        return Path.of(file + "." + ProcessHandle.current().pid());
    }
}
