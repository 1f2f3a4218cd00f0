package dev.roost.adapter.redis;

/** Says in one line why something failed. */
final class Causes {
    private Causes() {}

    /** Joins the messages of a failure and its first cause; Lettuce's own message alone often says too little. */
    static String line(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String first = text(failure);
        String last = text(cause);
        return (first.contains(last) ? first : first + ": " + last).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
