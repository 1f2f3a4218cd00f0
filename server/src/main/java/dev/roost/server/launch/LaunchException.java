package dev.roost.server.launch;

/** The process cannot start; the message is the one line that says why. */
final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit code for a setting that is not allowed. */
    static final int CONFIGURATION = 1;
    /** Exit code for a port that cannot be bound or a cluster that cannot be joined. */
    static final int UNREACHABLE = 2;

    private final int exitCode;

    LaunchException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** One line, whatever the message of a cause looks like. */
    String line() {
        return String.valueOf(getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }
}
