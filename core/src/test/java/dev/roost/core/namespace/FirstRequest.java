package dev.roost.core.namespace;

import dev.roost.core.engine.Handshake;
import java.util.List;
import java.util.Map;

/** The request a client of the tests began with. */
record FirstRequest() implements Handshake {
    @Override
    public Map<String, String> headers() {
        return Map.of("user-agent", "test", "origin", "http://example.com");
    }

    @Override
    public Map<String, String> query() {
        return Map.of("EIO", "4", "token", "q2");
    }

    @Override
    public List<String> queryAll(String name) {
        return name.equals("token") ? List.of("q1", "q2") : List.of();
    }

    @Override
    public String url() {
        return "/socket.io/?EIO=4&token=q1&token=q2";
    }

    @Override
    public String address() {
        return "192.0.2.7";
    }

    @Override
    public boolean xdomain() {
        return true;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public long issued() {
        return 1_700_000_000_000L;
    }
}
