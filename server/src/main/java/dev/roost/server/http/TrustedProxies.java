package dev.roost.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses whose {@code X-Forwarded-*} headers are believed; none by default. Immutable.
 *
 * <p>Spec: security H18.
 */
public final class TrustedProxies {
    /** Nobody is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /**
     * Reads addresses and networks.
     *
     * @param entries IP addresses or {@code address/bits}
     * @throws IllegalArgumentException if one is neither
     */
    public static TrustedProxies of(List<String> entries) {
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            Network network = Network.parse(entry);
            if (network == null) {
                throw new IllegalArgumentException("socketio.trusted-proxies: '" + entry
                        + "' is no address; allowed: an IP address, or address/bits");
            }
            networks.add(network);
        }
        return new TrustedProxies(networks);
    }

    /** Address of the client: the last one in the chain that is no trusted proxy. */
    String clientAddress(EngineRequest request) {
        String address = request.peerAddress();
        String forwarded = trusts(address) ? request.header("x-forwarded-for") : null;
        if (forwarded == null) {
            return address;
        }
        String[] chain = forwarded.split(",", -1);
        for (int i = chain.length - 1; i >= 0 && trusts(address); i--) {
            byte[] literal = literal(chain[i].strip());
            if (literal == null) {
                break;
            }
            address = chain[i].strip();
        }
        return address;
    }

    /** True if the client's connection was encrypted, be it only as far as the proxy. */
    boolean secure(EngineRequest request) {
        return request.secure() || trusts(request.peerAddress()) && "https".equals(request.header("x-forwarded-proto"));
    }

    /** Host the client asked for. */
    @Nullable
    String host(EngineRequest request) {
        String forwarded = trusts(request.peerAddress()) ? request.header("x-forwarded-host") : null;
        return forwarded != null ? forwarded : request.header("host");
    }

    private boolean trusts(String address) {
        if (networks.isEmpty()) {
            return false;
        }
        byte[] bytes = literal(address);
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Bytes of an address literal; null for anything else, so that no name is ever looked up. */
    private static byte @Nullable [] literal(String text) {
        if (text.isEmpty() || text.length() > 64) {
            return null;
        }
        boolean dots = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.' && c != ':' && Character.digit(c, 16) < 0) {
                return null;
            }
            dots &= c == '.' || c >= '0' && c <= '9';
        }
        if (dots ? text.split("\\.", -1).length != 4 : text.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** An address and how many of its bits count. Immutable. */
    private record Network(byte[] address, int bits) {
        static @Nullable Network parse(String text) {
            int slash = text.indexOf('/');
            byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                return null;
            }
            int bits = address.length * 8;
            if (slash >= 0) {
                try {
                    bits = Integer.parseInt(text.substring(slash + 1));
                } catch (NumberFormatException e) {
                    return null;
                }
                if (bits < 0 || bits > address.length * 8) {
                    return null;
                }
            }
            return new Network(address, bits);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((address[bit >> 3] ^ other[bit >> 3]) >> (7 - (bit & 7)) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
