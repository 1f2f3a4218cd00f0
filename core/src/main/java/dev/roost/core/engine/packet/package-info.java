/** Engine.IO packets and polling payloads of revisions 3 and 4: pure codecs, no threads. */
@NullMarked
package dev.roost.core.engine.packet;

import org.jspecify.annotations.NullMarked;
