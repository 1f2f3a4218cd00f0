/** The rules of adapters that need rooms, sockets and recovery, over several servers of one JVM and each adapter. */
@NullMarked
package dev.roost.server.cluster;

import org.jspecify.annotations.NullMarked;
