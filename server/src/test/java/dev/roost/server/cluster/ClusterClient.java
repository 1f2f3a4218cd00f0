package dev.roost.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client in one namespace that writes down its events, answers questions with its number, and remembers what stock
 * clients do: its secret and the last offset.
 *
 * <p>Thread-safe: a lock for what is being sent, concurrent collections for what came.
 */
final class ClusterClient implements WebSocket.Listener {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern REPLY =
            Pattern.compile("40(?:/[^,]*,)?\\{\"sid\":\"([^\"]+)\"(?:,\"pid\":\"([^\"]+)\")?}");
    private static final Pattern EVENT = Pattern.compile("42(?:/[^,]*,)?(\\d*)(\\[.*])");
    private static final Pattern OFFSET = Pattern.compile(",\"([^\"]*)\"]$");
    private static final Pattern PROBE = Pattern.compile("\\[\"probe\",\"([^\"]*)\".*");

    private final HttpClient http;
    private final String namespace;
    private final int number;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Set<String> probed = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<String> reply = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private CompletionStage<?> sending = CompletableFuture.completedStage(null);

    private volatile @Nullable WebSocket webSocket;
    private volatile String id = "";
    private volatile String pid;
    private volatile String offset;

    private ClusterClient(HttpClient http, String namespace, int number, String pid, String offset) {
        this.http = http;
        this.namespace = namespace;
        this.number = number;
        this.pid = pid;
        this.offset = offset;
    }

    /** Asks to enter a namespace; does not wait for the reply. */
    static ClusterClient open(HttpClient http, int port, String namespace, int number) {
        ClusterClient client = new ClusterClient(http, namespace, number, "", "");
        client.connect(port, "");
        return client;
    }

    /** Asks for its socket with what it remembers, at any node; does not wait for the reply. */
    ClusterClient comeBack(int port) {
        return comeBack(port, "\"" + pid + "\"", offset.isEmpty() ? "" : "\"" + offset + "\"");
    }

    /** Asks for its socket with a secret and an offset of the test's, as JSON; an empty offset is none. */
    ClusterClient comeBack(int port, String shownPid, String shownOffset) {
        ClusterClient next = new ClusterClient(http, namespace, number, pid, offset);
        next.connect(port, "{\"pid\":" + shownPid + (shownOffset.isEmpty() ? "" : ",\"offset\":" + shownOffset) + "}");
        return next;
    }

    private void connect(int port, String auth) {
        URI uri = URI.create("ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket");
        webSocket = http.newWebSocketBuilder().buildAsync(uri, this).join();
        send("40" + prefix() + auth);
    }

    private String prefix() {
        return namespace.equals("/") ? "" : namespace + ",";
    }

    /** Waits until it is in, which it must be. */
    ClusterClient entered() {
        assertThat(answer()).startsWith("40");
        return this;
    }

    /** Waits for the answer to its question to enter: a CONNECT or a refusal. */
    String answer() {
        return get(reply);
    }

    String id() {
        return id;
    }

    String pid() {
        return pid;
    }

    String offset() {
        return offset;
    }

    /** True once a probe of that name came. */
    boolean probed(String name) {
        return probed.contains(name);
    }

    /** True if nothing came but probes. */
    boolean heardNothing() {
        return events.isEmpty();
    }

    /** Waits for an event and returns those before it. */
    List<String> upTo(String last) {
        List<String> before = new ArrayList<>();
        while (true) {
            String next = next();
            if (next == null) {
                return fail("client %d waits for %s and got %s", number, last, before);
            }
            if (next.equals(last)) {
                return before;
            }
            before.add(next);
        }
    }

    private @Nullable String next() {
        try {
            return events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits until the server has sent it away. */
    void awaitSentAway() {
        get(left);
    }

    /** Its connection breaks. */
    void vanish() {
        WebSocket present = webSocket;
        if (present != null) {
            present.abort();
        }
    }

    /** Says good-bye, so that nothing is kept for it, and goes. */
    void leave() {
        send("41" + prefix());
        lock.lock();
        try {
            sending = sending.whenComplete((done, failure) -> vanish());
        } finally {
            lock.unlock();
        }
    }

    private void send(String packet) {
        WebSocket present = webSocket;
        lock.lock();
        try {
            if (present != null) {
                // A connection that is over takes nothing, which is no failure of a test.
                sending = sending.thenCompose(done -> present.sendText(packet, true))
                        .handle((done, failure) -> done);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        webSocket = opened;
        opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String packet = partial.toString();
            partial.setLength(0);
            received(packet);
        }
        from.request(1);
        return null;
    }

    private void received(String packet) {
        Matcher event = EVENT.matcher(packet);
        Matcher entered = REPLY.matcher(packet);
        if (packet.equals("2")) {
            send("3");
        } else if (event.matches()) {
            event(event.group(1), event.group(2));
        } else if (entered.matches()) {
            id = entered.group(1);
            pid = entered.group(2) == null ? "" : entered.group(2);
            reply.complete(packet);
        } else if (packet.startsWith("44")) {
            reply.complete(packet);
        } else if (packet.startsWith("41")) {
            left.complete(null);
        }
    }

    private void event(String question, String array) {
        String shown = array;
        if (!question.isEmpty()) {
            send("43" + prefix() + question + "[" + number + "]");
        } else if (!pid.isEmpty()) {
            Matcher last = OFFSET.matcher(array);
            if (last.find()) {
                offset = last.group(1);
                shown = array.substring(0, last.start()) + "]";
            }
        }
        Matcher probe = PROBE.matcher(shown);
        if (probe.matches()) {
            probed.add(probe.group(1));
        } else {
            events.add(shown);
        }
    }

    private static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
