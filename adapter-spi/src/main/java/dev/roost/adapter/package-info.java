/** Values that cross modules, and the reach of one node to the others. */
@NullMarked
package dev.roost.adapter;

import org.jspecify.annotations.NullMarked;
