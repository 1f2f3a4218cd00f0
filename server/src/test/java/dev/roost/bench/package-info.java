/** The application of the benchmark: what every server that is measured does. */
@NullMarked
package dev.roost.bench;

import org.jspecify.annotations.NullMarked;
