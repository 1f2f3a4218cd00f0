@NullMarked
package dev.roost.server.launch;

import org.jspecify.annotations.NullMarked;
