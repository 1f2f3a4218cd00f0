package dev.roost.server.client;

/** Published versions of the JavaScript client, by their names in {@code src/test/clients/package.json}. */
public enum StockClient {
    V4_8("sio48"),
    V4_0("sio40"),
    V3("sio3"),
    V2("sio2");

    private final String alias;

    StockClient(String alias) {
        this.alias = alias;
    }

    String alias() {
        return alias;
    }
}
