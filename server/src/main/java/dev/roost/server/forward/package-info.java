/** No sticky sessions: requests that reach a process their session does not live in are passed on to its owner. */
@NullMarked
package dev.roost.server.forward;

import org.jspecify.annotations.NullMarked;
