package dev.roost.adapter.redis;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/**
 * Channels of one namespace in the format of Node's Redis adapter. Immutable.
 *
 * <p>Names are put in as they are. A namespace may begin another's name, hence what comes on these channels is not
 * necessarily of this namespace.
 *
 * <p>Spec: redis-wire 1, "Channels".
 *
 * @param broadcast of events for everyone or for several rooms; begins the channels of single rooms
 * @param request of questions and commands
 * @param response of answers to everyone; begins the channel of answers to one node
 */
record NodeChannels(String broadcast, String request, String response) {
    private static final String SPECIAL = "*?[]\\";

    static NodeChannels of(String key, String namespace) {
        String end = "#" + namespace + "#";
        return new NodeChannels(key + end, key + "-request" + end, key + "-response" + end);
    }

    /** Pattern of {@link #broadcast} and all channels of rooms. */
    String broadcastPattern() {
        return escaped(broadcast) + "*";
    }

    /** Pattern of the channels for answers to one node. */
    String responsePattern() {
        return escaped(response) + "*#";
    }

    /** Channel of an event for these rooms. */
    byte[] broadcast(Collection<String> rooms) {
        return bytes(rooms.size() == 1 ? broadcast + rooms.iterator().next() + "#" : broadcast);
    }

    byte[] requestBytes() {
        return bytes(request);
    }

    byte[] responseBytes() {
        return bytes(response);
    }

    /** Channel for answers to one node. */
    String response(String uid) {
        return response + uid + "#";
    }

    /** Returns whose answers a channel carries, if it is one of those that carry only one node's. */
    Optional<String> uidOf(String channel) {
        return channel.startsWith(response) && channel.length() > response.length() + 1 && channel.endsWith("#")
                ? Optional.of(channel.substring(response.length(), channel.length() - 1))
                : Optional.empty();
    }

    /** Returns the room of a channel that matched the pattern, empty for the channel of all. */
    String roomOf(String channel) {
        return channel.length() > broadcast.length() ? channel.substring(broadcast.length(), channel.length() - 1) : "";
    }

    static byte[] bytes(String channel) {
        return channel.getBytes(StandardCharsets.UTF_8);
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (SPECIAL.indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }
}
