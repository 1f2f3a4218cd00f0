import com.palantir.javaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies the project's source format.
 *
 * <p>{@code check <root>} looks only at files changed since the last clean check and exits 1 when one is not formatted;
 * {@code apply <root>} rewrites.
 */
final class Format {
    private Format() {}

    public static void main(String[] args) throws Exception {
        boolean apply = args[0].equals("apply");
        Path root = Path.of(args[1]);
        Path stamp = root.resolve("target/format.stamp");
        Files.createDirectories(stamp.getParent());
        FileTime started = FileTime.fromMillis(System.currentTimeMillis());
        FileTime since = Files.exists(stamp) ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);

        List<String> command = new ArrayList<>(List.of("--palantir"));
        command.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        int options = command.size();
        sources(root).filter(file -> modified(file).compareTo(since) >= 0).map(Path::toString).forEach(command::add);
        if (command.size() > options) {
            PrintWriter out = new PrintWriter(System.err, true);
            int result = new Main(out, out, InputStream.nullInputStream()).format(command.toArray(String[]::new));
            out.flush();
            if (result != 0) {
                System.err.println(apply
                        ? "The files named above could not be formatted."
                        : "Not formatted: the files named above. To format all: mvn -q -N -Pformat validate");
                System.exit(1);
            }
        }
        try (OutputStream touch = Files.newOutputStream(stamp)) {
            touch.flush();
        }
        Files.setLastModifiedTime(stamp, started);
        System.exit(0); // the formatter leaves its threads running
    }

    private static Stream<Path> sources(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path src = module.resolve("src");
                if (Files.isDirectory(src)) {
                    try (Stream<Path> files = Files.walk(src)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                    }
                }
            }
        }
        return found.stream().sorted();
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
