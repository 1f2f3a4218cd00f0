package dev.roost.core.namespace;

import dev.roost.adapter.Scheduler;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's attempt to enter one namespace.
 *
 * <pre>
 *            namespace found    not found    all middlewares passed    refused, or out of time    connection lost
 * SEARCHING  CHECKING           OVER         -                         -                          OVER
 * CHECKING   -                  -            OVER, connected           OVER, connect_error        OVER
 * </pre>
 *
 * <p>A namespace that exists and has no middlewares is entered at once, on the loop; a search among patterns and the
 * middlewares run on a virtual thread of their own. While the attempt lasts the namespace knows of it, so that it is not
 * cleaned up under the client.
 *
 * <p>Confined to the loop, but for what runs on the virtual thread. Spec: socket-io 3 and 5.
 */
final class NamespaceEntry {
    private static final System.Logger LOGGER = System.getLogger(NamespaceEntry.class.getName());
    private static final LimitedLog FAILURES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final NamespaceRouter router;
    private final String name;
    private final JsonValue auth;
    private @Nullable NamespaceEntry next;

    private @Nullable Socket socket;
    private @Nullable Thread thread;
    private Scheduler.@Nullable Timer timer;
    private boolean over;

    /**
     * Makes an attempt.
     *
     * @param next the other attempts of the connection
     */
    NamespaceEntry(NamespaceRouter router, String name, JsonValue auth, @Nullable NamespaceEntry next) {
        this.router = router;
        this.name = name;
        this.auth = auth;
        this.next = next;
    }

    /** True if this attempt, or one after it, is for that namespace. */
    boolean isFor(String namespace) {
        return name.equals(namespace) || next != null && next.isFor(namespace);
    }

    @Nullable
    NamespaceEntry next() {
        return next;
    }

    /** The list without one attempt. */
    static @Nullable NamespaceEntry without(@Nullable NamespaceEntry list, NamespaceEntry removed) {
        if (list == null || list == removed) {
            return list == null ? null : list.next;
        }
        list.next = without(list.next, removed);
        return list;
    }

    void start() {
        Namespace found = router.io().reserve(name);
        if (found != null) {
            check(found);
        } else if (router.io().hasPatterns()) {
            onThread(() -> {
                Namespace made = router.io().reserveDynamic(name, auth);
                router.loop().execute(() -> searched(made));
            });
        } else {
            refuse(new ConnectRefused("Invalid namespace"));
        }
    }

    /** The connection is gone. */
    void abandon() {
        finish();
    }

    private void searched(@Nullable Namespace found) {
        if (over) {
            if (found != null) {
                found.release();
            }
        } else if (found == null) {
            refuse(new ConnectRefused("Invalid namespace"));
        } else {
            check(found);
        }
    }

    private void check(Namespace namespace) {
        Socket entering =
                new Socket(router, namespace, new Handshake(router.session().handshake(), auth));
        socket = entering;
        router.add(entering);
        List<Middleware> middlewares = namespace.middlewares();
        if (middlewares.isEmpty()) {
            admit(entering);
            return;
        }
        timer = router.loop().schedule(this::timedOut, router.io().options().authTimeout());
        onThread(() -> {
            ConnectRefused refusal = run(middlewares, entering);
            router.loop().execute(() -> checked(entering, refusal));
        });
    }

    private @Nullable ConnectRefused run(List<Middleware> middlewares, Socket entering) {
        try {
            for (Middleware middleware : middlewares) {
                middleware.accept(entering);
            }
            return null;
        } catch (ConnectRefused refusal) {
            return refusal;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            FAILURES.log("a middleware of namespace " + LimitedLog.safe(name) + " failed, the client is refused: "
                    + LimitedLog.safe(e.toString()));
            return new ConnectRefused("Connection refused");
        }
    }

    private void checked(Socket entering, @Nullable ConnectRefused refusal) {
        if (over) {
            return;
        }
        if (refusal == null) {
            admit(entering);
        } else {
            refuse(refusal);
        }
    }

    private void admit(Socket entering) {
        finish();
        entering.connect();
    }

    private void timedOut() {
        Thread busy = thread;
        FAILURES.log("the middlewares of namespace " + LimitedLog.safe(name)
                + " did not decide within limits.auth-timeout, the client is refused");
        refuse(new ConnectRefused("Connection refused"));
        if (busy != null) {
            busy.interrupt();
        }
    }

    private void refuse(ConnectRefused refusal) {
        finish();
        if (socket != null) {
            socket.abandon();
        }
        router.refuse(name, refusal);
    }

    private void finish() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        router.entryOver(this);
    }

    private void onThread(Runnable work) {
        thread = Thread.ofVirtual().name("roost-connect").start(work);
    }
}
