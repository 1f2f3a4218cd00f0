/** The contract of adapters and buses as tests anyone can run, with the nodes, buses and clocks they need. */
@NullMarked
package dev.roost.adapter.tck;

import org.jspecify.annotations.NullMarked;
