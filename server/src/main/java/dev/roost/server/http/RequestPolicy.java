package dev.roost.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything configured about requests that the protocol itself does not know. Immutable.
 *
 * @param cors null sends no CORS header
 * @param cookie null sets no cookie
 * @param bindSidToAddress whether the id of a session is of no use from another address
 */
public record RequestPolicy(
        EngineHooks hooks,
        OriginPolicy origins,
        @Nullable Cors cors,
        @Nullable SessionCookie cookie,
        TrustedProxies proxies,
        Admission admission,
        boolean bindSidToAddress) {
    /** What holds when nothing is configured: same host, no CORS, no cookie, no limits. */
    public static RequestPolicy defaults() {
        return new RequestPolicy(
                EngineHooks.NONE,
                OriginPolicy.sameHostOr(List.of()),
                null,
                null,
                TrustedProxies.NONE,
                Admission.unlimited(),
                false);
    }
}
