package dev.roost.server.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;

/**
 * Hosts of their own on this machine: network namespaces with one network among them, which can be torn apart, and one
 * each to the test.
 *
 * <p>That needs Linux, {@code ip} and the right to use it: without them there are none, and the reason is told.
 * Confined to one thread, but for a hook that clears up when the JVM ends.
 */
final class SeparateHosts implements AutoCloseable {
    private final String name;
    private final String prefix;
    private final int count;
    private final Thread clearing = new Thread(this::clear);

    private SeparateHosts(String name, String prefix, int count) {
        this.name = name;
        this.prefix = prefix;
        this.count = count;
    }

    /** Makes so many, or skips the test. */
    static SeparateHosts open(int count) {
        Random random = new Random();
        // Names of interfaces have 15 characters at most.
        SeparateHosts hosts = new SeparateHosts(
                "rt" + Integer.toString(random.nextInt(1 << 24), 36),
                "10." + (200 + random.nextInt(50)) + "." + random.nextInt(250) + ".",
                count);
        Runtime.getRuntime().addShutdownHook(hosts.clearing);
        try {
            hosts.make();
            return hosts;
        } catch (IOException e) {
            hosts.close();
            return Assumptions.abort("no hosts of their own on this machine: " + e.getMessage());
        }
    }

    private void make() throws IOException {
        // The bridge has a namespace of its own, out of the reach of this machine's firewall.
        ip("netns add " + bridge());
        ip("-n " + bridge() + " link add bridge type bridge");
        ip("-n " + bridge() + " link set bridge up");
        for (int host = 0; host < count; host++) {
            String inside = "-n " + namespace(host) + " ";
            ip("netns add " + namespace(host));
            ip(inside + "link set lo up");
            ip(inside + "link add eth0 type veth peer name " + port(host) + " netns " + bridge());
            ip("-n " + bridge() + " link set " + port(host) + " master bridge up");
            ip(inside + "addr add " + address(host) + "/25 dev eth0");
            ip(inside + "link set eth0 up");
            ip("link add " + door(host) + " type veth peer name eth1 netns " + namespace(host));
            ip("addr add " + prefix + (128 + 4 * host + 1) + "/30 dev " + door(host));
            ip("link set " + door(host) + " up");
            ip(inside + "addr add " + outside(host) + "/30 dev eth1");
            ip(inside + "link set eth1 up");
        }
        for (int host = 0; host < count; host++) {
            reach(host);
        }
    }

    /** Nobody listens there, which is an answer. */
    private void reach(int host) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(outside(host), 9), 5000);
        } catch (ConnectException refused) {
            // As it should be.
        }
        String neighbour = address((host + 1) % count);
        List<String> command = new ArrayList<>(on(host));
        command.addAll(List.of("timeout", "5", "bash", "-c", "exec 3<>/dev/tcp/" + neighbour + "/9"));
        if (exitCode(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start())
                != 1) {
            throw new IOException(address(host) + " does not reach " + neighbour);
        }
    }

    /** Address at which the other hosts reach one. */
    String address(int host) {
        return prefix + (1 + host);
    }

    /** Address at which the test reaches one, whatever becomes of the network among them. */
    String outside(int host) {
        return prefix + (128 + 4 * host + 2);
    }

    /** What starts a program on one. */
    List<String> on(int host) {
        return List.of("ip", "netns", "exec", namespace(host));
    }

    /** From now on what one sends to the others is lost, and what they send to it. */
    void isolate(int host) {
        run("-n " + bridge() + " link set " + port(host) + " nomaster");
    }

    /** As it was before {@link #isolate}. */
    void reconnect(int host) {
        run("-n " + bridge() + " link set " + port(host) + " master bridge");
    }

    @Override
    public void close() {
        clear();
        Runtime.getRuntime().removeShutdownHook(clearing);
    }

    private void clear() {
        List<String> left = new ArrayList<>(List.of("netns del " + bridge()));
        for (int host = 0; host < count; host++) {
            left.add("link del " + door(host));
            left.add("netns del " + namespace(host));
        }
        for (String each : left) {
            try {
                ip(each);
            } catch (IOException e) {
                // It was never made.
            }
        }
    }

    private String namespace(int host) {
        return name + "-" + host;
    }

    private String bridge() {
        return name + "-bridge";
    }

    private String port(int host) {
        return "port" + host;
    }

    private String door(int host) {
        return name + "d" + host;
    }

    private static void run(String command) {
        try {
            ip(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ip(String command) throws IOException {
        List<String> words = new ArrayList<>(List.of("ip"));
        words.addAll(List.of(command.split(" ")));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (exitCode(process) != 0) {
            throw new IOException(String.join(" ", words) + ": " + said.strip());
        }
    }

    private static int exitCode(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
