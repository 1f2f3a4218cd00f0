/** Log lines that hostile input can cause. */
@NullMarked
package dev.roost.core.log;

import org.jspecify.annotations.NullMarked;
