package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterSettings;
import io.lettuce.core.SslOptions;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/**
 * Whose certificates are believed where Redis is spoken to over TLS: those of one file, or those the JVM believes.
 * Immutable.
 *
 * @param file certificates in PEM; empty for the JVM's own
 */
record RedisTrust(Optional<File> file) {
    static final String KEY = "trust-file";

    /**
     * Reads the setting.
     *
     * @throws IllegalArgumentException if the file has no certificates, or there is no TLS
     */
    static RedisTrust from(AdapterSettings settings, RedisAddress address) {
        String path = settings.text(KEY, "");
        if (path.isEmpty()) {
            return new RedisTrust(Optional.empty());
        }
        if (!address.overTls()) {
            throw settings.refused(KEY, path, "with an address of rediss:// only");
        }
        if (!holdsCertificates(path)) {
            throw settings.refused(KEY, path, "a file that can be read, with certificates in PEM");
        }
        return new RedisTrust(Optional.of(new File(path)));
    }

    SslOptions options() {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
        file.ifPresent(options::trustManager);
        return options.build();
    }

    private static boolean holdsCertificates(String path) {
        try (InputStream certificates = Files.newInputStream(Path.of(path))) {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(certificates)
                    .isEmpty();
        } catch (IOException | CertificateException | IllegalArgumentException unreadable) {
            return false;
        }
    }
}
