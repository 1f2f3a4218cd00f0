package dev.roost.server.launch;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The command line, called by {@link Main} by name. */
public final class Launcher {
    private static final String CLUSTER = "cluster";

    private Launcher() {}

    /**
     * Runs one process, or with the argument {@code cluster} a supervisor of several.
     *
     * <p>Ends the JVM: 0 after a clean stop, 1 for a setting that is not allowed, 2 for a port that cannot be bound or a
     * cluster that cannot be joined.
     */
    public static void main(String[] args) throws InterruptedException {
        boolean cluster = args.length == 1 && args[0].equals(CLUSTER);
        if (args.length > 0 && !cluster) {
            System.err.println("usage: java -jar roost.jar [" + CLUSTER + "]; everything else is configuration");
            System.exit(LaunchException.CONFIGURATION);
        }
        LogLines.install("");
        Exit exit = Exit.install();
        try {
            LaunchConfig config = LaunchConfig.read(Map.of());
            if (cluster) {
                Supervisor.run(config, exit);
            } else {
                exit.onSignal(ServedProcess.start(config, ServedProcess.Neighbours.NONE)::stop);
            }
        } catch (LaunchException e) {
            System.err.println(e.line());
            exit.now(e.exitCode());
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            exit.now(LaunchException.CONFIGURATION);
        }
        new CountDownLatch(1).await();
    }
}
