package dev.roost.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The content codings a response may use, in the order of preference. */
public enum ContentCoding {
    GZIP,
    DEFLATE;

    /** Name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Chooses a coding the client takes; null for none. */
    public static @Nullable ContentCoding negotiate(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return null;
        }
        ContentCoding chosen = null;
        for (String offer : acceptEncoding.split(",", -1)) {
            int semicolon = offer.indexOf(';');
            String name = (semicolon < 0 ? offer : offer.substring(0, semicolon)).strip();
            if (semicolon >= 0 && isRefused(offer.substring(semicolon + 1))) {
                continue;
            }
            if (name.equalsIgnoreCase("gzip")) {
                return GZIP;
            }
            if (name.equalsIgnoreCase("deflate")) {
                chosen = DEFLATE;
            }
        }
        return chosen;
    }

    /** True for a weight of zero, however many digits it has. */
    private static boolean isRefused(String parameter) {
        String weight = parameter.strip();
        return weight.startsWith("q=0") && weight.substring(3).chars().allMatch(c -> c == '0' || c == '.');
    }

    /** Encodes a whole body. */
    public byte[] encode(byte[] body) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(body.length / 2);
        try (OutputStream out = switch (this) {
            case GZIP -> new GZIPOutputStream(encoded);
            case DEFLATE -> new DeflaterOutputStream(encoded);
        }) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to write to memory", e);
        }
        return encoded.toByteArray();
    }
}
