package dev.roost.server.observe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics in Prometheus' text format 0.0.4; samples of one metric come together whatever the order of calls.
 *
 * <p>Confined to one thread.
 */
final class PrometheusText {
    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /** Adds a sample of a counter; {@code _total} is appended to the name. */
    void counter(String name, String help, double value, String... labels) {
        sample(name + "_total", "counter", help, value, labels);
    }

    /** Adds a sample of a gauge. */
    void gauge(String name, String help, double value, String... labels) {
        sample(name, "gauge", help, value, labels);
    }

    private void sample(String name, String type, String help, double value, String... labels) {
        StringBuilder family = families.computeIfAbsent(
                name,
                first -> new StringBuilder()
                        .append("# HELP ")
                        .append(name)
                        .append(' ')
                        .append(escape(help))
                        .append("\n# TYPE ")
                        .append(name)
                        .append(' ')
                        .append(type)
                        .append('\n'));
        family.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            family.append(i == 0 ? '{' : ',')
                    .append(labels[i])
                    .append("=\"")
                    .append(escape(labels[i + 1]).replace("\"", "\\\""))
                    .append('"');
        }
        family.append(labels.length > 0 ? "} " : " ").append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return String.join("", families.values());
    }
}
