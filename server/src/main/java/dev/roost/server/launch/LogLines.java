package dev.roost.server.launch;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Logging of the launcher: a line per record on standard error, ours from INFO, that of libraries from WARNING.
 *
 * <p>A logging configuration of the user's own ({@code java.util.logging.config.file} or {@code .class}) is left alone.
 * Public since the JDK makes it by name.
 */
public final class LogLines {
    private static final String CONFIG_CLASS = "java.util.logging.config.class";
    private static final String CONFIG_FILE = "java.util.logging.config.file";
    private static final String MANAGER = "java.util.logging.manager";

    private static volatile String process = "";

    /** For the JDK: sets the levels and the handler. */
    public LogLines() {
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new ErrorLines(process));
        Held.OURS.setLevel(Level.INFO);
    }

    /**
     * Has the JDK log this way. To be called before anything is logged.
     *
     * @param name of this process in every line, or nothing
     */
    static void install(String name) {
        if (System.getProperty(CONFIG_FILE) == null && System.getProperty(CONFIG_CLASS) == null) {
            process = name;
            System.setProperty(CONFIG_CLASS, LogLines.class.getName());
            if (System.getProperty(MANAGER) == null) {
                System.setProperty(MANAGER, LastingLogManager.class.getName());
            }
        }
    }

    /** While a server starts, its failures are told in one line by the launcher, not by Helidon in a hundred. */
    static void starting(boolean starting) {
        Held.WEB_SERVER.forEach(logger -> logger.setLevel(starting ? Level.OFF : null));
    }

    /**
     * Held, since the JDK forgets loggers that nobody holds, and their levels with them.
     *
     * <p>A class of its own, so that {@link #install} comes before the JDK's logging wakes up.
     */
    private static final class Held {
        static final Logger OURS = Logger.getLogger("dev.roost");
        static final List<Logger> WEB_SERVER = List.of(
                Logger.getLogger("io.helidon.webserver.LoomServer"),
                Logger.getLogger("io.helidon.webserver.ServerListener"));

        private Held() {}
    }

    /** Writes to standard error. Thread-safe: a print stream. */
    private static final class ErrorLines extends Handler {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

        private final String process;

        ErrorLines(String process) {
            this.process = process.isEmpty() ? "" : " [" + process + "]";
            setFormatter(new SimpleFormatter());
        }

        @Override
        public void publish(LogRecord record) {
            if (isLoggable(record)) {
                System.err.print(line(record));
            }
        }

        private String line(LogRecord record) {
            StringBuilder line = new StringBuilder()
                    .append(TIME.format(LocalDateTime.ofInstant(record.getInstant(), ZoneId.systemDefault())))
                    .append(' ')
                    .append(record.getLevel().getName())
                    .append(process)
                    .append(' ')
                    .append(getFormatter().formatMessage(record).replaceAll("\\s*\\R\\s*", " "))
                    .append(System.lineSeparator());
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace));
                line.append(trace);
            }
            return line.toString();
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {}
    }
}
