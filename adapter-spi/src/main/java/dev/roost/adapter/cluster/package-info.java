/** The cluster protocol, written once over whatever moves bytes between nodes. */
@NullMarked
package dev.roost.adapter.cluster;

import org.jspecify.annotations.NullMarked;
