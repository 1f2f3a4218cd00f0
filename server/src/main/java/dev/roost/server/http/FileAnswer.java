package dev.roost.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** The answer to a GET or HEAD of what is a file to the client. */
public final class FileAnswer {
    private static final byte[] NOTHING = {};

    private FileAnswer() {}

    /** Sends the content, or its length alone where that was asked for. */
    public static void send(ServerRequest request, ServerResponse response, byte[] content) {
        response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
        // Helidon sends the body of an answer to HEAD if it is given one.
        response.send(request.prologue().method() == Method.HEAD ? NOTHING : content);
    }
}
