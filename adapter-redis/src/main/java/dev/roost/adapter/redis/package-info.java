/** Cluster adapter over Redis. */
@NullMarked
package dev.roost.adapter.redis;

import org.jspecify.annotations.NullMarked;
