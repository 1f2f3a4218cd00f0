package dev.roost.server.client;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** A socket of the stock Java client. Thread-safe, as that client is. */
final class JavaClient implements Client {
    private final Socket socket;
    private final String name;
    private final Reports reports;
    private final AtomicReference<String> transport;

    private JavaClient(Socket socket, String name, Reports reports, AtomicReference<String> transport) {
        this.socket = socket;
        this.name = name;
        this.reports = reports;
        this.transport = transport;
    }

    static JavaClient connect(
            OkHttpClient http, String name, Reports reports, URI url, Transports transports, Map<String, ?> auth) {
        IO.Options options = IO.Options.builder()
                .setForceNew(true)
                .setReconnectionDelay(100)
                .setTransports(transports.names().toArray(new String[0]))
                .setAuth(texts(auth))
                .build();
        options.callFactory = http;
        options.webSocketFactory = http;
        Socket socket = IO.socket(url, options);
        AtomicReference<String> transport = new AtomicReference<>("");
        socket.io().on(Manager.EVENT_TRANSPORT, args -> transport.set(((Transport) args[0]).name));
        JavaClient client = new JavaClient(socket, name, reports, transport);
        client.watch();
        socket.connect();
        return client;
    }

    /** Ends its connection for good. */
    void stop() {
        socket.io().reconnection(false);
        socket.disconnect();
    }

    private void watch() {
        socket.on(Socket.EVENT_CONNECT, args -> report("$connect", new Object[] {socket.id()}));
        socket.on(Socket.EVENT_CONNECT_ERROR, args -> report("$connect_error", args));
        socket.on(Socket.EVENT_DISCONNECT, args -> report("$disconnect", args));
        socket.onAnyIncoming(args -> {
            Object[] values = args[args.length - 1] instanceof Ack ? Arrays.copyOf(args, args.length - 1) : args;
            report(String.valueOf(values[0]), Arrays.copyOfRange(values, 1, values.length));
        });
    }

    private void report(String event, Object[] args) {
        reports.add(new Report(name, event, fromJson(args)));
    }

    @Override
    public void emit(String event, Object... args) {
        socket.emit(event, toJson(args));
    }

    @Override
    public List<Object> request(String event, Object... args) {
        CompletableFuture<List<Object>> answer = new CompletableFuture<>();
        Ack ack = values -> answer.complete(fromJson(values));
        socket.emit(event, toJson(args), ack);
        return answer.orTimeout(Reports.DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void answerWithWhatCame(String event) {
        socket.on(event, args -> ((Ack) args[args.length - 1]).call(Arrays.copyOf(args, args.length - 1)));
    }

    @Override
    public Client of(String namespace, Map<String, ?> auth) {
        Socket other = socket.io()
                .socket(namespace, IO.Options.builder().setAuth(texts(auth)).build());
        JavaClient client = new JavaClient(other, name + namespace, reports, transport);
        client.watch();
        other.connect();
        return client;
    }

    @Override
    public void disconnect() {
        socket.disconnect();
    }

    @Override
    public String transport() {
        return transport.get();
    }

    @Override
    public List<Object> await(String event) {
        return reports.await(
                        report -> report.source().equals(name) && report.event().equals(event), event + " at " + name)
                .args();
    }

    @Override
    public List<Report> history() {
        return reports.take(report -> report.source().equals(name));
    }

    @Override
    public List<Report> received() {
        return reports.take(
                report -> report.source().equals(name) && !report.event().startsWith("$"));
    }

    private static Map<String, String> texts(Map<String, ?> auth) {
        return auth.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
    }

    private static Object[] toJson(Object[] values) {
        return Arrays.stream(values).map(JavaClient::toJson).toArray();
    }

    private static Object toJson(@Nullable Object value) {
        try {
            return switch (value) {
                case null -> JSONObject.NULL;
                case Map<?, ?> map -> {
                    JSONObject object = new JSONObject();
                    for (Map.Entry<?, ?> entry : map.entrySet()) {
                        object.put(String.valueOf(entry.getKey()), toJson(entry.getValue()));
                    }
                    yield object;
                }
                case List<?> list -> {
                    JSONArray array = new JSONArray();
                    list.forEach(member -> array.put(toJson(member)));
                    yield array;
                }
                default -> value;
            };
        } catch (JSONException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<Object> fromJson(Object[] values) {
        return NodeProcess.objects(
                Arrays.stream(values).map(JavaClient::fromJson).toList());
    }

    private static Object fromJson(Object value) {
        return switch (value) {
            case JSONObject object -> {
                Map<String, Object> map = new LinkedHashMap<>();
                JSONArray names = object.names();
                for (int i = 0; names != null && i < names.length(); i++) {
                    map.put(names.optString(i), fromJson(object.opt(names.optString(i))));
                }
                yield map;
            }
            case JSONArray array -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < array.length(); i++) {
                    list.add(fromJson(array.opt(i)));
                }
                yield list;
            }
            default -> value;
        };
    }
}
