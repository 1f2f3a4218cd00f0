package dev.roost.adapter.hazelcast;

import dev.roost.adapter.AdapterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The settings under {@code socketio.hazelcast.}; see {@link #from}. Immutable.
 *
 * @param clusterName {@code cluster-name} ({@code roost}): only members of the same name find each other
 * @param mode {@code mode} ({@code member}): member of the cluster, or client of one
 * @param bindAddress {@code bind-address} (127.0.0.1): this machine's address that the other members reach; {@code *}
 *     and ranges as last parts pick one of several, such as {@code 10.1.*.*}
 * @param port {@code port} (5701): first port tried
 * @param portCount {@code port-count} (10): how many ports are tried, in order
 * @param members {@code members} (all ports that are tried, on the bind address): whom to ask, as {@code host} or
 *     {@code host:port}; a host alone stands for all ports that are tried
 * @param key {@code key} ({@code roost}): first part of the topics' names; servers with different keys on one cluster
 *     do not hear each other
 * @param joinTimeout {@code join-timeout} (PT1M): how long the start waits for the cluster
 */
record HazelcastAdapterConfig(
        String clusterName,
        Mode mode,
        String bindAddress,
        int port,
        int portCount,
        List<String> members,
        String key,
        Duration joinTimeout) {
    static final String NAME = "hazelcast";
    static final Set<String> KEYS =
            Set.of("cluster-name", "mode", "bind-address", "port", "port-count", "members", "key", "join-timeout");
    private static final String LOOPBACK = "127.0.0.1";

    /** What this process is to the Hazelcast cluster. */
    enum Mode {
        /** One of its members, without data of its own. */
        MEMBER,
        /** A client of members that run elsewhere. */
        CLIENT
    }

    HazelcastAdapterConfig {
        members = List.copyOf(members);
    }

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    static HazelcastAdapterConfig from(Map<String, String> values) {
        AdapterSettings settings = new AdapterSettings(NAME, values);
        int port = settings.integer("port", 5701, 1, 65_535);
        int portCount = settings.integer("port-count", Math.min(10, 65_536 - port), 1, Math.min(1000, 65_536 - port));
        String bindAddress = bindAddress(settings);
        return new HazelcastAdapterConfig(
                name(settings, "cluster-name"),
                mode(settings),
                bindAddress,
                port,
                portCount,
                members(settings, bindAddress, port, portCount),
                name(settings, "key"),
                settings.duration("join-timeout", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    /** Returns whether only processes on this machine can be members. */
    boolean loopbackOnly() {
        return loopback(bindAddress);
    }

    private static String name(AdapterSettings settings, String key) {
        String name = settings.text(key, "roost");
        if (name.length() > 100) {
            throw settings.refused(key, name.substring(0, 20) + "...", "1 to 100 characters");
        }
        return name;
    }

    private static Mode mode(AdapterSettings settings) {
        String mode = settings.text("mode", "member").toLowerCase(Locale.ROOT);
        return switch (mode) {
            case "member" -> Mode.MEMBER;
            case "client" -> Mode.CLIENT;
            default -> throw settings.refused("mode", mode, "member, client");
        };
    }

    private static String bindAddress(AdapterSettings settings) {
        String address = settings.text("bind-address", LOOPBACK);
        if (address.equals("0.0.0.0") || address.equals("::")) {
            throw settings.refused(
                    "bind-address", address, "one address of this machine that the other members reach, or a pattern");
        }
        return address.equals("localhost") ? LOOPBACK : address;
    }

    private static List<String> members(AdapterSettings settings, String bindAddress, int port, int portCount) {
        List<String> given = settings.list("members");
        boolean client = mode(settings) == Mode.CLIENT;
        if (given.isEmpty()) {
            if (bindAddress.indexOf('*') >= 0 || bindAddress.indexOf('-') >= 0) {
                throw settings.refused(
                        "members", "", "host or host:port of each machine, when bind-address is a pattern");
            }
            given = List.of(bindAddress);
        }
        List<String> members = new ArrayList<>();
        for (String member : given) {
            String host = host(settings, member);
            if (!client && loopback(bindAddress) && !loopback(host)) {
                throw settings.refused(
                        "members",
                        member,
                        "hosts on loopback, unless bind-address is set to an address they can reach");
            }
            if (member.equals(host)) {
                IntStream.range(port, port + portCount).forEach(each -> members.add(host + ":" + each));
            } else {
                members.add(member);
            }
        }
        return members;
    }

    /** Splits off and checks the port; an IPv6 address with a port stands in brackets. */
    private static String host(AdapterSettings settings, String member) {
        int colon = member.lastIndexOf(':');
        boolean bareIpv6 = colon >= 0 && member.indexOf(':') != colon && !member.contains("]:");
        if (colon < 0 || bareIpv6 || member.endsWith("]")) {
            return member;
        }
        String port = member.substring(colon + 1);
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        if (colon == 0 || !digits || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw settings.refused("members", member, "host or host:port, separated by commas");
        }
        return member.substring(0, colon);
    }

    private static boolean loopback(String host) {
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]");
    }
}
