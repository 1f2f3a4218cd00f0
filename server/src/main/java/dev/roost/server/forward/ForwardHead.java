package dev.roost.server.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.Header;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as it is passed on: what the client sent, but for what concerned its connection.
 *
 * <p>Confined to one thread.
 */
final class ForwardHead {
    private final StringBuilder text = new StringBuilder(768);
    private boolean clean = true;

    private ForwardHead() {}

    /**
     * Begins a head.
     *
     * @param client value of {@link ForwardedClient#HEADER}
     * @return null if it holds something that cannot be passed on as it came
     */
    static @Nullable ForwardHead of(HttpPrologue prologue, Headers headers, String client) {
        ForwardHead head = new ForwardHead();
        String query = prologue.query().rawValue();
        String path = prologue.uriPath().rawPath();
        head.text.append(prologue.method().text()).append(' ').append(path);
        head.check(path);
        if (!query.isEmpty()) {
            head.text.append('?').append(query);
            head.check(query);
        }
        head.text.append(" HTTP/1.1\r\n");
        for (Header header : headers) {
            String name = header.headerName().lowerCase();
            if (isPassedOn(name)) {
                if (header.valueCount() == 1) {
                    head.add(name, header.get());
                } else {
                    header.allValues().forEach(value -> head.add(name, value));
                }
            }
        }
        head.add(ForwardedClient.HEADER, client);
        return head.clean ? head : null;
    }

    private static boolean isPassedOn(String name) {
        return switch (name) {
            case "connection",
                    "keep-alive",
                    "proxy-connection",
                    "upgrade",
                    "content-length",
                    "transfer-encoding",
                    "te",
                    "trailer",
                    "expect" -> false;
            default -> !name.startsWith(ForwardedClient.PREFIX) && !name.equals("x-helidon-cn");
        };
    }

    ForwardHead add(String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
        check(value);
        return this;
    }

    /** A strict parser lets no control characters in; this does not rely on it, since they could end a line here. */
    private void check(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            clean &= c >= ' ' || c == '\t';
        }
    }

    /** Ends the head. */
    byte[] bytes() {
        return text.append("\r\n").toString().getBytes(UTF_8);
    }
}
