package dev.roost.adapter.tck;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Redis of the test's own, on a free port of the loopback interface.
 *
 * <p>The program is the one named by the system property {@code redis.server}, else {@code redis-server} or
 * {@code valkey-server} on the path if it is version 7 or later, else the one inside
 * {@code org.signal:embedded-redis} if that is on the class path. Without any the tests are skipped, or fail where the
 * environment says {@code CI=true}.
 *
 * <p>Confined to the test's thread.
 */
public final class RedisServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
    private static final int OLDEST = 7;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final List<String> options;
    /** Lines of a configuration file, which only a Sentinel needs. */
    private final List<String> lines;

    private final List<Path> files = new ArrayList<>();
    private @Nullable Process process;
    private int port;

    /** Makes a server; further options go to its command line, such as {@code --requirepass secret}. */
    public RedisServer(String... options) {
        this(List.of(options), List.of());
    }

    private RedisServer(List<String> options, List<String> lines) {
        this.options = options;
        this.lines = lines;
    }

    /** Makes a Sentinel, which watches other servers, with these lines of configuration. */
    public static RedisServer sentinel(String... lines) {
        return new RedisServer(List.of("--sentinel"), List.of(lines));
    }

    /** Starts it, unless it runs. The same port is used every time. */
    public void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        try {
            if (port == 0) {
                port = freePort();
            }
            Path home = Files.createTempDirectory("redis");
            files.add(home);
            Path log = home.resolve("log");
            files.add(log);
            List<String> command = new ArrayList<>(List.of(program(home).toString()));
            if (!lines.isEmpty()) {
                command.add(configuration(home).toString());
            }
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", home.toString()));
            if (lines.isEmpty()) {
                command.addAll(List.of("--save", "", "--appendonly", "no"));
            }
            command.addAll(options);
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process = started;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitListening(started, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends it a signal such as {@code STOP} or {@code CONT}. */
    public void signal(String name) {
        try {
            Process running = Objects.requireNonNull(process, "it does not run");
            Process sent = new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start();
            await(sent);
            if (sent.exitValue() != 0) {
                throw new IllegalStateException("kill -" + name + " failed with " + sent.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once, as a crash does. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await(running);
        }
    }

    @Override
    public void close() {
        kill();
        for (Path file : files.reversed()) {
            if (!file.toFile().delete()) {
                file.toFile().deleteOnExit();
            }
        }
        files.clear();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    public int port() {
        return port;
    }

    /** Returns its address, without credentials. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Sends one command over a connection of its own and returns the raw reply, at most its first 64 KiB. */
    public String command(byte[]... arguments) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(ascii("*" + arguments.length + "\r\n"));
            for (byte[] argument : arguments) {
                out.write(ascii("$" + argument.length + "\r\n"));
                out.write(argument);
                out.write(ascii("\r\n"));
            }
            out.writeTo(socket.getOutputStream());
            byte[] reply = new byte[1 << 16];
            int length = socket.getInputStream().read(reply);
            return length < 0 ? "" : new String(reply, 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command made of words. */
    public String command(String... words) {
        return command(Stream.of(words).map(RedisServer::ascii).toArray(byte[][]::new));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void awaitListening(Process started, Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        while (System.nanoTime() < deadline) {
            try {
                if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("Redis has ended: " + Files.readString(log));
                }
                if (!command("PING").isEmpty()) {
                    return;
                }
            } catch (UncheckedIOException notYet) {
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        started.destroyForcibly();
        throw new IllegalStateException("Redis does not answer on port " + port + ": " + Files.readString(log));
    }

    private Path configuration(Path home) throws IOException {
        Path file = home.resolve("sentinel.conf");
        files.add(file);
        return Files.write(file, lines);
    }

    private Path program(Path home) throws IOException {
        String named = System.getProperty("redis.server");
        if (named != null) {
            return Path.of(named);
        }
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            for (String name : List.of("redis-server", "valkey-server")) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program) && version(program) >= OLDEST) {
                    return program;
                }
            }
        }
        try (InputStream embedded = RedisServer.class.getClassLoader().getResourceAsStream(embeddedName())) {
            if (embedded != null) {
                Path program = home.resolve("redis-server");
                Files.copy(embedded, program);
                files.add(program);
                if (program.toFile().setExecutable(true)) {
                    return program;
                }
            }
        }
        String reason = "no Redis: -Dredis.server is not set, no redis-server or valkey-server of version " + OLDEST
                + " or later is on the path, and no " + embeddedName() + " on the class path";
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(reason);
        }
        return Assumptions.abort(reason);
    }

    private static String embeddedName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        String os = system.startsWith("mac") ? "darwin" : system;
        return "redis-server-7.0.15-" + os + "-" + (machine.equals("aarch64") ? "arm64" : machine);
    }

    private static int version(Path program) throws IOException {
        Process asked = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        Matcher matcher = VERSION.matcher(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        await(asked);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
