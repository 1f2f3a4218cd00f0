package dev.roost.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Many connections at once. Confined to one thread. */
public final class Crowd implements AutoCloseable {
    private static final int WANTED = 2_000;
    /** Both ends of a connection are in this process, and others need some too. */
    private static final int FILES_FOR_ONE = 4;

    private final List<RawHttp> members = new ArrayList<>();

    private Crowd() {}

    /** Makes one member. */
    @FunctionalInterface
    public interface Arrival {
        /** Connects, and sends what it sends at first. */
        RawHttp connect() throws IOException;
    }

    /** Two thousand, or as many as this process may have open files for. */
    public static int size() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(WANTED, unix.getMaxFileDescriptorCount() / FILES_FOR_ONE)
                : WANTED;
    }

    /** Has that many connect one after the other. */
    public static Crowd of(int size, Arrival arrival) throws IOException {
        Crowd crowd = new Crowd();
        boolean complete = false;
        try {
            for (int i = 0; i < size; i++) {
                crowd.members.add(arrival.connect());
            }
            complete = true;
            return crowd;
        } finally {
            if (!complete) {
                crowd.close();
            }
        }
    }

    /** What one member does. */
    @FunctionalInterface
    public interface Turn {
        /** Speaks and listens. */
        void take(RawHttp member) throws Exception;
    }

    /** Has all take their turn at once, each on a thread of its own; fails as the first of them that fails. */
    public CompletableFuture<Void> together(Turn turn) {
        return CompletableFuture.allOf(members.stream()
                .map(member -> CompletableFuture.runAsync(() -> take(turn, member), Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new));
    }

    private static void take(Turn turn, RawHttp member) {
        try {
            turn.take(member);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** All of them. */
    public List<RawHttp> members() {
        return members;
    }

    /** Reads what comes, up to the end of every connection. */
    public void awaitEnds() throws IOException {
        for (RawHttp member : members) {
            while (!member.isAtEnd()) {
                // what the server says first, such as an alert of TLS
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (RawHttp member : members) {
            member.close();
        }
    }
}
