package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterSettings;
import io.lettuce.core.RedisURI;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where Redis is, and the credentials that must never be shown. Immutable.
 *
 * <p>Only {@link #toString()}, which masks the credentials, may reach a log or an exception.
 */
final class RedisAddress {
    private static final Logger LOG = System.getLogger(RedisAddress.class.getName());
    private static final String ABSENT = "redis://127.0.0.1:6379";
    private static final String ALLOWED = "redis://[user:password@]host[:port][/database], rediss:// for TLS,"
            + " redis-sentinel://host[:port][,host[:port]][/database]?sentinelMasterId=name, rediss-sentinel://,"
            + " redis-socket:///path; special characters of a password percent-encoded";
    /** Greedy, so that a password with a raw @ or slash in it is hidden as well. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://).*@", Pattern.DOTALL);

    /** What stands alone before the host is a password. */
    private static final Pattern USER = Pattern.compile("(?<=://)([^:@/]+):.*@");

    private final String text;
    private final RedisURI parsed;

    private RedisAddress(String text) {
        this.text = text;
        this.parsed = RedisURI.create(text);
    }

    static RedisAddress from(AdapterSettings settings) {
        String text = settings.text("uri", ABSENT);
        try {
            RedisAddress address = new RedisAddress(text);
            if (address.hosts().isEmpty() && address.parsed.getSocket() == null) {
                throw settings.refused("uri", address.toString(), ALLOWED);
            }
            return address;
        } catch (IllegalArgumentException | NullPointerException malformed) {
            // The cause is left out on purpose: its message may show the password.
            throw settings.refused("uri", mask(text), ALLOWED);
        }
    }

    /** Returns a copy for Lettuce. */
    RedisURI uri(Duration commandTimeout, String clientName) {
        RedisURI uri = RedisURI.create(text);
        uri.setTimeout(commandTimeout);
        // Lettuce's own name is nothing to Redis, and telling it a command that a user would have to be allowed.
        uri.setLibraryName("");
        uri.setLibraryVersion("");
        if (uri.getClientName() == null) {
            uri.setClientName(clientName);
        }
        return uri;
    }

    /** Returns whether nobody on the way can read along: TLS, or a socket in the file system. */
    boolean encrypted() {
        return overTls() || parsed.getSocket() != null;
    }

    /** Returns whether Redis is spoken to over TLS. */
    boolean overTls() {
        return parsed.isSsl()
                || (!parsed.getSentinels().isEmpty()
                        && parsed.getSentinels().stream().allMatch(RedisURI::isSsl));
    }

    /** Returns whether TLS is used without checking whom it reaches. */
    boolean unverified() {
        return overTls() && !parsed.isVerifyPeer();
    }

    /** Returns whom to log in as; empty for the default user. */
    Optional<String> user() {
        Matcher user = USER.matcher(text);
        return user.find() ? Optional.of(user.group(1)) : Optional.empty();
    }

    /** Returns whether all hosts are this machine. */
    boolean loopbackOnly() {
        return hosts().stream()
                .allMatch(host -> host.startsWith("127.") || host.equals("localhost") || host.matches("\\[?::1]?"));
    }

    /** Logs what about it endangers the cluster. */
    void warn() {
        if (!encrypted() && !loopbackOnly()) {
            LOG.log(
                    Level.WARNING,
                    "socketio.redis.uri {0} is not on loopback and has no TLS: everybody on the way can read and"
                            + " forge what the nodes say; use rediss://, and cluster.secret",
                    this);
        }
        if (unverified()) {
            LOG.log(Level.WARNING, "socketio.redis.uri {0} does not verify the server it reaches", this);
        }
    }

    private List<String> hosts() {
        return Stream.concat(Stream.of(parsed), parsed.getSentinels().stream())
                .map(RedisURI::getHost)
                .filter(host -> host != null && !host.isEmpty())
                .toList();
    }

    private static String mask(String text) {
        return CREDENTIALS.matcher(text).replaceFirst("***@");
    }

    @Override
    public String toString() {
        return mask(text);
    }
}
