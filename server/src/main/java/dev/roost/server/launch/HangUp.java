package dev.roost.server.launch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * SIGHUP of a supervisor.
 *
 * <p>It has two meanings: an operator asks for something, or the terminal was closed. In the second case there was a
 * terminal and is none any more.
 */
final class HangUp {
    private HangUp() {}

    /**
     * Says what the signal means from now on.
     *
     * @param asked for an operator; runs on the thread of the signal
     * @param terminalClosed for the end of the terminal
     */
    static void onSignal(Runnable asked, Runnable terminalClosed) {
        boolean terminal = hasTerminal();
        Signals.handle("HUP", () -> {
            if (terminal && !hasTerminal()) {
                terminalClosed.run();
            } else {
                asked.run();
            }
        });
    }

    private static boolean hasTerminal() {
        try (InputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal != null;
        } catch (IOException e) {
            return false;
        }
    }
}
