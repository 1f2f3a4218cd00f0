package dev.roost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that polls, each request on a connection of its own unless said otherwise. Immutable. */
public final class PollingClient {
    static final String TARGET = "/engine.io/?EIO=4&transport=polling";

    /** In the open packet, whose quotes are escaped in a script. */
    private static final Pattern SID = Pattern.compile("\"sid\\\\?\":\\\\?\"([\\w-]{20})");

    private final int port;
    private final String target;
    private final String sid;

    private PollingClient(int port, String target, String sid) {
        this.port = port;
        this.target = target;
        this.sid = sid;
    }

    /** Handshakes under {@code /engine.io/}, revision 4. */
    public static PollingClient open(int port) throws IOException {
        return open(port, TARGET);
    }

    /** Handshakes with a target of the caller's. */
    public static PollingClient open(int port, String target) throws IOException {
        try (RawHttp http = RawHttp.connect(port)) {
            return open(http, port, target);
        }
    }

    /** Handshakes over a connection of the caller's. */
    public static PollingClient open(RawHttp http, int port, String target) throws IOException {
        return opened(http.exchange(RawHttp.get(target, "")), port, target);
    }

    /** Handshakes that many times over one connection, without waiting for one answer before the next request. */
    public static List<PollingClient> open(RawHttp http, int port, String target, int count) throws IOException {
        List<PollingClient> clients = new ArrayList<>();
        while (clients.size() < count) {
            int ahead = Math.min(100, count - clients.size());
            http.send(RawHttp.get(target, "").repeat(ahead));
            for (int i = 0; i < ahead; i++) {
                clients.add(opened(http.read(), port, target));
            }
        }
        return clients;
    }

    private static PollingClient opened(RawHttp.Response response, int port, String target) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        Matcher sid = SID.matcher(response.text());
        assertThat(sid.find()).as(response.text()).isTrue();
        return new PollingClient(port, target, sid.group(1));
    }

    /** The session id. */
    public String sid() {
        return sid;
    }

    /** Request target of later requests. */
    public String target() {
        return target + "&sid=" + sid;
    }

    /** Text of a GET. */
    public String get() {
        return RawHttp.get(target(), "");
    }

    /** Polls. */
    public RawHttp.Response poll() throws IOException {
        return RawHttp.once(port, get());
    }

    /** Sends a poll and does not wait for its answer. */
    public RawHttp startPoll() throws IOException {
        return RawHttp.connect(port).send(get());
    }

    /** Posts text. */
    public RawHttp.Response post(String body) throws IOException {
        return RawHttp.once(port, RawHttp.post(target(), "Content-Type: text/plain;charset=UTF-8\r\n", body));
    }
}
