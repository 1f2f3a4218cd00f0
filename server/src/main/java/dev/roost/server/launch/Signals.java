package dev.roost.server.launch;

import java.lang.System.Logger;
import java.lang.reflect.Proxy;

/**
 * Signals, which a JVM takes for a reason to end unless it is told otherwise.
 *
 * <p>The class that handles them is the JDK's own and no part of Java, so it is looked up by name; where it is missing
 * the JVM's way stays. One that this process was told to ignore by whoever started it stays ignored.
 */
final class Signals {
    private static final Logger LOG = System.getLogger(Signals.class.getName());

    private Signals() {}

    /**
     * Says what a signal means from now on.
     *
     * @param name without SIG
     * @param action runs on the thread of the signal
     * @return false if that cannot be said here
     */
    static boolean handle(String name, Runnable action) {
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
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
            return true;
        } catch (ReflectiveOperationException e) {
            LOG.log(Logger.Level.DEBUG, "SIG" + name + " cannot be handled here", e);
            return false;
        }
    }
}
