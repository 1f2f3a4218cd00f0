/** Carries sessions over HTTP long-polling: GETs that wait, POSTs that bring packets. */
@NullMarked
package dev.roost.server.polling;

import org.jspecify.annotations.NullMarked;
