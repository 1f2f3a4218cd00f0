/**
 * Rooms: who is in which, and who is meant by a {@link dev.roost.adapter.Selection}.
 *
 * <p>Knows only this node's recipients and nothing of sessions or packets; other nodes have an index of their own.
 */
@NullMarked
package dev.roost.core.room;

import org.jspecify.annotations.NullMarked;
