package dev.roost.server.launch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.reflect.Proxy;

/**
 * SIGHUP, which a JVM takes for a reason to end unless it is told otherwise.
 *
 * <p>It has two meanings: an operator asks for something, or the terminal was closed. In the second case there was a
 * terminal and is none any more.
 *
 * <p>The class that handles signals is the JDK's own and no part of Java, so it is looked up by name; where it is missing
 * the JVM's way stays.
 */
final class HangUp {
    private static final Logger LOG = System.getLogger(HangUp.class.getName());

    private HangUp() {}

    /**
     * Says what the signal means from now on.
     *
     * @param asked for an operator; runs on the thread of the signal
     * @param terminalClosed for the end of the terminal
     */
    static void onSignal(Runnable asked, Runnable terminalClosed) {
        boolean terminal = hasTerminal();
        handle(() -> {
            if (terminal && !hasTerminal()) {
                terminalClosed.run();
            } else {
                asked.run();
            }
        });
    }

    private static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object handling = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return method.getName().equals("equals") ? proxy == arguments[0] : (Object) method.hashCode();
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
        } catch (ReflectiveOperationException e) {
            LOG.log(Logger.Level.DEBUG, "SIGHUP cannot be handled here", e);
        }
    }

    private static boolean hasTerminal() {
        try (InputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal != null;
        } catch (IOException e) {
            return false;
        }
    }
}
