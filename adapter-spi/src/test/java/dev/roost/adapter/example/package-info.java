/** An adapter over a broker of the kind of NATS, as its author would write it; docs/adapters.md is made of it. */
@NullMarked
package dev.roost.adapter.example;

import org.jspecify.annotations.NullMarked;
