/** What an author of a cluster backend implements, and the protocol above it. */
@NullMarked
package dev.roost.adapter.cluster;

import org.jspecify.annotations.NullMarked;
