package dev.roost.server.launch;

/**
 * What supervisor and worker say to each other, a line each, over the worker's standard input and output. Immutable.
 *
 * <p>The supervisor sends settings, then {@link #START}, then a {@link #PING} now and then; the end of the input means
 * drain and exit, so a worker cannot outlive its supervisor. Settings come this way since one of them is a secret, and
 * both arguments and environment of a process can be read by others. The worker answers with lines that begin with
 * {@link #MARK}; other lines are output of whatever else runs in it.
 */
final class ControlLine {
    /** Opens a setting: {@code set key=value}. */
    static final String SET = "set ";
    /** All settings were sent. */
    static final String START = "start";
    /** As {@link #START}, beside the worker it replaces, which has the port of the metrics until it ends. */
    static final String START_BESIDE = "start beside";
    /** Asks for a sign of life of every loop. */
    static final String PING = "ping";

    /** Opens every line of a worker that is meant for the supervisor. */
    static final String MARK = "\u0001roost ";
    /** The worker serves. */
    static final String READY = MARK + "ready";
    /** All loops live. */
    static final String PONG = MARK + "pong";

    private ControlLine() {}
}
