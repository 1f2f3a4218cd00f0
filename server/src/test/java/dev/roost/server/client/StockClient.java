package dev.roost.server.client;

/** Published clients; those of npm by their names in {@code src/test/clients/package.json}. */
public enum StockClient {
    NPM_4_8("sio48"),
    NPM_4_0("sio40"),
    NPM_3_1("sio3"),
    NPM_2_5("sio2"),
    /** {@code io.socket:socket.io-client} 2.1.2 from Maven Central. */
    MAVEN(""),
    /** The bundle that the server serves, in Chromium. */
    CHROMIUM("");

    private final String npmName;

    StockClient(String npmName) {
        this.npmName = npmName;
    }

    String npmName() {
        return npmName;
    }
}
