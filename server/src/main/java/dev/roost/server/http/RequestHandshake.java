package dev.roost.server.http;

import dev.roost.core.engine.Handshake;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's first request in one string, since every idle connection keeps one. Immutable.
 *
 * <p>Lines: request target, client address, then {@code name:value} of every header that means something after the
 * handshake. Maps are made when asked for and not kept.
 */
final class RequestHandshake implements Handshake {
    private final String lines;
    private final long issued;
    private final boolean secure;

    private RequestHandshake(String lines, long issued, boolean secure) {
        this.lines = lines;
        this.issued = issued;
        this.secure = secure;
    }

    static RequestHandshake of(EngineRequest request, String address, boolean secure) {
        StringBuilder lines = new StringBuilder(256);
        appendLine(lines, request.url());
        appendLine(lines, address);
        request.headers().forEach((name, value) -> {
            if (!isHopByHop(name)) {
                lines.append(name).append(':');
                appendLine(lines, value);
            }
        });
        return new RequestHandshake(lines.toString(), System.currentTimeMillis(), secure);
    }

    /** Header values hold no line ends when they come from a strict parser; this does not rely on it. */
    private static void appendLine(StringBuilder lines, String text) {
        int start = lines.length();
        lines.append(text);
        for (int i = start; i < lines.length(); i++) {
            if (lines.charAt(i) == '\n') {
                lines.setCharAt(i, ' ');
            }
        }
        lines.append('\n');
    }

    /** What only concerned the connection and the WebSocket handshake. */
    private static boolean isHopByHop(String name) {
        return switch (name) {
            case "connection", "upgrade", "keep-alive", "content-length", "transfer-encoding", "te", "trailer" -> true;
            default -> name.startsWith("sec-websocket-");
        };
    }

    @Override
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int start = firstHeader(); start < lines.length(); ) {
            int end = lines.indexOf('\n', start);
            int colon = lines.indexOf(':', start);
            headers.put(lines.substring(start, colon), lines.substring(colon + 1, end));
            start = end + 1;
        }
        return Collections.unmodifiableMap(headers);
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        for (int start = firstHeader(); start < lines.length(); ) {
            int end = lines.indexOf('\n', start);
            int colon = lines.indexOf(':', start);
            if (colon - start == lowerCaseName.length() && lines.startsWith(lowerCaseName, start)) {
                return lines.substring(colon + 1, end);
            }
            start = end + 1;
        }
        return null;
    }

    private int firstHeader() {
        return lines.indexOf('\n', lines.indexOf('\n') + 1) + 1;
    }

    @Override
    public Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        QueryParameters.forEach(rawQuery(), query::put);
        return Collections.unmodifiableMap(query);
    }

    @Override
    public List<String> queryAll(String name) {
        List<String> values = new ArrayList<>(1);
        QueryParameters.forEach(rawQuery(), (key, value) -> {
            if (key.equals(name)) {
                values.add(value);
            }
        });
        return Collections.unmodifiableList(values);
    }

    private String rawQuery() {
        String url = url();
        int mark = url.indexOf('?');
        return mark < 0 ? "" : url.substring(mark + 1);
    }

    @Override
    public String url() {
        return lines.substring(0, lines.indexOf('\n'));
    }

    @Override
    public String address() {
        int start = lines.indexOf('\n') + 1;
        return lines.substring(start, lines.indexOf('\n', start));
    }

    @Override
    public boolean xdomain() {
        return header("origin") != null;
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public long issued() {
        return issued;
    }

    /** Shows the path only: query and headers may hold secrets. */
    @Override
    public String toString() {
        String url = url();
        int mark = url.indexOf('?');
        return "Handshake[path=" + (mark < 0 ? url : url.substring(0, mark)) + ", address=" + address() + "]";
    }
}
