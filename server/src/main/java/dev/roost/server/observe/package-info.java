/** What operators see: health and metrics. */
@NullMarked
package dev.roost.server.observe;

import org.jspecify.annotations.NullMarked;
