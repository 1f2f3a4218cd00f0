/**
 * Socket.IO packets: the wire formats, and the values applications send and receive.
 *
 * <p>What came is validated when it comes and bound to Java only when a handler asks.
 */
@NullMarked
package dev.roost.core.packet;

import org.jspecify.annotations.NullMarked;
