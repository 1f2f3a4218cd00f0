package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import java.security.cert.CertPathBuilderException;

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

    /** Makes the failure of a start. */
    static AdapterException unusable(RedisAddress address, Throwable failure) {
        String user = address.user().map(name -> " as the user '" + name + "'").orElse("");
        String remedy = untrusted(failure)
                ? "; to trust its certificate name a file with it, or with its issuer's, in socketio.redis."
                        + RedisTrust.KEY
                : "";
        return new AdapterException("cannot use Redis at " + address + user + ": " + line(failure) + remedy, failure);
    }

    private static boolean untrusted(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
