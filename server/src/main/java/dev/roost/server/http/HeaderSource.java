package dev.roost.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The headers of a request, wherever it came from. Names are in lower case. */
public interface HeaderSource {
    /** Value of a header, several values joined by {@code ", "}; null if absent. */
    @Nullable
    String value(String lowerCaseName);

    /** Number of values of a header. */
    int count(String lowerCaseName);

    /** Visits every header once, several values joined by {@code ", "}. */
    void forEach(BiConsumer<String, String> visitor);

    /** Reads Helidon's headers; valid as long as they are. */
    static HeaderSource of(Headers headers) {
        return new HeaderSource() {
            @Override
            public @Nullable String value(String lowerCaseName) {
                HeaderName name = HeaderNames.create(lowerCaseName);
                return headers.contains(name) ? joined(headers.get(name)) : null;
            }

            @Override
            public int count(String lowerCaseName) {
                HeaderName name = HeaderNames.create(lowerCaseName);
                return headers.contains(name) ? headers.get(name).valueCount() : 0;
            }

            @Override
            public void forEach(BiConsumer<String, String> visitor) {
                for (Header header : headers) {
                    visitor.accept(header.headerName().lowerCase(), joined(header));
                }
            }
        };
    }

    private static String joined(Header header) {
        return header.valueCount() == 1 ? header.get() : String.join(", ", header.allValues());
    }
}
