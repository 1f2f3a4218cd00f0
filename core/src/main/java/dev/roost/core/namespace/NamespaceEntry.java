package dev.roost.core.namespace;

import dev.roost.adapter.Scheduler;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.namespace.NamespaceRecovery.Returning;
import dev.roost.core.packet.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's attempt to enter one namespace.
 *
 * <pre>
 *            namespace found    not found, or out of time    all middlewares passed    refused, or out of time    lost
 * SEARCHING  CHECKING           OVER, connect_error          -                         -                          OVER
 * CHECKING   -                  -                            OVER, connected           OVER, connect_error        OVER
 * </pre>
 *
 * <p>A client that wants to come back has its session looked for first, on the virtual thread too.
 *
 * <p>A namespace that exists and has no middlewares is entered at once, on the loop; a search among patterns and the
 * middlewares run on a virtual thread of their own, which is interrupted when it takes too long, be the client still
 * there or not. While the attempt lasts the namespace knows of it, so that it is not cleaned up under the client.
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
    private @Nullable Returning returning;
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

    /** How many of a list have no socket yet. */
    static int searching(@Nullable NamespaceEntry list) {
        int count = 0;
        for (NamespaceEntry entry = list; entry != null; entry = entry.next) {
            count += entry.socket == null ? 1 : 0;
        }
        return count;
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
            unknown();
        }
    }

    /** The connection is gone; the thread that works for it keeps its deadline. */
    void abandon() {
        over = true;
        router.entryOver(this);
    }

    private void searched(@Nullable Namespace found) {
        if (over) {
            stopTimer();
            if (found != null) {
                found.release();
            }
        } else if (found == null) {
            unknown();
        } else {
            check(found);
        }
    }

    private void check(Namespace namespace) {
        NamespaceRecovery recovery = namespace.recovery();
        ReturnRequest request = recovery == null || router.session().revision() == 3 ? null : ReturnRequest.of(auth);
        if (recovery == null || request == null) {
            check(namespace, null);
            return;
        }
        long room = router.session().outboxRoom();
        onThread(() -> {
            Returning claimed = recovery.claim(request, room);
            router.loop().execute(() -> claimed(namespace, claimed));
        });
    }

    private void claimed(Namespace namespace, @Nullable Returning claimed) {
        if (over) {
            stopTimer();
            NamespaceRecovery recovery = namespace.recovery();
            if (claimed != null && recovery != null) {
                recovery.giveBack(claimed.state());
            }
            namespace.release();
        } else {
            check(namespace, claimed);
        }
    }

    private void check(Namespace namespace, @Nullable Returning claimed) {
        Handshake handshake = new Handshake(router.session().handshake(), auth);
        Socket entering = new Socket(router, namespace, handshake, claimed == null ? null : claimed.state());
        socket = entering;
        returning = claimed;
        router.add(entering);
        NamespaceRecovery recovery = namespace.recovery();
        if (claimed != null && recovery != null) {
            recovery.rejoin(entering, claimed.state());
        }
        List<Middleware> middlewares = namespace.middlewares();
        if (middlewares.isEmpty() || claimed != null && recovery != null && recovery.skipsMiddlewares()) {
            admit(entering);
            return;
        }
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
            FAILURES.log("a middleware of namespace " + LimitedLog.safe(name) + " failed, the client is refused", e);
            return new ConnectRefused("Connection refused");
        }
    }

    private void checked(Socket entering, @Nullable ConnectRefused refusal) {
        if (over) {
            stopTimer();
        } else if (refusal == null) {
            admit(entering);
        } else {
            refuse(refusal);
        }
    }

    private void admit(Socket entering) {
        finish();
        entering.connect(returning);
    }

    private void timedOut() {
        if (!over) {
            FAILURES.log("namespace " + LimitedLog.safe(name)
                    + " did not decide within limits.auth-timeout, the client is refused");
            refuse(new ConnectRefused("Connection refused"));
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void unknown() {
        finish();
        router.refuse(
                name, Refusals.body("Invalid namespace", router.io().options().binding()));
    }

    private void refuse(ConnectRefused refusal) {
        finish();
        if (socket != null) {
            socket.abandon();
        }
        router.refuse(
                name,
                Refusals.body(
                        refusal,
                        router.session().revision(),
                        router.io().options().binding()));
    }

    private void finish() {
        over = true;
        stopTimer();
        router.entryOver(this);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void onThread(Runnable work) {
        if (timer == null) {
            timer = router.loop().schedule(this::timedOut, router.io().options().authTimeout());
        }
        thread = Thread.ofVirtual().name("roost-connect").start(work);
    }
}
