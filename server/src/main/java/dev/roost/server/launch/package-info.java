/** The command line: one process, or a supervisor with a worker process per core. */
@NullMarked
package dev.roost.server.launch;

import org.jspecify.annotations.NullMarked;
