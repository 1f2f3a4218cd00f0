package dev.roost.core.room;

import java.util.List;

/**
 * Recipients that live at one home. Immutable.
 *
 * @param home where what is sent to them is handed over, once for all
 * @param members each one once
 * @param <R> what is meant by a recipient
 * @param <H> kind of home
 */
public record Group<R, H>(H home, List<R> members) {}
