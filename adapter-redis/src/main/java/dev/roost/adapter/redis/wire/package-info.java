/** Messages of Node's adapters, read and written in either of their two encodings. */
@NullMarked
package dev.roost.adapter.redis.wire;

import org.jspecify.annotations.NullMarked;
