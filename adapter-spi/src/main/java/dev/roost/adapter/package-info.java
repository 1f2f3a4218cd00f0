/** What a node and its adapter say to each other. */
@NullMarked
package dev.roost.adapter;

import org.jspecify.annotations.NullMarked;
