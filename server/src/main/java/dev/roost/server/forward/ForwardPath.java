package dev.roost.server.forward;

import dev.roost.adapter.Counters;

/**
 * What forwarding knows of one engine path. Immutable, but for what it refers to.
 *
 * @param maxPayload bytes of a body
 * @param answerNanos how long the owner may take to answer, hanging included
 */
record ForwardPath(KnownNodes known, Counters counters, long maxPayload, long answerNanos) {}
