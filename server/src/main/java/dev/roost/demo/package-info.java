/** The demo: a chat in rooms, across any number of processes, and the page it is used from. */
@NullMarked
package dev.roost.demo;

import org.jspecify.annotations.NullMarked;
