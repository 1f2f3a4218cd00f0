package dev.roost.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an application adds to the handling of requests. Immutable.
 *
 * <p>Spec: engine-io 10.
 *
 * @param middlewares run in this order before every check
 * @param allowRequest asked before a session is created
 * @param verifyRequest asked before a later request goes on with its session
 * @param initialHeaders change the headers of responses that create a session
 * @param headers change the headers of every 200 and 101
 * @param connectionErrors told of every refused request
 */
public record EngineHooks(
        List<EngineMiddleware> middlewares,
        @Nullable AllowRequest allowRequest,
        @Nullable VerifyRequest verifyRequest,
        List<BiConsumer<Map<String, String>, EngineRequest>> initialHeaders,
        List<BiConsumer<Map<String, String>, EngineRequest>> headers,
        List<BiConsumer<EngineRequest, EngineError>> connectionErrors) {
    /** Nothing added. */
    public static final EngineHooks NONE = builder().build();

    public EngineHooks {
        middlewares = List.copyOf(middlewares);
        initialHeaders = List.copyOf(initialHeaders);
        headers = List.copyOf(headers);
        connectionErrors = List.copyOf(connectionErrors);
    }

    /** Starts with nothing added. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects hooks. Confined to one thread. */
    public static final class Builder {
        private final List<EngineMiddleware> middlewares = new ArrayList<>();
        private final List<BiConsumer<Map<String, String>, EngineRequest>> initialHeaders = new ArrayList<>();
        private final List<BiConsumer<Map<String, String>, EngineRequest>> headers = new ArrayList<>();
        private final List<BiConsumer<EngineRequest, EngineError>> connectionErrors = new ArrayList<>();
        private @Nullable AllowRequest allowRequest;
        private @Nullable VerifyRequest verifyRequest;

        private Builder() {}

        /** Adds a middleware after those added before. */
        public Builder use(EngineMiddleware middleware) {
            middlewares.add(middleware);
            return this;
        }

        /** Sets who decides whether a request may create a session. */
        public Builder allowRequest(AllowRequest decision) {
            allowRequest = decision;
            return this;
        }

        /** Sets who decides whether a later request may go on with its session. */
        public Builder verifyEachRequest(VerifyRequest decision) {
            verifyRequest = decision;
            return this;
        }

        /** Adds a hook for responses that create a session. */
        public Builder onInitialHeaders(BiConsumer<Map<String, String>, EngineRequest> hook) {
            initialHeaders.add(hook);
            return this;
        }

        /** Adds a hook for every 200 and 101. */
        public Builder onHeaders(BiConsumer<Map<String, String>, EngineRequest> hook) {
            headers.add(hook);
            return this;
        }

        /** Adds a listener for refused requests. */
        public Builder onConnectionError(BiConsumer<EngineRequest, EngineError> listener) {
            connectionErrors.add(listener);
            return this;
        }

        /** Makes the hooks. */
        public EngineHooks build() {
            return new EngineHooks(middlewares, allowRequest, verifyRequest, initialHeaders, headers, connectionErrors);
        }
    }
}
