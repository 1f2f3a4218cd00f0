@NullMarked
package dev.roost.server.polling;

import org.jspecify.annotations.NullMarked;
