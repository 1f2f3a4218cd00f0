package dev.roost.core.recovery;

import dev.roost.adapter.Selection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes one socket recoverable: it goes from a socket whose connection broke to the one that takes its place.
 *
 * <p>Beside id and rooms it says what was sent, as positions of the log. A client that got the last event meant for it
 * has missed nothing up to the end of its connection, however much was sent to others meanwhile; so a quiet client
 * comes back although the log has long forgotten what it remembers.
 *
 * <p>Rooms and the position of CONNECT are guarded by the lock of the log. What was sent is confined to the loop of the
 * present owner, and handed on by way of the store.
 */
public final class RecoveryState {
    private static final int OVERHEAD = 512;
    private static final int ROOM_OVERHEAD = 128;

    private final String pid;
    private final String namespace;
    private final String socketId;
    private final Memberships rooms = new Memberships();
    private long connected;
    private @Nullable Handed handed;

    private long lastSent;
    private long firstUnsent = Long.MAX_VALUE;
    private long quietUntil;

    private long replayedUpTo = Long.MIN_VALUE;

    private volatile @Nullable Object owner;
    private volatile Turns.@Nullable Turn turn;
    private volatile boolean over;
    private volatile @Nullable Map<String, Object> data;
    private volatile long connectedAt;
    private volatile @Nullable String since;

    // Guarded by the store.
    long expiresAt;
    boolean expires;
    long bytes;
    long dataBytes;

    /**
     * Makes the state of a socket that was never connected.
     *
     * @param pid its secret
     */
    public RecoveryState(String pid, String namespace, String socketId) {
        this.pid = pid;
        this.namespace = namespace;
        this.socketId = socketId;
    }

    /** What the client shows to have it back; a secret. */
    public String pid() {
        return pid;
    }

    /** Its namespace. */
    public String namespace() {
        return namespace;
    }

    /** The public id its socket keeps. */
    public String socketId() {
        return socketId;
    }

    // ---- rooms; with the log held

    /** It joined a room at a position. */
    public void joined(String room, long position) {
        rooms.joined(room, position);
    }

    /** It left a room at a position. */
    public void left(String room, long position) {
        rooms.left(room, position);
    }

    /** The rooms it is in, its own not among them. */
    public Set<String> rooms() {
        return rooms.present();
    }

    /** True if it was in one of these rooms when an event was sent. */
    boolean wasInAny(Set<String> names, long position) {
        return !names.isEmpty() && (names.contains(socketId) || rooms.inAny(names, position));
    }

    /** True if a selection means it, as it was when it went. */
    public boolean isMeant(Selection selection) {
        return (selection.rooms().isEmpty() || isInAny(selection.rooms())) && !isInAny(selection.except());
    }

    private boolean isInAny(Set<String> names) {
        return names.contains(socketId) || names.stream().anyMatch(rooms.present()::contains);
    }

    long roomsKnownFrom() {
        return rooms.knownFrom();
    }

    /** What the client remembers is a place in the log of a node that is gone. */
    void handed(@Nullable Handed value) {
        handed = value;
    }

    /** True if another node handed it over, and its client has not come back. */
    public boolean isHanded() {
        return handed != null;
    }

    @Nullable
    Handed handed() {
        return handed;
    }

    /** It connected, and nothing up to this position is for it. */
    public void connected(long position) {
        connected = position;
        lastSent = position;
        quietUntil = position;
    }

    /** What it got at the least: up to this position. */
    public long connected() {
        return connected;
    }

    /** It connected after this entry of a log that all nodes share. */
    public void since(String id) {
        since = id;
    }

    /** The last entry before it connected of a log that all nodes share; null if there is no such log. */
    public @Nullable String since() {
        return since;
    }

    // ---- what was sent; on the loop of the owner

    /** An event went to its client. */
    public void sent(long position) {
        lastSent = Math.max(lastSent, position);
    }

    /** An event could not go to its client any more. */
    public void unsent(long position) {
        firstUnsent = Math.min(firstUnsent, position);
    }

    /** It came back, and got every event up to this position that was for it. */
    public void replayed(long upTo) {
        replayedUpTo = upTo;
    }

    /** True if an event was sent again already, or is older than what was. */
    public boolean hasHad(long position, boolean isVolatile) {
        return isVolatile ? position < replayedUpTo : position <= replayedUpTo;
    }

    /** Its socket has seen every event up to this position that was for it. */
    public void sealed(long position) {
        quietUntil = Math.max(lastSent, Math.min(position, firstUnsent - 1));
        firstUnsent = Long.MAX_VALUE;
        owner = null;
    }

    long lastSent() {
        return lastSent;
    }

    long quietUntil() {
        return quietUntil;
    }

    /** Position after which the client may lack something, if it got everything up to another. */
    long missesAfter(long got) {
        return got >= lastSent ? Math.max(got, quietUntil) : got;
    }

    // ---- whose it is; any thread

    /** The socket it belongs to now. */
    public @Nullable Object owner() {
        return owner;
    }

    /** It belongs to a socket that is about to connect, or is connected. */
    public void ownedBy(Object socket) {
        owner = socket;
    }

    /** It was found in this turn, which lasts until it is known what becomes of it. */
    public void foundIn(Turns.Turn value) {
        turn = value;
    }

    /** The turn it was found in, to be ended; null if that was done, or it was found in none. */
    public Turns.@Nullable Turn leaveTurn() {
        Turns.Turn left = turn;
        turn = null;
        return left;
    }

    /** Nobody comes back to it. */
    public void end() {
        over = true;
    }

    /** True if nobody comes back to it. */
    public boolean isOver() {
        return over;
    }

    /** The application's data, or null if it has none. */
    public @Nullable Map<String, Object> data() {
        return data;
    }

    /** Keeps the application's data. */
    public void keep(@Nullable Map<String, Object> value) {
        data = value;
    }

    /** When its time is over, in nanoseconds, once it was taken out of the store. */
    public long expiresAt() {
        return expiresAt;
    }

    /** When its socket connected, in nanoseconds. */
    public long connectedAt() {
        return connectedAt;
    }

    /** Its socket connected. */
    public void connectedAt(long nanos) {
        connectedAt = nanos;
    }

    /** Roughly the bytes it keeps alive, the application's data left out; with the log held. */
    public long weight() {
        long sum = OVERHEAD;
        for (String room : rooms.present()) {
            sum += ROOM_OVERHEAD + 2L * room.length();
        }
        return sum;
    }
}
