package dev.roost.server.launch;

import java.lang.reflect.InvocationTargetException;

/**
 * Checks the Java version, then starts the launcher. Immutable.
 *
 * <p>Compiled for Java 8 and apart from everything else, so that an older Java answers with one line instead of a stack
 * trace; hence the launcher is called by name.
 */
public final class Main {
    private static final int NEEDED = 21;

    private Main() {}

    /**
     * Runs the command line.
     *
     * @param args what {@code Launcher} understands
     * @throws Throwable what the launcher throws
     */
    public static void main(String[] args) throws Throwable {
        if (feature(System.getProperty("java.specification.version")) < NEEDED) {
            System.err.println("Roost needs Java " + NEEDED + " or newer, found " + System.getProperty("java.version")
                    + " (" + System.getProperty("java.home") + ")");
            System.exit(1);
        }
        try {
            Class.forName("dev.roost.server.launch.Launcher")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The feature number of {@code 1.8}, {@code 17} or {@code 25}. */
    private static int feature(String specification) {
        String number = specification.startsWith("1.") ? specification.substring(2) : specification;
        int dot = number.indexOf('.');
        return Integer.parseInt(dot < 0 ? number : number.substring(0, dot));
    }
}
