/** Cluster adapter over Hazelcast. */
@NullMarked
package dev.roost.adapter.hazelcast;

import org.jspecify.annotations.NullMarked;
